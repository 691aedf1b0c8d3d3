#include "server/synth/domains/value_grid.h"

#include <algorithm>
#include <cmath>

#include "common/table/number_text.h"

namespace ctgan::synth::domains {

ValueGrid::ValueGrid(const table::ColumnMetadata& metadata) {
  const table::ColumnDomain& domain = *metadata.domain;
  if (metadata.kind == table::ColumnKind::datetime)
    format_.emplace(metadata.datetime_format);
  else
    scale_ = std::pow(10, domain.decimals);
  if (domain.edges.empty()) {
    last_ = *read(domain.most);
    cut_evenly(*read(domain.least), domain.bins);
    return;
  }
  for (const std::string& edge : domain.edges) starts_.push_back(*read(edge));
  last_ = starts_.back();
  starts_.pop_back();
}

// No bin is narrower than a step.
void ValueGrid::cut_evenly(std::int64_t least, std::uint64_t bins) {
  const auto steps = static_cast<std::uint64_t>(last_ - least) + 1;
  const std::uint64_t parts = std::min(bins, steps);
  __extension__ using Wide = unsigned __int128;
  for (std::uint64_t i = 0; i < parts; ++i)
    starts_.push_back(least + static_cast<std::int64_t>(static_cast<std::uint64_t>(Wide{steps} * i / parts)));
}

std::optional<std::int64_t> ValueGrid::read(std::string_view text) const {
  if (format_) {
    const auto moment = format_->read(text);
    return moment ? std::optional(moment->ticks) : std::nullopt;
  }
  const table::NumberText number = table::read_number(text);
  if (!number.number) return std::nullopt;
  // Beyond what a step can count, any number is as good as the nearest.
  constexpr double k_most = 9e15;
  return std::llround(std::clamp(table::real_value(text) * scale_, -k_most, k_most));
}

std::size_t ValueGrid::bin_of(std::int64_t step) const {
  const auto next = std::upper_bound(starts_.begin() + 1, starts_.end(), step);
  return static_cast<std::size_t>(next - starts_.begin()) - 1;
}

double ValueGrid::number(std::int64_t step) const {
  return static_cast<double>(step) / scale_;
}

}  // namespace ctgan::synth::domains
