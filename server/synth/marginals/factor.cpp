#include "server/synth/marginals/factor.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

#include "server/synth/marginals/embedding.h"
#include "server/synth/marginals/logarithms.h"

namespace ctgan::synth::marginals {

Factor::Factor(const Domain& domain, AttributeSet set, double value)
    : attributes(std::move(set)), cells(domain.array_cells(attributes), value) {}

Factor::Factor(AttributeSet set, std::vector<double> numbers)
    : attributes(std::move(set)), cells(std::move(numbers)) {}

Factor project_sum(const Domain& domain, const Factor& factor, const AttributeSet& attributes) {
  Factor sums(domain, attributes, 0);
  Embedding(domain, factor.attributes, attributes).project_sum(factor.cells.data(), sums.cells.data());
  return sums;
}

Factor project_logsumexp(const Domain& domain, const Factor& factor, const AttributeSet& attributes) {
  Factor logarithms(domain, attributes, 0);
  std::vector<double> powers = factor.cells, sums(logarithms.cells.size());
  exponentiate_groups(Embedding(domain, factor.attributes, attributes), powers, sums, logarithms.cells);
  return logarithms;
}

void add(const Domain& domain, const Factor& small, Factor& large) {
  Embedding(domain, large.attributes, small.attributes).broadcast_add(small.cells.data(), large.cells.data());
}

std::vector<double> rearranged(const Domain& domain, std::span<const double> cells,
                               std::span<const Attribute> from, std::span<const Attribute> to) {
  if (std::equal(from.begin(), from.end(), to.begin(), to.end())) return {cells.begin(), cells.end()};
  std::vector<std::size_t> strides(from.size()), codes(from.size());
  std::size_t stride = 1;
  for (std::size_t place = to.size(); place-- > 0; stride *= domain.size(to[place]))
    strides[static_cast<std::size_t>(std::find(from.begin(), from.end(), to[place]) - from.begin())] = stride;
  std::vector<double> moved(cells.size());
  // The last attribute's codes in a loop of their own, all others' as digits.
  const std::size_t outer = codes.empty() ? 0 : codes.size() - 1;
  const std::size_t row = codes.empty() ? 1 : domain.size(from[outer]);
  const std::size_t apart = codes.empty() ? 0 : strides[outer];
  std::size_t at = 0;
  for (std::size_t first = 0; first < cells.size(); first += row) {
    for (std::size_t code = 0; code < row; ++code) moved[at + code * apart] = cells[first + code];
    for (std::size_t place = outer; place-- > 0;) {
      at += strides[place];
      if (++codes[place] < domain.size(from[place])) break;
      at -= strides[place] * codes[place];
      codes[place] = 0;
    }
  }
  return moved;
}

std::vector<double> inverses(std::span<const double> numbers) {
  std::vector<double> inverses;
  for (const double number : numbers)
    inverses.push_back(number >= std::numeric_limits<double>::min() ? 1 / number : 0);
  return inverses;
}

// Kahan's sum: the error stays at two roundings of the result for any number of cells, which a private choice counts on
// (exponential_mechanism.h).
double l1_distance(std::span<const double> a, std::span<const double> b) {
  double distance = 0, lost = 0;
  for (std::size_t cell = 0; cell < a.size(); ++cell) {
    const double next = std::abs(a[cell] - b[cell]) - lost;
    const double sum = distance + next;
    lost = (sum - distance) - next;
    distance = sum;
  }
  return distance;
}

}  // namespace ctgan::synth::marginals
