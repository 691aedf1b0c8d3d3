// Marginals from noisy marginals without a model: each measurement is taken apart into residuals, one for each set of its
// attributes, which are what the set's marginal has beyond those of fewer attributes. Residuals of one set are averaged by
// what noise they have, and any marginal is the sum of those of its sets; a set that was never measured has none. Linear
// in the cells, without a junction tree; for answers that rows need not be drawn from (Mullins et al. 2024, "Efficient and
// private marginal reconstruction with local non-negativity", GReM; residuals of Xiao et al. 2023, "ResidualPlanner").
//
// Beyond fewer attributes means beyond independence of the attributes: with all codes equally likely, as published, the
// sums are the least squares of all measurements; with what the attributes' own marginals are, a pair that was not
// measured comes out as their product, instead of a sum with negative cells.
#pragma once

#include <cstddef>
#include <map>
#include <span>
#include <vector>

#include "server/synth/marginals/domain.h"
#include "server/synth/marginals/factor.h"
#include "server/synth/marginals/measurement.h"

namespace ctgan::synth::marginals {

// Not safe to share between threads while add() runs.
class Residuals {
 public:
  // `shares`: of each attribute how much of the rows is expected of each code, without interactions.
  // REQUIRES: one an attribute, each of numbers of at least 0 that add up to 1.
  Residuals(Domain domain, std::vector<std::vector<double>> shares);

  // REQUIRES: a finite number a cell; at most 16 attributes.
  void add(const Measurement& measurement);

  // The estimate; cells may be negative. Before anything was measured all are 0.
  Factor marginal(const AttributeSet& attributes) const;
  // The nearest one by the same total that has no negative cell: these are 0, and the others less.
  Factor nonnegative_marginal(const AttributeSet& attributes) const;

 private:
  // The mean of what was measured, by inverse variance.
  struct Residual {
    std::vector<double> weighted;  // sum of cells / variance
    double weight = 0;             // sum of 1 / variance
  };

  // cells -= share times sum, along the attribute at a place: what is left adds up to 0 along it.
  void centre(const AttributeSet& set, std::size_t place, std::vector<double>& cells) const;
  void add_spread(const AttributeSet& part, const Residual& residual, Factor& sum) const;

  Domain domain_;
  std::vector<std::vector<double>> shares_;
  std::map<AttributeSet, Residual> residuals_;
};

// The shares of one-way marginals as measured: negative counts are 0, and a code keeps at least a share of
// `least` over the number of codes. REQUIRES: 0 < least < 1.
std::vector<double> shares_of(std::span<const double> cells, double least);

}  // namespace ctgan::synth::marginals
