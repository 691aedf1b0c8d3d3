// A distribution over few attributes as one array of all rows that there can be: what inference is compared with.
#pragma once

#include <cmath>
#include <cstdint>
#include <vector>

#include "server/synth/graphical/graphical_model.h"
#include "server/synth/random/random.h"

namespace ctgan::synth::graphical {

// The codes of a cell, in row-major order of the attributes.
inline std::vector<std::size_t> codes_of_cell(const Domain& domain, const AttributeSet& attributes,
                                              std::size_t cell) {
  std::vector<std::size_t> codes(attributes.size());
  for (std::size_t place = attributes.size(); place-- > 0;) {
    codes[place] = cell % domain.size(attributes[place]);
    cell /= domain.size(attributes[place]);
  }
  return codes;
}

// The cell that the row `codes` of all attributes is in.
inline std::size_t cell_of_row(const Domain& domain, const AttributeSet& attributes,
                               const std::vector<std::size_t>& codes) {
  std::size_t cell = 0;
  for (const Attribute attribute : attributes) cell = cell * domain.size(attribute) + codes[attribute];
  return cell;
}

// How many of `total` rows each row is, by the definition.
inline std::vector<double> joint_of(const Domain& domain, const std::vector<Factor>& potentials,
                                    double total) {
  const AttributeSet all = domain.all();
  std::vector<double> rows(domain.cells(all));
  double sum = 0;
  for (std::size_t cell = 0; cell < rows.size(); ++cell) {
    const std::vector<std::size_t> codes = codes_of_cell(domain, all, cell);
    double potential = 0;
    for (const Factor& factor : potentials)
      potential += factor.cells[cell_of_row(domain, factor.attributes, codes)];
    rows[cell] = std::exp(potential);
    sum += rows[cell];
  }
  for (double& row : rows) row *= total / sum;
  return rows;
}

inline std::vector<double> marginal_of(const Domain& domain, const std::vector<double>& joint,
                                       const AttributeSet& attributes) {
  std::vector<double> marginal(domain.cells(attributes));
  for (std::size_t cell = 0; cell < joint.size(); ++cell)
    marginal[cell_of_row(domain, attributes, codes_of_cell(domain, domain.all(), cell))] += joint[cell];
  return marginal;
}

inline double largest_difference(const std::vector<double>& a, const std::vector<double>& b) {
  if (a.size() != b.size()) return INFINITY;
  double largest = 0;
  for (std::size_t i = 0; i < a.size(); ++i) largest = std::max(largest, std::abs(a[i] - b[i]));
  return largest;
}

inline Factor random_potential(const Domain& domain, const AttributeSet& attributes, random::Stream& random,
                               double spread = 4) {
  Factor factor(domain, attributes, 0);
  for (double& cell : factor.cells) cell = spread * (random.next_double() - 0.5);
  return factor;
}

// Every set of the domain's attributes, the empty one and all of them included.
inline std::vector<AttributeSet> all_subsets(const Domain& domain) {
  std::vector<AttributeSet> subsets;
  for (std::uint32_t bits = 0; bits < (1U << domain.attributes()); ++bits) {
    std::vector<Attribute> attributes;
    for (Attribute a = 0; a < domain.attributes(); ++a)
      if ((bits >> a & 1U) != 0) attributes.push_back(a);
    subsets.emplace_back(std::move(attributes));
  }
  return subsets;
}

}  // namespace ctgan::synth::graphical
