// Counts of pairs of categories in two tables.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

namespace ctgan::synth::evaluate {

// A column as small codes, none missing.
struct CodedColumn {
  std::vector<std::uint32_t> codes;
  std::size_t categories = 0;  // codes are below
};

// The ten bins of pair_scores.h: codes 0 to 10. NaN is missing.
CodedColumn ten_bins(std::span<const double> numbers);
// Missing cells become the last category.
CodedColumn with_missing_as_category(std::span<const std::uint32_t> codes, std::size_t categories);

struct Contingency {
  double similarity = 1;                        // 1 - the total variation distance
  std::optional<double> original_association;   // Cramer's V without correction; std::nullopt when a column
  std::optional<double> synthetic_association;  // has one category only
};

struct CodedPair {
  const CodedColumn& first;
  const CodedColumn& second;
};
// REQUIRES: each pair's columns have equal lengths, above 0; both pairs number their categories alike.
Contingency contingency(const CodedPair& original, const CodedPair& synthetic);

}  // namespace ctgan::synth::evaluate
