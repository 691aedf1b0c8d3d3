// Questions of a singling-out attacker: "is there exactly one row with age >= 90 and sex = F?" They are made
// from synthetic rows alone, in the manner of Anonymeter's two generators.
#pragma once

#include <cstddef>
#include <vector>

#include "server/synth/evaluate/indexed_rows.h"
#include "server/synth/random/random.h"

namespace ctgan::synth::evaluate {

// `synthetic` are the synthetic rows without repetitions.
//
// Up to `wanted` different queries that exactly one synthetic row matches. One column: a value that one row
// has, beyond the least or the greatest, the only missing cell. Several: a row's own values in columns drawn
// by chance, numbers as "at least" above the column's median and "at most" below; `attempts` rows are tried.
std::vector<Query> one_column_queries(const IndexedRows& synthetic, std::size_t wanted,
                                      random::Stream stream);
std::vector<Query> several_column_queries(const IndexedRows& synthetic, std::size_t columns,
                                          std::size_t wanted, std::size_t attempts, random::Stream stream);
// The guesses of somebody who knows the columns' values only: values, columns and comparisons drawn by
// chance.
std::vector<Query> random_queries(const IndexedRows& synthetic, std::size_t columns, std::size_t wanted,
                                  random::Stream stream);

}  // namespace ctgan::synth::evaluate
