// The cells of a column of a Parquet file as CSV spells them.
#pragma once

#include <arrow/array.h>

#include <cstdint>
#include <memory>
#include <string>

namespace ctgan::host::parquet {

// How the cells of one column are written, the same way in all its rows. Not safe to share between threads.
class ColumnCells {
 public:
  // REQUIRES: has_texts(type).
  static std::unique_ptr<ColumnCells> of(const arrow::DataType& type);

  ColumnCells() = default;
  ColumnCells(const ColumnCells&) = delete;
  ColumnCells& operator=(const ColumnCells&) = delete;
  virtual ~ColumnCells() = default;

  // Whether all cells must have been looked at before the first is written: a column of days in a type of microseconds
  // is written as days.
  virtual bool looks_first() const { return false; }
  virtual void look(const arrow::Array& /*cells*/) {}
  // Nothing is added for null and NaN. Throws Error(bad_data) for a point in time that no calendar names.
  virtual void append(const arrow::Array& cells, std::int64_t row, std::string& line) = 0;
  // Of what was appended: whether a reader of CSV must be told that the cells are categories.
  virtual bool are_categories() const { return false; }
};

}  // namespace ctgan::host::parquet
