#include "server/synth/graphical/parent_cells.h"

#include <algorithm>
#include <variant>

namespace ctgan::synth::graphical {

void number_parent_cells(const ConditionalTable& table, std::span<const codecs::Codes> columns,
                         std::size_t first, std::span<std::size_t> cells) {
  std::fill(cells.begin(), cells.end(), std::size_t{0});
  for (std::size_t place = 0; place < table.parents.size(); ++place)
    std::visit(
        [&](const auto& codes) {
          const auto* const own = codes.data() + first;
          const std::size_t stride = table.parent_strides[place];
          for (std::size_t row = 0; row < cells.size(); ++row) cells[row] += own[row] * stride;
        },
        columns[table.parents[place]].codes);
}

}  // namespace ctgan::synth::graphical
