// What a column can hold, as far as conditions need to know it.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "common/conditions/comparison.h"
#include "common/table/datetime_format.h"
#include "common/table/metadata.h"
#include "common/table/number_format.h"
#include "common/table/table.h"

namespace ctgan::conditions {

// Ticks of a DatetimeFormat whose unit() this is, as seconds.
long double seconds_of(std::int64_t ticks, const std::string& unit);

struct ColumnDomain {
  std::string name;
  table::Dtype dtype = table::Dtype::text;
  std::vector<std::string> categories = {};     // all texts that it can hold; empty where that is not known
  std::vector<std::string> missing_texts = {};  // stand for a missing value, beside the empty cell
  std::string datetime_format = {};             // a pattern of DatetimeFormat, in a column of dates
  std::string number_format = {};               // a pattern of NumberFormat, in a column of numbers

  bool is_missing(std::string_view cell) const;
  // Its cells are numbers, or texts that stand for numbers.
  bool holds_numbers() const { return table::is_numeric(dtype) || !number_format.empty(); }
};

// What the column's metadata say; no categories.
ColumnDomain domain_of(const table::ColumnMetadata& column);

// Reads the texts of a column, and values that are compared with them, as things that have an order: by the
// column's own format of dates or numbers, else as read_ordered. Dates read by different formats compare;
// without a zone they count as UTC. Immutable, safe to share between threads.
class CellOrder {
 public:
  // Throws as DatetimeFormat for a pattern that is none.
  explicit CellOrder(const ColumnDomain& column);

  std::optional<Ordered> read(std::string_view text) const;

 private:
  std::optional<table::DatetimeFormat> format_;
  std::optional<table::NumberFormat> numbers_;
  bool has_date_ = false;
};

}  // namespace ctgan::conditions
