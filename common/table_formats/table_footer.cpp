#include "common/table_formats/table_footer.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cctype>

#include "common/errors/error.h"
#include "common/table/number_text.h"
#include "common/texts/texts.h"

namespace ctgan::table_formats {
namespace {

using errors::Error;
using errors::Kind;

// So many rows under a table may be none.
constexpr std::size_t k_longest_footer = 5;
// A judgement needs so many others.
constexpr std::size_t k_least_rows = 10;

constexpr std::array<std::string_view, 15> k_totals{
    "total", "totals", "grand total", "sum",    "sums",    "summe",      "gesamt",  "gesamtsumme",
    "somme", "suma",   "totale",      "totaal", "average", "mittelwert", "\xce\xa3"};

bool says_total(std::string_view text) {
  std::string word = texts::in_small_letters(text);
  while (!word.empty() && (word.back() == ':' || word.back() == ' ')) word.pop_back();
  word.erase(0, word.find_first_not_of(' '));
  return std::find(k_totals.begin(), k_totals.end(), word) != k_totals.end();
}

[[noreturn]] void refuse(const table::Column& column, const std::string& text, const std::string& what,
                         const std::string& hint) {
  throw Error(Kind::bad_data, fmt::format("{} {}", errors::quoted(text), what),
              fmt::format("{}; '--discrete {}' takes it as it is", hint, column.name));
}

// Rows from the first one on that has this cell.
std::size_t rows_from(const table::Categories& cells, std::uint32_t code) {
  return static_cast<std::size_t>(cells.codes.end() -
                                  std::find(cells.codes.begin(), cells.codes.end(), code));
}

bool is_missing(const table::Column& column, std::size_t row, const table::MissingTexts& missing) {
  const auto* cells = std::get_if<table::Categories>(&column.cells);
  return cells != nullptr ? missing.contains(cells->dictionary[cells->codes[row]]) : column.is_missing(row);
}

// Whether the row holds nothing but this column's cell, as a remark under a table does.
bool stands_alone(const table::Table& table, const table::Column& column, std::size_t row,
                  const table::MissingTexts& missing) {
  return table.columns().size() > 1 &&
         std::all_of(table.columns().begin(), table.columns().end(), [&](const table::Column& other) {
           return &other == &column || is_missing(other, row, missing);
         });
}

// A column that would hold numbers but for this one text.
void check_numbers(const table::Table& table, const table::Column& column,
                   const table::MissingTexts& missing) {
  const table::Categories& cells = column.categories();
  const auto& texts = cells.dictionary;
  const auto number = [&](const std::string& text) {
    return missing.contains(text) || table::read_number(text).number;
  };
  const auto first = std::find_if_not(texts.begin(), texts.end(), number);
  if (first == texts.end() || cells.codes.size() < k_least_rows) return;
  const std::string name = errors::quoted(column.name);
  const bool only = std::find_if_not(first + 1, texts.end(), number) == texts.end();
  const bool some = std::any_of(texts.begin(), texts.end(),
                                [](const std::string& t) { return table::read_number(t).number; });
  if (only && some && *first == column.name)
    refuse(column, *first, fmt::format("stands in a row of column {}, whose name it is", name),
           "the header seems to come twice, as in files that were joined: leave out the second one");
  const auto from = rows_from(cells, static_cast<std::uint32_t>(first - texts.begin()));
  const bool foot = says_total(*first) || stands_alone(table, column, cells.codes.size() - from, missing);
  if (some && from <= k_longest_footer && foot)
    refuse(
        column, *first,
        fmt::format("stands in column {}, {}, where all rows above hold numbers", name,
                    from == 1 ? std::string("in the last row") : fmt::format("{} rows from the end", from)),
        fmt::format("if this is no row of the table, '--skip-footer {}' leaves it out", from));
}

// A text column ends with a word for a total that it has nowhere else.
void check_total(const table::Column& column) {
  const table::Categories& cells = column.categories();
  if (cells.codes.size() < k_least_rows) return;
  const std::string& last = cells.dictionary[cells.codes.back()];
  if (!says_total(last) || rows_from(cells, cells.codes.back()) != 1) return;
  refuse(column, last,
         fmt::format("stands in the last row of column {}, as under a table", errors::quoted(column.name)),
         "if this is no row of the table, '--skip-footer 1' leaves it out");
}

}  // namespace

void refuse_footer(const table::Table& table, const table::TableRequest& request) {
  for (const table::Column& column : table.columns()) {
    const auto said = request.columns.find(column.name);
    if (!std::holds_alternative<table::Categories>(column.cells) ||
        (said != request.columns.end() && said->second.kind))
      continue;
    check_numbers(table, column, request.missing);
    check_total(column);
  }
}

}  // namespace ctgan::table_formats
