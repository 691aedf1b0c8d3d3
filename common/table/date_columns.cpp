#include "common/table/date_columns.h"

#include <algorithm>
#include <array>
#include <set>
#include <unordered_map>

#include "common/errors/error.h"
#include "common/table/number_text.h"

namespace ctgan::table {
namespace {

bool named_like_date(std::string_view name) {
  constexpr std::array<std::string_view, 10> k_words{"date",   "datum", "month",  "monat", "mois",
                                                     "period", "fecha", "yyyymm", "day",   "jour"};
  std::string lower(name);
  std::transform(lower.begin(), lower.end(), lower.begin(),
                 [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c; });
  return std::any_of(k_words.begin(), k_words.end(),
                     [&lower](std::string_view word) { return lower.find(word) != std::string::npos; });
}

// Whether a number can be a month or longer, and no number of another size.
bool could_be_date(double number) {
  constexpr double k_first_month = 180'001;
  constexpr double k_last_second = 99'991'231'235'959;
  return number >= k_first_month && number <= k_last_second;
}

std::string text_of(const Column& column, std::size_t row) {
  std::string text;
  if (column.dtype == Dtype::int64) {
    append_integer(column.integers()[row], text);
  } else {
    append_real(column.reals()[row], column.decimals, text);
  }
  return text;
}

// The different texts of the present cells; none as soon as one cannot be a date.
std::set<std::string> date_texts(const Column& column) {
  std::set<std::string> texts;
  for (std::size_t row = 0; row < column.rows(); ++row) {
    if (column.is_missing(row)) continue;
    if (!could_be_date(column.number(row))) return {};
    texts.insert(text_of(column, row));
  }
  return texts;
}

bool all_digits(std::string_view text) {
  return std::all_of(text.begin(), text.end(), is_digit);
}

}  // namespace

Column as_texts(const Column& column) {
  Column texts;
  texts.name = column.name;
  Categories cells;
  std::unordered_map<std::string, std::uint32_t> code_of;
  for (std::size_t row = 0; row < column.rows(); ++row) {
    const auto next = static_cast<std::uint32_t>(cells.dictionary.size());
    std::string text = column.is_missing(row) ? std::string() : text_of(column, row);
    const auto [place, fresh] = code_of.try_emplace(text, next);
    if (fresh) cells.dictionary.push_back(std::move(text));
    cells.codes.push_back(place->second);
  }
  texts.cells = std::move(cells);
  return texts;
}

Column as_numbers(const Column& texts, Dtype dtype, int decimals) {
  Column column;
  column.name = texts.name;
  column.dtype = dtype;
  column.decimals = decimals;
  std::vector<std::int64_t> integers;
  std::vector<double> reals;
  for (const std::uint32_t code : texts.categories().codes) {
    const std::string& text = texts.categories().dictionary[code];
    const NumberText number = read_number(text);
    if (!number.number || number.infinite || (dtype == Dtype::int64 && !number.integer)) {
      throw errors::Error(errors::Kind::bad_data, "column " + errors::quoted(texts.name) + " holds " +
                                                      errors::quoted(text) + ", which is no number");
    }
    if (dtype == Dtype::int64) {
      integers.push_back(integer_value(text));
    } else {
      reals.push_back(real_value(text));
    }
  }
  if (dtype == Dtype::int64) {
    column.cells = std::move(integers);
  } else {
    column.cells = std::move(reals);
  }
  return column;
}

std::optional<DatetimeFormat> infer_digit_dates(const Column& column, std::span<const std::string_view> texts,
                                                bool asked) {
  const bool named = asked || named_like_date(column.name);
  if (!is_numeric(column.dtype)) {
    if (!std::all_of(texts.begin(), texts.end(), all_digits)) return std::nullopt;
    return DatetimeFormat::infer_digits(texts, named);
  }
  const std::set<std::string> found = date_texts(column);
  const std::vector<std::string_view> views(found.begin(), found.end());
  return DatetimeFormat::infer_digits(views, named);
}

}  // namespace ctgan::table
