// Parts of a range with about as many rows each: medians of medians, each chosen by the exponential mechanism (Smith,
// "Privacy-preserving statistical estimation with optimal convergence rates", STOC 2011, halved again and again as
// google/dpsynth does).
//
// A cut's score is minus the distance of the rows below it from the share q of its part's rows that should be there. A
// row more changes the former by 0 or 1 and the latter by q: the score by q or 1 - q at most, by a half where parts are
// halved. A row is in one part of each level, so that a level costs as one choice.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "server/synth/paid_domains/step_range.h"
#include "server/synth/privacy/mechanisms.h"

namespace ctgan::synth::paid_domains {

// Where the second and each later part begins, ascending: `parts` - 1 cuts, less where many rows have the same value.
// `sorted` are steps in ascending order, of which a unit has `rows_per_unit` at most. Costs `rho` at most.
std::vector<std::int64_t> quantile_cuts(privacy::Mechanisms& mechanisms, const std::string& stage,
                                        std::span<const std::int64_t> sorted, const StepRange& range,
                                        std::size_t parts, std::uint64_t rows_per_unit, double rho);

// Of cuts of one part: `below` are its rows before each, `rows` all of them.
std::vector<double> cut_scores(std::span<const std::uint64_t> below, std::uint64_t rows, double share);

// Steps at which the range may be cut, ascending, none the first: all of them, or some thousand that are spread evenly
// over it and over its powers of two.
std::vector<std::int64_t> cut_candidates(const StepRange& range);

}  // namespace ctgan::synth::paid_domains
