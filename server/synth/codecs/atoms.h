// What a column of numbers has beside its density. Values that many rows share exactly, where the values
// around them have few rows, are atoms: the zeros of a gain that few people make, 40 hours a week, 9999-12-31
// for "no end". So are values far from all others (999 among ages), and all of a column that has few of them
// (a price list, quarter ends, 0 and 1). An atom is a mode of its own without width (mode_normalizer.h): it
// comes back as it was, as often as it was, and bends no Gaussian. Of what is left, a column whose rows share
// nearly all values with others is a list: it has no other values than these.
//
// No value that fewer than `least_rows` rows have is an atom or listed.
#pragma once

#include <cstdint>
#include <vector>

#include "server/synth/codecs/distinct_values.h"

namespace ctgan::synth::codecs {

struct ValueParts {
  std::vector<double> atoms;   // ascending
  DistinctValues rest;         // what has a density; may be empty, unless there is no atom
  std::vector<double> listed;  // ascending: all that rows of the rest may hold; empty: whatever lies between
};

// A value of fewer rows, or of a smaller share of them, is not frequent.
inline constexpr double k_frequent_share = 0.01;
inline constexpr double k_frequent_rows = 20;

// At most so many, with ten Gaussian modes beside them, have a code of eight bits.
inline constexpr std::size_t k_most_atoms = 200;

// REQUIRES: a row; least_rows > 0.
ValueParts split_values(const DistinctValues& column, std::uint64_t least_rows);

}  // namespace ctgan::synth::codecs
