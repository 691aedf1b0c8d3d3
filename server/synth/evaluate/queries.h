// Questions of a singling-out attacker: "is there exactly one row with age >= 90 and sex = F?" They are made
// from synthetic rows alone, in the manner of Anonymeter's two generators.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "server/synth/evaluate/columns.h"
#include "server/synth/random/random.h"

namespace ctgan::synth::evaluate {

enum class Comparison { equal, unequal, at_most, at_least, missing, present };

struct Condition {
  std::size_t column = 0;  // place in the tables
  Comparison comparison = Comparison::equal;
  double number = 0;       // of a numeric column
  std::uint32_t code = 0;  // of a categorical one

  bool operator==(const Condition&) const = default;
};

// Conditions that must all hold, at most one a column.
using Query = std::vector<Condition>;

bool matches(const ComparedTables& tables, Side side, std::uint32_t row, const Query& query);
// How many of the rows match, counted up to `most`.
std::size_t count_matches(const ComparedTables& tables, Side side, std::span<const std::uint32_t> rows,
                          const Query& query, std::size_t most);

// What the generators look at: the synthetic rows without repetitions.
struct QuerySource {
  const ComparedTables& tables;
  std::span<const std::uint32_t> rows;
};

// Up to `wanted` different queries that exactly one synthetic row matches. One column: a value that one row
// has, beyond the least or the greatest, the only missing cell. Several: a row's own values in columns drawn
// by chance, numbers as "at least" above the column's median and "at most" below; `attempts` rows are tried.
std::vector<Query> one_column_queries(const QuerySource& source, std::size_t wanted, random::Stream stream);
std::vector<Query> several_column_queries(const QuerySource& source, std::size_t columns, std::size_t wanted,
                                          std::size_t attempts, random::Stream stream);
// The guesses of somebody who knows the columns' values only: values, columns and comparisons drawn by
// chance.
std::vector<Query> random_queries(const QuerySource& source, std::size_t columns, std::size_t wanted,
                                  random::Stream stream);

}  // namespace ctgan::synth::evaluate
