// What rows of codes can be: how many codes each attribute has. A cell of a marginal is one code of each of its
// attributes; cells stand in row-major order, the last attribute's codes beside each other.
#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>
#include <vector>

#include "server/synth/marginals/attribute_set.h"

namespace ctgan::synth::marginals {

// More cells than can be counted.
inline constexpr std::uint64_t k_too_many_cells = std::numeric_limits<std::uint64_t>::max();

// What an array of numbers may have at most: 8 GB of doubles.
inline constexpr std::uint64_t k_most_cells = std::uint64_t{1} << 30U;

class Domain {
 public:
  // Attribute a has the codes 0 to sizes[a] - 1. REQUIRES: no size is 0.
  explicit Domain(std::vector<std::size_t> sizes);

  std::size_t attributes() const { return sizes_.size(); }
  std::size_t size(Attribute attribute) const { return sizes_[attribute]; }
  // The product of their sizes, 1 of none; k_too_many_cells where it does not fit.
  std::uint64_t cells(const AttributeSet& attributes) const;
  // The same, for an array that is going to be made. Throws Error(bad_data) above k_most_cells.
  std::size_t array_cells(const AttributeSet& attributes) const;
  AttributeSet all() const;

  bool operator==(const Domain&) const = default;

 private:
  std::vector<std::size_t> sizes_;
};

// The sum, or k_too_many_cells where it does not fit.
std::uint64_t sum_of_cells(std::uint64_t a, std::uint64_t b);

}  // namespace ctgan::synth::marginals
