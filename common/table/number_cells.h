// The cells of a column that has held nothing but numbers and empty cells so far. Every cell can still be
// given back byte for byte, because a later one may make the column text.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "common/table/csv_row.h"
#include "common/table/number_text.h"
#include "common/table/table.h"

namespace ctgan::table {

class NumberCells {
 public:
  // Takes cell `column` of the rows up to the first that is neither a number nor empty; returns how many.
  std::size_t add(std::span<const CsvRow> rows, std::size_t column);

  std::size_t rows() const { return digits_.size(); }
  // The cell as it was added.
  void append_text(std::size_t row, std::string& out) const;

  // The column as int64 or float64. Throws Error(bad_data) with the line of the first infinite number.
  Column finish(std::string name) &&;

 private:
  bool add_other(std::string_view cell, std::uint64_t line);
  PackedNumber packed(std::size_t row) const;
  std::string_view unusual_text(std::size_t row) const;
  void push(const PackedNumber& packed);
  void keep_unusual(std::string_view cell);
  std::vector<std::uint8_t> missing_mask() const;
  std::vector<std::int64_t> take_integers();
  std::vector<double> take_reals() const;

  // Per row: the digits, or where the text of an unusual spelling starts.
  std::vector<std::int64_t> digits_;
  // Per row, but empty for as long as every form is plain.
  std::vector<NumberForm> forms_;
  // Unusual spellings, each ended by a line feed, which no number holds.
  std::string unusual_;
  bool all_integers_ = true;
  bool any_number_ = false;
  bool any_missing_ = false;
  bool any_exponent_ = false;
  int decimals_ = 0;
  std::uint64_t infinite_line_ = 0;
};

}  // namespace ctgan::table
