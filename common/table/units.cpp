#include "common/table/units.h"

#include <algorithm>
#include <array>
#include <unordered_map>
#include <variant>

namespace ctgan::table {
namespace {

// Of the rows that have a value; with more different ones hardly any come again.
constexpr double k_most_different = 0.95;

bool has_value(const Column& column, std::size_t row) {
  if (column.is_missing(row)) return false;
  const auto* texts = std::get_if<Categories>(&column.cells);
  return texts == nullptr || !texts->dictionary[texts->codes[row]].empty();
}

// The unit of each row, and how many have a value.
struct Counted {
  std::vector<std::uint32_t> rows;
  std::size_t units = 0, with_value = 0;
};

template <typename Value, typename ValueOf>
Counted counted(const Column& column, const ValueOf& value_of) {
  std::unordered_map<Value, std::uint32_t> known;
  Counted found;
  std::uint32_t next = 0;
  for (std::size_t row = 0; row < column.rows(); ++row) {
    if (!has_value(column, row)) {
      found.rows.push_back(next++);
      continue;
    }
    ++found.with_value;
    const auto [place, is_new] = known.try_emplace(value_of(row), next);
    if (is_new) ++next;
    found.rows.push_back(place->second);
  }
  found.units = known.size();
  return found;
}

Counted count_units(const Column& column) {
  return std::visit(
      [&](const auto& cells) {
        if constexpr (std::is_same_v<std::decay_t<decltype(cells)>, Categories>)
          return counted<std::uint32_t>(column, [&](std::size_t row) { return cells.codes[row]; });
        else
          return counted<std::decay_t<decltype(cells[0])>>(column,
                                                           [&](std::size_t row) { return cells[row]; });
      },
      column.cells);
}

// The words of a name in small letters: "customerNo" and "customer no." are "customer" and "no".
std::vector<std::string> words_of(std::string_view name) {
  const auto is_small = [](char c) { return c >= 'a' && c <= 'z'; };
  const auto is_capital = [](char c) { return c >= 'A' && c <= 'Z'; };
  std::vector<std::string> words(1);
  for (std::size_t i = 0; i < name.size(); ++i) {
    const char c = name[i];
    const bool begins = is_capital(c) && i > 0 && is_small(name[i - 1]);
    if (begins || !(is_small(c) || is_capital(c))) words.emplace_back();
    if (is_small(c) || is_capital(c)) words.back() += static_cast<char>(is_capital(c) ? c + ('a' - 'A') : c);
  }
  std::erase(words, "");
  return words;
}

}  // namespace

bool ends_like_identifier(std::string_view name) {
  constexpr std::array<std::string_view, 5> k_whole{"id", "uuid", "guid", "index", "unnamed: 0"};
  constexpr std::array<std::string_view, 4> k_ends{"_id", " id", "-id", ".id"};
  std::string lower(name);
  std::transform(lower.begin(), lower.end(), lower.begin(),
                 [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c; });
  if (std::find(k_whole.begin(), k_whole.end(), lower) != k_whole.end()) return true;
  if (std::any_of(k_ends.begin(), k_ends.end(), [&](std::string_view end) { return lower.ends_with(end); }))
    return true;
  const bool camel = name.size() > 2 && (name.ends_with("Id") || name.ends_with("ID"));
  return camel && name[name.size() - 3] >= 'a' && name[name.size() - 3] <= 'z';
}

bool names_somebody(std::string_view name) {
  constexpr std::array<std::string_view, 27> k_people{
      "patient",   "customer", "client",       "user",      "person",      "member",     "employee",
      "student",   "subject",  "account",      "household", "participant", "respondent", "citizen",
      "donor",     "driver",   "passenger",    "guest",     "insured",     "tenant",     "subscriber",
      "applicant", "borrower", "policyholder", "worker",    "resident",    "visitor"};
  constexpr std::array<std::string_view, 12> k_numbers{
      "id", "no", "nr", "num", "number", "key", "code", "uuid", "guid", "hash", "ref", "identifier"};
  constexpr std::array<std::string_view, 10> k_alone{"email", "mail",   "ssn",       "iban",     "mrn",
                                                     "phone", "mobile", "telephone", "passport", "imei"};
  const std::vector<std::string> words = words_of(name);
  if (words.empty()) return false;
  const auto is_in = [](const auto& known, const std::string& word) {
    return std::find(known.begin(), known.end(), word) != known.end();
  };
  // "phone" and "work phone", not "phone model"; "customer no", not "number of customers".
  if (is_in(k_alone, words.back())) return true;
  return is_in(k_numbers, words.back()) &&
         std::any_of(words.begin(), words.end() - 1,
                     [&](const std::string& word) { return is_in(k_people, word); });
}

Units units_of(const Table& table, const Metadata& metadata) {
  Units found;
  std::size_t fewest = 0;
  for (std::size_t i = 0; i < metadata.columns.size(); ++i) {
    if (metadata.columns[i].kind != ColumnKind::id) continue;
    Counted column = count_units(table.columns()[i]);
    const bool is_shared =
        static_cast<double>(column.units) <= k_most_different * static_cast<double>(column.with_value);
    if (!is_shared || column.units < k_fewest_units || (fewest > 0 && column.units >= fewest)) continue;
    fewest = column.units;
    found = {metadata.columns[i].name, std::move(column.rows)};
  }
  return found;
}

}  // namespace ctgan::table
