// The range of a column's numbers or dates, by a noisy histogram of their logarithms: a bin for each power of two and
// sign, and one for 0. The range reaches from the outer edge of the first bin that has more than noise to that of the
// last, so that it is up to twice as wide as the values (the method of OpenDP and SmartNoise, with Gaussian noise).
#pragma once

#include <cstdint>
#include <span>
#include <string>

#include "server/synth/paid_domains/step_range.h"
#include "server/synth/privacy/mechanisms.h"

namespace ctgan::synth::paid_domains {

// Rows beyond the range that was found count as its nearest values. Where no bin has more than noise it is the steps 0
// and 1, or the nearest two of `limits`. `steps` are those of the cells that can be read, `rows_per_unit` how many of
// them a unit has at most. Costs `rho`. REQUIRES: limits of two steps at least.
StepRange find_bounds(privacy::Mechanisms& mechanisms, const std::string& stage,
                      std::span<const std::int64_t> steps, const StepRange& limits,
                      std::uint64_t rows_per_unit, double rho);

}  // namespace ctgan::synth::paid_domains
