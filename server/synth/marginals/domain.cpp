#include "server/synth/marginals/domain.h"

#include <numeric>
#include <string>
#include <utility>

#include "common/errors/error.h"

namespace ctgan::synth::marginals {

Domain::Domain(std::vector<std::size_t> sizes) : sizes_(std::move(sizes)) {}

std::uint64_t Domain::cells(const AttributeSet& attributes) const {
  std::uint64_t cells = 1;
  for (const Attribute attribute : attributes)
    if (__builtin_mul_overflow(cells, std::uint64_t{size(attribute)}, &cells)) return k_too_many_cells;
  return cells;
}

std::size_t Domain::array_cells(const AttributeSet& attributes) const {
  const std::uint64_t wanted = cells(attributes);
  if (wanted > k_most_cells)
    throw errors::Error(
        errors::Kind::bad_data,
        "the joint table of " + std::to_string(attributes.size()) + " columns has too many cells",
        "let columns have fewer values, or fewer columns be looked at together");
  return static_cast<std::size_t>(wanted);
}

AttributeSet Domain::all() const {
  std::vector<Attribute> attributes(sizes_.size());
  std::iota(attributes.begin(), attributes.end(), Attribute{0});
  return AttributeSet(std::move(attributes));
}

std::uint64_t sum_of_cells(std::uint64_t a, std::uint64_t b) {
  std::uint64_t sum = 0;
  return __builtin_add_overflow(a, b, &sum) ? k_too_many_cells : sum;
}

}  // namespace ctgan::synth::marginals
