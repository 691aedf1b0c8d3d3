#include "server/synth/codecs/category_codes.h"

#include <array>
#include <charconv>
#include <cmath>
#include <limits>
#include <string_view>
#include <system_error>
#include <unordered_map>
#include <unordered_set>

#include "common/errors/error.h"
#include "common/table/described_column.h"

namespace ctgan::synth::codecs {
namespace {

using table::Categories;
using table::Column;
using table::Dtype;

constexpr std::uint32_t k_unknown = std::numeric_limits<std::uint32_t>::max();

// Longest shortest text of a double: sign, 17 digits, point, e-308.
using NumberText = std::array<char, 32>;

template <typename Number>
std::string_view text_of(Number number, NumberText& buffer) {
  // One text for the two zeros.
  const std::to_chars_result end =
      std::to_chars(buffer.begin(), buffer.end(), number == 0 ? Number{0} : number);
  return {buffer.data(), static_cast<std::size_t>(end.ptr - buffer.data())};
}

template <typename Number>
bool number_from(std::string_view text, Number& number) {
  const std::from_chars_result end = std::from_chars(text.data(), text.data() + text.size(), number);
  if (end.ec != std::errc() || end.ptr != text.data() + text.size()) {
    return false;
  }
  return std::isfinite(static_cast<double>(number));
}

// Calls visit(row, text) for every cell of a numeric column.
template <typename Number, typename Visit>
void each_text(const Column& column, const std::vector<Number>& cells, const Visit& visit) {
  NumberText buffer;
  for (std::size_t row = 0; row < cells.size(); ++row) {
    if (column.is_missing(row)) {
      visit(row, column.missing_texts[column.missing[row] - std::size_t{1}]);
    } else {
      visit(row, text_of(cells[row], buffer));
    }
  }
}

template <typename Visit>
void each_number_text(const Column& column, const Visit& visit) {
  if (column.dtype == Dtype::int64) {
    each_text(column, column.integers(), visit);
  } else {
    each_text(column, column.reals(), visit);
  }
}

CategoryCounts count_texts(const Categories& cells) {
  CategoryCounts found;
  std::vector<std::uint32_t> code_of(cells.dictionary.size(), k_unknown);
  for (const std::uint32_t entry : cells.codes) {
    if (code_of[entry] == k_unknown) {
      code_of[entry] = static_cast<std::uint32_t>(found.categories.size());
      found.categories.push_back(cells.dictionary[entry]);
      found.counts.push_back(0);
    }
    ++found.counts[code_of[entry]];
  }
  return found;
}

CategoryCounts count_numbers(const Column& column) {
  CategoryCounts found;
  std::unordered_map<std::string, std::uint32_t> code_of;
  each_number_text(column, [&](std::size_t, std::string_view text) {
    const auto [place, fresh] =
        code_of.try_emplace(std::string(text), static_cast<std::uint32_t>(found.categories.size()));
    if (fresh) {
      found.categories.emplace_back(text);
      found.counts.push_back(0);
    }
    ++found.counts[place->second];
  });
  return found;
}

using CodeOf = std::unordered_map<std::string_view, std::uint32_t>;

std::uint32_t known_code(const CodeOf& code_of, std::size_t codes, std::string_view text,
                         const Column& column) {
  const auto place = code_of.find(text);
  if (place != code_of.end()) return place->second;
  if (codes > code_of.size()) return static_cast<std::uint32_t>(codes - 1);
  throw errors::Error(errors::Kind::bad_data, "column " + errors::quoted(column.name) + " holds " +
                                                  errors::quoted(text) +
                                                  ", which is not one of its categories");
}

void encode_texts(const Column& column, const CodeOf& code_of, std::size_t codes, Codes& encoded) {
  const Categories& cells = column.categories();
  std::vector<std::uint32_t> code_of_entry(cells.dictionary.size(), k_unknown);
  for (std::size_t row = 0; row < cells.codes.size(); ++row) {
    std::uint32_t& code = code_of_entry[cells.codes[row]];
    if (code == k_unknown) {
      code = known_code(code_of, codes, cells.dictionary[cells.codes[row]], column);
    }
    encoded.set(row, code);
  }
}

bool reads_as(std::string_view text, Dtype dtype) {
  std::int64_t integer = 0;
  double real = 0;
  return dtype == Dtype::int64 ? number_from(text, integer) : number_from(text, real);
}

// Categories that read as no number are the texts of missing values.
template <typename Number>
void decode_numbers(const std::vector<std::uint32_t>& codes, const std::vector<std::string>& categories,
                    Column& column) {
  std::vector<Number> numbers(categories.size());
  std::vector<std::uint8_t> missing(categories.size());
  for (std::size_t code = 0; code < categories.size(); ++code) {
    if (number_from(categories[code], numbers[code])) continue;
    numbers[code] = 0;
    column.missing_texts.push_back(categories[code]);
    missing[code] = static_cast<std::uint8_t>(column.missing_texts.size());
  }
  std::vector<Number> cells(codes.size());
  for (std::size_t row = 0; row < codes.size(); ++row) cells[row] = numbers[codes[row]];
  column.cells = std::move(cells);
  if (column.missing_texts.empty()) return;
  column.missing.resize(codes.size());
  for (std::size_t row = 0; row < codes.size(); ++row) column.missing[row] = missing[codes[row]];
}

}  // namespace

CategoryCounts count_categories(const Column& column) {
  return table::is_numeric(column.dtype) ? count_numbers(column) : count_texts(column.categories());
}

Codes encode_categories(const Column& column, const std::vector<std::string>& categories, std::size_t codes) {
  CodeOf code_of;
  for (std::size_t code = 0; code < categories.size(); ++code) {
    code_of.emplace(categories[code], static_cast<std::uint32_t>(code));
  }
  Codes encoded = Codes::sized(codes, column.rows());
  if (table::is_numeric(column.dtype)) {
    each_number_text(column, [&](std::size_t row, std::string_view text) {
      encoded.set(row, known_code(code_of, codes, text, column));
    });
  } else {
    encode_texts(column, code_of, codes, encoded);
  }
  return encoded;
}

Column decode_categories(std::vector<std::uint32_t> codes, std::vector<std::string> categories,
                         const table::ColumnMetadata& metadata) {
  Column column = table::described_column(metadata);
  if (metadata.dtype == Dtype::int64) {
    decode_numbers<std::int64_t>(codes, categories, column);
  } else if (metadata.dtype == Dtype::float64) {
    column.number_format = metadata.number_format;
    decode_numbers<double>(codes, categories, column);
  } else {
    column.cells = Categories{.codes = std::move(codes), .dictionary = std::move(categories)};
  }
  return column;
}

void check_categories(const table::ColumnMetadata& metadata, const std::vector<std::string>& categories) {
  const std::string name = errors::quoted(metadata.name);
  if (categories.empty()) {
    throw errors::Error(errors::Kind::bad_data, "discrete column " + name + " has no category");
  }
  std::unordered_set<std::string_view> seen;
  for (const std::string& category : categories) {
    if (!seen.insert(category).second) {
      throw errors::Error(errors::Kind::bad_data, "discrete column " + name + " lists the category " +
                                                      errors::quoted(category) + " twice");
    }
    if (table::is_numeric(metadata.dtype) && !metadata.has_missing() && !reads_as(category, metadata.dtype)) {
      throw errors::Error(errors::Kind::bad_data, "discrete column " + name + " is of type " +
                                                      std::string(table::dtype_name(metadata.dtype)) +
                                                      ", but has the category " + errors::quoted(category));
    }
  }
}

}  // namespace ctgan::synth::codecs
