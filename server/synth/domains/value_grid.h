// Numbers and dates of a declared range as bins of whole steps.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "common/table/metadata.h"
#include "server/synth/domains/value_steps.h"

namespace ctgan::synth::domains {

// Immutable; safe to share between threads.
class ValueGrid {
 public:
  // Of a numerical or datetime column. REQUIRES: metadata as table::declared_metadata makes them.
  explicit ValueGrid(const table::ColumnMetadata& metadata);

  std::size_t bins() const { return starts_.size(); }
  // As ValueSteps.
  std::optional<std::int64_t> read(std::string_view text) const { return steps_.read(text); }
  double number(std::int64_t step) const { return steps_.number(step); }
  void append_date(std::int64_t step, std::string& out) const { steps_.append_date(step, out); }
  bool is_within(std::int64_t step) const { return step >= starts_.front() && step <= last_; }
  // The nearest bin.
  std::size_t bin_of(std::int64_t step) const;
  // The first and the last step of a bin.
  std::int64_t first(std::size_t bin) const { return starts_[bin]; }
  std::int64_t last(std::size_t bin) const { return bin + 1 < starts_.size() ? starts_[bin + 1] - 1 : last_; }

 private:
  void cut_evenly(std::int64_t least, std::uint64_t bins);

  ValueSteps steps_;
  std::vector<std::int64_t> starts_;  // ascending
  std::int64_t last_ = 0;
};

}  // namespace ctgan::synth::domains
