// A range of whole steps (domains/value_steps.h), and where it may be cut.
#pragma once

#include <cstdint>
#include <vector>

namespace ctgan::synth::paid_domains {

struct StepRange {
  std::int64_t least = 0, most = 0;  // both within

  std::uint64_t steps() const { return static_cast<std::uint64_t>(most - least) + 1; }
};

// The first steps of so many parts that are as equally wide as can be, the first of them the range's own. REQUIRES: no
// more parts than steps.
std::vector<std::int64_t> even_starts(const StepRange& range, std::uint64_t parts);

}  // namespace ctgan::synth::paid_domains
