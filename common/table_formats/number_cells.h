// The cells of a column that has held nothing but numbers and missing values so far. Every cell can still be
// given back byte for byte, because a later one may make the column text.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "common/table/missing_texts.h"
#include "common/table/number_text.h"
#include "common/table/table.h"
#include "common/table_formats/csv_row.h"

namespace ctgan::table_formats {

class NumberCells {
 public:
  // `missing` outlives this.
  explicit NumberCells(const table::MissingTexts& missing) : missing_(&missing) {}

  // Takes cell `column` of the rows up to the first that is neither a number nor missing; returns how many.
  std::size_t add(std::span<const CsvRow> rows, std::size_t column);

  std::size_t rows() const { return digits_.size(); }
  // Whole numbers only, and some beyond 64 bits: no type of number keeps them.
  bool wants_text() const { return any_long_integer_ && !any_real_; }
  // The cell as it was added.
  void append_text(std::size_t row, std::string& out) const;

  // The column as int64 or float64. REQUIRES: not wants_text(). Throws Error(bad_data) with the line of the
  // first infinite number.
  table::Column finish(std::string name) &&;

 private:
  bool add_other(std::string_view cell, std::uint64_t line);
  bool add_missing(std::string_view cell);
  table::PackedNumber packed(std::size_t row) const;
  std::string_view unusual_text(std::size_t row) const;
  void push(const table::PackedNumber& packed);
  void keep_unusual(std::string_view cell);
  std::vector<std::uint8_t> missing_mask() const;
  void find_spaces(table::Column& column) const;
  void find_spelling(table::Column& column) const;
  bool find_usual_spelling(table::Column& column) const;
  void find_shown_decimals(table::Column& column) const;
  std::vector<std::int64_t> take_integers();
  std::vector<double> take_reals() const;

  const table::MissingTexts* missing_;
  // Per row: the digits, where the text of an unusual spelling starts, or which of missing_texts_ it is.
  std::vector<std::int64_t> digits_;
  // Per row, but empty for as long as every form is plain.
  std::vector<table::NumberForm> forms_;
  // Unusual spellings, each ended by a line feed, which no number holds.
  std::string unusual_;
  std::vector<std::string> missing_texts_;
  bool all_integers_ = true;
  bool any_number_ = false;
  bool any_real_ = false;          // with a point or an exponent
  bool any_long_integer_ = false;  // beyond 64 bits
  bool any_exponent_ = false;
  bool any_unusual_ = false;
  int decimals_ = 0;
  std::uint64_t infinite_line_ = 0;
};

}  // namespace ctgan::table_formats
