#include "server/synth/evaluate/column_sets.h"

#include <algorithm>
#include <set>

namespace ctgan::synth::evaluate {
namespace {

template <std::size_t k_size>
void append_all(std::size_t columns, ColumnSet<k_size> set, std::size_t filled,
                std::vector<ColumnSet<k_size>>& sets) {
  if (filled == k_size) {
    sets.push_back(set);
    return;
  }
  for (std::size_t next = filled == 0 ? 0 : set[filled - 1] + 1; next < columns; ++next) {
    set[filled] = next;
    append_all(columns, set, filled + 1, sets);
  }
}

template <std::size_t k_size>
ColumnSets<k_size> choose(std::size_t columns, std::size_t most, random::Stream stream) {
  ColumnSets<k_size> sets;
  sets.all = 1;
  // Whole at every step.
  for (std::size_t i = 0; i < k_size; ++i)
    sets.all =
        sets.all * (static_cast<double>(columns) - static_cast<double>(i)) / static_cast<double>(i + 1);
  if (columns < k_size) sets.all = 0;
  if (sets.all <= static_cast<double>(most)) {
    append_all<k_size>(columns, {}, 0, sets.chosen);
    return sets;
  }
  std::set<ColumnSet<k_size>> chosen;
  while (chosen.size() < most) {
    ColumnSet<k_size> set{};
    for (std::size_t& column : set) column = stream.next_below(static_cast<std::uint32_t>(columns));
    std::sort(set.begin(), set.end());
    if (std::adjacent_find(set.begin(), set.end()) == set.end()) chosen.insert(set);
  }
  sets.chosen.assign(chosen.begin(), chosen.end());
  return sets;
}

}  // namespace

ColumnSets<2> choose_pairs(std::size_t columns, std::size_t most, random::Stream stream) {
  return choose<2>(columns, most, stream);
}

ColumnSets<3> choose_triples(std::size_t columns, std::size_t most, random::Stream stream) {
  return choose<3>(columns, most, stream);
}

}  // namespace ctgan::synth::evaluate
