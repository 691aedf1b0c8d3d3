// A marginal as it was measured: each cell's count plus normal noise, independent of the others (the identity query of
// Li et al. 2015, "The matrix mechanism"). A cell that several codes became after they were measured has the noise of all
// of them.
#pragma once

#include <cstddef>
#include <vector>

#include "server/synth/marginals/attribute_set.h"

namespace ctgan::synth::marginals {

struct Measurement {
  AttributeSet attributes;
  std::vector<double> cells;  // in row-major order; may be negative
  double sigma = 1;           // standard deviation of the noise, in rows; above 0
  // Of each cell how many such noises it has; empty: one each. Above 0.
  std::vector<double> noises = {};

  double variance(std::size_t cell) const { return sigma * sigma * (noises.empty() ? 1 : noises[cell]); }
};

}  // namespace ctgan::synth::marginals
