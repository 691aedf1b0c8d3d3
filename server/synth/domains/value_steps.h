// Numbers and dates as whole steps: a number's last decimal, a date's tick.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "common/table/datetime_format.h"
#include "common/table/metadata.h"

namespace ctgan::synth::domains {

// Immutable; safe to share between threads.
class ValueSteps {
 public:
  // Of a numerical or datetime column. REQUIRES: metadata as table::declared_metadata makes it; bounds are not asked for.
  explicit ValueSteps(const table::ColumnMetadata& metadata);

  // The step of a cell's text; nothing where it is no number or no such date.
  std::optional<std::int64_t> read(std::string_view text) const;
  // A step as a number.
  double number(std::int64_t step) const;
  // A step as a date's text, where its format has time zones in that of the first bound that was declared, Z where none
  // was: which others the rows have nobody says. REQUIRES: a datetime column.
  void append_date(std::int64_t step, std::string& out) const { format_->append(step, zone_, out); }
  // A text that reads back to the step. REQUIRES: a step between least() and most().
  std::string text(std::int64_t step) const;
  // Between which bounds can be found: 2^49 steps around 0, the years 2 to 9998, or the times of a day.
  std::int64_t least() const { return least_; }
  std::int64_t most() const { return most_; }

 private:
  void find_zone(const table::ColumnMetadata& metadata);
  void find_limits();

  std::optional<table::DatetimeFormat> format_;
  std::string zone_;  // of dates that are written; empty where their format has none
  int decimals_ = 0;
  double scale_ = 1;  // steps in 1
  std::int64_t least_ = -(std::int64_t{1} << 49), most_ = std::int64_t{1} << 49;
};

}  // namespace ctgan::synth::domains
