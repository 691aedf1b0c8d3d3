// The cells of a numerical or datetime column as values that rules compute with, and values as cells in the
// column's own spelling.
//
//     CellValues cells(metadata.columns[i]);
//     std::vector<long double> values = cells.read(table.columns()[i]);   // NaN where a cell is missing
//     Column column = cells.write(values, cells.spelling(original));
//
// Numbers are as they are; dates and times are seconds, since 1970 in UTC and since midnight. A date without
// a zone counts as UTC. Immutable, safe to share between threads.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "common/conditions/row_rule.h"
#include "common/table/datetime_format.h"
#include "common/table/metadata.h"
#include "common/table/table.h"

namespace ctgan::conditions {

// What a column's metadata does not say of its spelling.
struct CellSpelling {
  std::uint8_t spaces_before = 0;
  std::uint8_t spaces_after = 0;
  std::string zone;     // of dates with %z: the most frequent
  std::string missing;  // the most frequent text for a missing value; empty where there is none
};

class CellValues {
 public:
  // Whether rules can compute with such a column: plain numbers, and dates that are texts. Numbers in print
  // ($1,234.50) and dates in digits (20240131) are not.
  static bool suits(const table::ColumnMetadata& metadata);
  // REQUIRES: suits(metadata).
  explicit CellValues(const table::ColumnMetadata& metadata);

  ValueType type() const { return type_; }
  // How far apart two neighbouring values are; 0: no distance is too small. Of months and years: a day.
  long double grid() const;
  // The nearest value that a cell can hold.
  long double nearest(long double value) const;
  // The least value above, and the greatest below, a value that a cell can hold.
  long double above(long double value) const;
  long double below(long double value) const;

  // Throws Error(bad_data) naming column and cell for a text that is no value of the column.
  std::vector<long double> read(const table::Column& column) const;
  CellSpelling spelling(const table::Column& column) const;
  // A cell for each value, the nearest that can be written; NaN becomes spelling.missing. The column's own
  // missing texts stand where `missing` has a text.
  table::Column write(std::span<const long double> values, const CellSpelling& spelling,
                      std::span<const std::string* const> missing = {}) const;

 private:
  long double value_of(std::int64_t ticks) const;
  std::int64_t ticks_of(long double seconds) const;
  table::Column write_texts(std::span<const long double> values, const CellSpelling& spelling,
                            std::span<const std::string* const> missing) const;

  table::ColumnMetadata metadata_;
  ValueType type_ = ValueType::number;
  std::optional<table::DatetimeFormat> format_;
  std::string unit_;
  long double tick_ = 0;  // seconds; 0: months or years
};

}  // namespace ctgan::conditions
