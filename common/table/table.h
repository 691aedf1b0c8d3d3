// A table in memory, column by column: what a CSV becomes and what a CSV is written from.
//
//   dtype      the column's type under pandas' name: int64, float64, bool, str
//   category   one distinct cell text of a text or bool column; rows hold codes into the dictionary
//   missing    a cell of a numeric column that holds no number but one of the texts for missing values (""
//              among them); text columns simply have that text as a category
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace ctgan::table {

enum class Dtype { int64, float64, boolean, text };

// "int64", "float64", "bool", "str": names that pandas' astype takes.
std::string_view dtype_name(Dtype dtype);
std::optional<Dtype> dtype_from_name(std::string_view name);
// True or False in one of pandas' spellings.
bool is_bool_text(std::string_view text);
inline bool is_numeric(Dtype dtype) {
  return dtype == Dtype::int64 || dtype == Dtype::float64;
}

// Cells as codes into a dictionary whose entries stand in order of first appearance, spelling kept.
struct Categories {
  std::vector<std::uint32_t> codes;
  std::vector<std::string> dictionary;
};

struct Column {
  std::string name;
  Dtype dtype = Dtype::text;
  // int64 -> vector<int64_t>, float64 -> vector<double>, boolean and text -> Categories.
  std::variant<std::vector<std::int64_t>, std::vector<double>, Categories> cells;
  // Numeric columns only. One entry a row: 0 for a number, k where missing_texts[k - 1] stands instead (the
  // number is 0 then). Empty when no cell is missing.
  std::vector<std::uint8_t> missing;
  std::vector<std::string> missing_texts;  // in order of first appearance
  // float64 only: the most digits after the point in any cell (0..17), or -1 when a cell has an exponent or
  // more digits.
  int decimals = -1;
  // float64 only: how its numbers are written, a pattern of NumberFormat, where that is more than the
  // decimals say.
  std::string number_format = {};
  // The digits after the point of each row, where that pattern has "?" and so leaves them open; else empty.
  std::vector<std::uint8_t> shown_decimals = {};
  // Text columns that began with numbers or missing cells: the line of the first cell that is neither; else
  // 0.
  std::uint64_t first_text_line = 0;
  // Numeric columns only: blanks around every number of the column, where all have as many.
  std::uint8_t spaces_before = 0;
  std::uint8_t spaces_after = 0;

  std::size_t rows() const;
  // The column whose row i is row rows[i] of this one; its dictionary stays whole.
  Column rows_at(std::span<const std::uint32_t> rows) const;
  bool is_missing(std::size_t row) const { return !missing.empty() && missing[row] != 0; }
  const std::vector<std::int64_t>& integers() const { return std::get<std::vector<std::int64_t>>(cells); }
  const std::vector<double>& reals() const { return std::get<std::vector<double>>(cells); }
  const Categories& categories() const { return std::get<Categories>(cells); }
  // A numeric cell as a double. REQUIRES: dtype is int64 or float64.
  double number(std::size_t row) const;
};

// Columns of equal length with distinct, non-empty names.
class Table {
 public:
  Table() = default;
  // Throws Error(internal) when the lengths differ.
  explicit Table(std::vector<Column> columns);

  std::size_t rows() const { return rows_; }
  const std::vector<Column>& columns() const { return columns_; }
  const Column* find(std::string_view name) const;
  std::vector<std::string> column_names() const;
  // The table without the named columns. Throws Error(usage) with the closest name for an unknown one.
  Table without(const std::vector<std::string>& names) &&;
  // The table whose row i is row rows[i] of this one.
  Table rows_at(std::span<const std::uint32_t> rows) const;
  // The table without these rows, in the memory of this one; numbers forget what stood for missing values
  // only there. REQUIRES: ascending, below rows().
  Table without_rows(std::span<const std::uint32_t> rows) &&;

 private:
  std::vector<Column> columns_;
  std::size_t rows_ = 0;
};

}  // namespace ctgan::table
