// Numbers and dates of a declared range as bins of whole steps: a number's last decimal, a date's tick.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "common/table/datetime_format.h"
#include "common/table/metadata.h"

namespace ctgan::synth::domains {

// Immutable; safe to share between threads.
class ValueGrid {
 public:
  // Of a numerical or datetime column. REQUIRES: metadata as table::declared_metadata makes them.
  explicit ValueGrid(const table::ColumnMetadata& metadata);

  std::size_t bins() const { return starts_.size(); }
  // The step of a cell's text; nothing where it is no number or no such date.
  std::optional<std::int64_t> read(std::string_view text) const;
  bool is_within(std::int64_t step) const { return step >= starts_.front() && step <= last_; }
  // The nearest bin.
  std::size_t bin_of(std::int64_t step) const;
  // The first and the last step of a bin.
  std::int64_t first(std::size_t bin) const { return starts_[bin]; }
  std::int64_t last(std::size_t bin) const { return bin + 1 < starts_.size() ? starts_[bin + 1] - 1 : last_; }
  // A step as a number.
  double number(std::int64_t step) const;
  // A step as a date's text. REQUIRES: a datetime column.
  void append_date(std::int64_t step, std::string& out) const { format_->append(step, "", out); }

 private:
  void cut_evenly(std::int64_t least, std::uint64_t bins);

  std::optional<table::DatetimeFormat> format_;
  double scale_ = 1;                  // steps in 1
  std::vector<std::int64_t> starts_;  // ascending
  std::int64_t last_ = 0;
};

}  // namespace ctgan::synth::domains
