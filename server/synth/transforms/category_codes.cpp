#include "server/synth/transforms/category_codes.h"

#include <array>
#include <charconv>
#include <cmath>
#include <limits>
#include <string_view>
#include <system_error>
#include <unordered_map>
#include <unordered_set>

#include "common/errors/error.h"

namespace ctgan::synth::transforms {
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
void each_text(const std::vector<Number>& cells, const Visit& visit) {
  NumberText buffer;
  for (std::size_t row = 0; row < cells.size(); ++row) {
    visit(row, text_of(cells[row], buffer));
  }
}

template <typename Visit>
void each_number_text(const Column& column, const Visit& visit) {
  if (column.dtype == Dtype::int64) {
    each_text(column.integers(), visit);
  } else {
    each_text(column.reals(), visit);
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

std::uint32_t known_code(const CodeOf& code_of, std::string_view text, const Column& column) {
  const auto place = code_of.find(text);
  if (place == code_of.end()) {
    throw errors::Error(errors::Kind::bad_data, "column " + errors::quoted(column.name) + " holds " +
                                                    errors::quoted(text) +
                                                    ", which is not one of its categories");
  }
  return place->second;
}

void encode_texts(const Column& column, const CodeOf& code_of, EncodedDiscrete& encoded) {
  const Categories& cells = column.categories();
  std::vector<std::uint32_t> code_of_entry(cells.dictionary.size(), k_unknown);
  for (std::size_t row = 0; row < cells.codes.size(); ++row) {
    std::uint32_t& code = code_of_entry[cells.codes[row]];
    if (code == k_unknown) {
      code = known_code(code_of, cells.dictionary[cells.codes[row]], column);
    }
    encoded.set(row, code);
  }
}

template <typename Number>
std::vector<Number> decode_numbers(const EncodedDiscrete& encoded, std::size_t rows,
                                   const std::vector<std::string>& categories) {
  std::vector<Number> numbers(categories.size());
  for (std::size_t code = 0; code < categories.size(); ++code) {
    number_from(categories[code], numbers[code]);
  }
  std::vector<Number> cells(rows);
  for (std::size_t row = 0; row < rows; ++row) {
    cells[row] = numbers[encoded.code(row)];
  }
  return cells;
}

bool is_numeric(Dtype dtype) {
  return dtype == Dtype::int64 || dtype == Dtype::float64;
}

bool reads_as(std::string_view text, Dtype dtype) {
  std::int64_t integer = 0;
  double real = 0;
  return dtype == Dtype::int64 ? number_from(text, integer) : number_from(text, real);
}

}  // namespace

CategoryCounts count_categories(const Column& column) {
  return is_numeric(column.dtype) ? count_numbers(column) : count_texts(column.categories());
}

EncodedDiscrete encode_categories(const Column& column, const std::vector<std::string>& categories) {
  CodeOf code_of;
  for (std::size_t code = 0; code < categories.size(); ++code) {
    code_of.emplace(categories[code], static_cast<std::uint32_t>(code));
  }
  EncodedDiscrete encoded = EncodedDiscrete::sized(categories.size(), column.rows());
  if (is_numeric(column.dtype)) {
    each_number_text(column, [&](std::size_t row, std::string_view text) {
      encoded.set(row, known_code(code_of, text, column));
    });
  } else {
    encode_texts(column, code_of, encoded);
  }
  return encoded;
}

Cells decode_categories(const EncodedDiscrete& encoded, const std::vector<std::string>& categories,
                        Dtype dtype) {
  const std::size_t rows = encoded.rows();
  if (dtype == Dtype::int64) {
    return decode_numbers<std::int64_t>(encoded, rows, categories);
  }
  if (dtype == Dtype::float64) {
    return decode_numbers<double>(encoded, rows, categories);
  }
  Categories cells{.codes = std::vector<std::uint32_t>(rows), .dictionary = categories};
  for (std::size_t row = 0; row < rows; ++row) {
    cells.codes[row] = encoded.code(row);
  }
  return cells;
}

void check_categories(const std::string& column, const std::vector<std::string>& categories, Dtype dtype) {
  const std::string name = errors::quoted(column);
  if (categories.empty()) {
    throw errors::Error(errors::Kind::bad_data, "discrete column " + name + " has no category");
  }
  std::unordered_set<std::string_view> seen;
  for (const std::string& category : categories) {
    if (!seen.insert(category).second) {
      throw errors::Error(errors::Kind::bad_data, "discrete column " + name + " lists the category " +
                                                      errors::quoted(category) + " twice");
    }
    if (is_numeric(dtype) && !reads_as(category, dtype)) {
      throw errors::Error(errors::Kind::bad_data, "discrete column " + name + " is of type " +
                                                      std::string(table::dtype_name(dtype)) +
                                                      ", but has the category " + errors::quoted(category));
    }
  }
}

}  // namespace ctgan::synth::transforms
