#include "server/synth/paid_domains/step_range.h"

namespace ctgan::synth::paid_domains {

std::vector<std::int64_t> even_starts(const StepRange& range, std::uint64_t parts) {
  __extension__ using Wide = unsigned __int128;
  std::vector<std::int64_t> starts;
  for (std::uint64_t i = 0; i < parts; ++i)
    starts.push_back(range.least +
                     static_cast<std::int64_t>(static_cast<std::uint64_t>(Wide{range.steps()} * i / parts)));
  return starts;
}

}  // namespace ctgan::synth::paid_domains
