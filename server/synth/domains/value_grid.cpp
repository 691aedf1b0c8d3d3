#include "server/synth/domains/value_grid.h"

#include <algorithm>

namespace ctgan::synth::domains {

ValueGrid::ValueGrid(const table::ColumnMetadata& metadata) : steps_(metadata) {
  const table::ColumnDomain& domain = *metadata.domain;
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

std::size_t ValueGrid::bin_of(std::int64_t step) const {
  const auto next = std::upper_bound(starts_.begin() + 1, starts_.end(), step);
  return static_cast<std::size_t>(next - starts_.begin()) - 1;
}

}  // namespace ctgan::synth::domains
