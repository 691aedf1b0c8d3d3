// Which row of a conditional table a drawn row's parents lead to.
#pragma once

#include <cstddef>
#include <span>

#include "server/synth/codecs/codes.h"
#include "server/synth/graphical/row_sampler.h"

namespace ctgan::synth::graphical {

// Of rows `first`, first + 1, ..., as many as there are `cells`.
void number_parent_cells(const ConditionalTable& table, std::span<const codecs::Codes> columns,
                         std::size_t first, std::span<std::size_t> cells);

}  // namespace ctgan::synth::graphical
