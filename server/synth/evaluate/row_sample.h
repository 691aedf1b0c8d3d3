// Rows drawn without replacement. Each use has a purpose of its own, so that sections do not disturb one
// another.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "server/synth/random/random.h"

namespace ctgan::synth::evaluate {

enum class Purpose : std::uint64_t {
  utility_original = 1,
  utility_synthetic,
  utility_test,
  detection_original,
  detection_synthetic,
  closest_original,
  closest_held_out,
  closest_synthetic,
  rare_columns,
  rare_original,
  rare_synthetic,
  attack_original,
  attack_held_out,
  attack_synthetic,
  attack_queries,
  attack_guesses,
  attack_secrets,
  membership_members,
  membership_held_out,
  membership_synthetic,
  membership_resamples,
  membership_components,
  membership_folds,
  closest_attainable,
  matched_original = 101,
  matched_synthetic,
  matched_held_out,
  column_triples,
  column_pairs,
  targets,
  global_original,
  global_synthetic,
  global_test,
  perturbations,
};

// `part` separates what one purpose does several times.
random::Stream stream_for(std::uint64_t seed, Purpose purpose, std::uint64_t part = 0);

// What grows with rows and columns takes fewer rows of a table of many columns: 50,000 rows of 25 columns are few
// enough, and k_least_wide_rows always are.
inline constexpr std::size_t k_most_cells = 1'250'000;
inline constexpr std::size_t k_least_wide_rows = 500;

// At most `most`.
std::size_t rows_within(std::size_t most, std::size_t columns);

// min(wanted, rows) of the numbers below `rows`, shuffled.
std::vector<std::uint32_t> draw_rows(std::size_t rows, std::size_t wanted, random::Stream stream);

}  // namespace ctgan::synth::evaluate
