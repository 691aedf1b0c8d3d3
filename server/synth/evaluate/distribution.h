// Two distributions over shared bins or categories, small enough to draw.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "server/synth/evaluate/evaluation.h"

namespace ctgan::synth::evaluate {

inline constexpr std::size_t k_most_bins = 30;
inline constexpr std::size_t k_most_labels = 20;
// An axis goes from this quantile of the original to its counterpart, if that makes it shorter by a tenth or more.
inline constexpr double k_tail = 0.005;

// Bins of equal width over both tables' range, or over its middle with a bin beyond each end (k_tail) where the original
// has 400 values or more; of whole numbers each bin holds equally many. Values ascending; no edges when both are empty.
Distribution binned_distribution(std::span<const double> original, std::span<const double> synthetic);
// Counts, code by code; the categories beyond the k_most_labels - 1 most frequent become one.
Distribution category_distribution(const std::vector<std::string>& labels, std::span<const double> original,
                                   std::span<const double> synthetic);

}  // namespace ctgan::synth::evaluate
