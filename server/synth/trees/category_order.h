// The order in which a tree cuts the categories of a predictor. For numbers it is that of the target's mean in
// each category, among which the best of all cuts is found (Fisher 1958; Breiman et al. 1984, theorem 4.5); for
// classes that of the categories' class shares along their first principal component (Coppersmith, Hong and
// Hosking 1999), which for two classes is the same.
#pragma once

#include <cstdint>
#include <span>

#include "server/synth/trees/tree.h"

namespace ctgan::synth::trees {

// The bins of a predictor's categories: neighbours in that order share one where there are more than 255
// categories. `ranks` as in TreeTask. All spans are of the same rows.
BinOfState category_bins(std::span<const State> predictor, std::size_t categories,
                         std::span<const State> target, std::size_t target_states,
                         std::span<const std::uint16_t> ranks);

}  // namespace ctgan::synth::trees
