// Sets of a table's columns, of many a sample.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "server/synth/random/random.h"

namespace ctgan::synth::evaluate {

template <std::size_t k_size>
using ColumnSet = std::array<std::size_t, k_size>;  // ascending

template <std::size_t k_size>
struct ColumnSets {
  std::vector<ColumnSet<k_size>> chosen;  // ascending
  double all = 0;                         // how many there are
};

// Every pair of `columns` columns when there are no more than `most`, else so many of them, drawn without
// replacement.
ColumnSets<2> choose_pairs(std::size_t columns, std::size_t most, random::Stream stream);
// The same of triples.
ColumnSets<3> choose_triples(std::size_t columns, std::size_t most, random::Stream stream);

}  // namespace ctgan::synth::evaluate
