#include "server/synth/marginals/embedding.h"

#include <algorithm>
#include <array>
#include <limits>

#include "server/synth/encoders/exponential.h"
#include "server/synth/marginals/block_loops.h"
#include "server/synth/random/vector_clones.h"

namespace ctgan::synth::marginals {
namespace {

// An axis has two codes or more, and an array that fits into memory no more cells than 2^63.
constexpr std::size_t k_most_axes = 64;

}  // namespace

// Attributes that stand beside each other in the large set, and are in the small one, stand beside each other there
// too: they are one axis, as are those that are in the large one alone.
Embedding::Embedding(const Domain& domain, const AttributeSet& large, const AttributeSet& small)
    : large_cells_(domain.array_cells(large)), small_cells_(domain.array_cells(small)) {
  std::size_t stride = 1;
  for (std::size_t place = large.size(); place-- > 0;) {
    const std::size_t size = domain.size(large[place]);
    if (size == 1) continue;
    const bool is_kept = small.contains(large[place]);
    const std::size_t own = is_kept ? stride : 0;
    if (outer_.empty() || (outer_.back().stride > 0) != is_kept)
      outer_.push_back({size, own});
    else
      outer_.back().length *= size;
    if (is_kept) stride *= size;
  }
  row_is_cell_ = outer_.empty() || outer_.front().stride == 0;
  if (!outer_.empty()) columns_ = outer_.front().length;
  if (outer_.size() > 1) rows_ = outer_[1].length;
  outer_.erase(outer_.begin(),
               outer_.begin() + static_cast<std::ptrdiff_t>(std::min<std::size_t>(outer_.size(), 2)));
}

template <typename Block>
void Embedding::walk(const Block& block) const {
  std::array<std::size_t, k_most_axes> codes{};
  std::size_t small = 0;
  for (std::size_t large = 0; large < large_cells_; large += rows_ * columns_) {
    block(large, small);
    for (std::size_t axis = 0; axis < outer_.size(); ++axis) {
      small += outer_[axis].stride;
      if (++codes[axis] < outer_[axis].length) break;
      small -= outer_[axis].stride * outer_[axis].length;
      codes[axis] = 0;
    }
  }
}

void Embedding::project_sum(const double* large, double* small) const {
  std::fill_n(small, small_cells_, 0.0);
  walk([&](std::size_t at, std::size_t cell) {
    (row_is_cell_ ? sum_rows : sum_columns)(large + at, rows_, columns_, small + cell);
  });
}

void Embedding::project_maximum(const double* large, double* small) const {
  std::fill_n(small, small_cells_, -std::numeric_limits<double>::infinity());
  walk([&](std::size_t at, std::size_t cell) {
    (row_is_cell_ ? maximum_rows : maximum_columns)(large + at, rows_, columns_, small + cell);
  });
}

void Embedding::broadcast_add_scaled(const double* small, double factor, double* large) const {
  walk([&](std::size_t at, std::size_t cell) {
    (row_is_cell_ ? add_rows : add_columns)(small + cell, factor, rows_, columns_, large + at);
  });
}

void Embedding::broadcast_add(const double* small, double* large) const {
  broadcast_add_scaled(small, 1, large);
}

void Embedding::broadcast_subtract(const double* small, double* large) const {
  broadcast_add_scaled(small, -1, large);
}

void Embedding::broadcast_multiply(const double* small, double* large) const {
  walk([&](std::size_t at, std::size_t cell) {
    (row_is_cell_ ? multiply_rows : multiply_columns)(small + cell, rows_, columns_, large + at);
  });
}

CTGAN_VECTOR_CLONES void exponentiate(std::span<double> numbers) {
  for (double& number : numbers) {
    const bool is_zero = number < encoders::k_lowest_exponent;
    const double power = encoders::exponential(is_zero ? encoders::k_lowest_exponent : number);
    number = is_zero ? 0.0 : power;
  }
}

double sum_of(std::span<const double> numbers) {
  double sum = 0;
  sum_rows(numbers.data(), 1, numbers.size(), &sum);
  return sum;
}

}  // namespace ctgan::synth::marginals
