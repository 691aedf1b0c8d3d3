// A marginal as it was measured: each cell's count plus normal noise of the same standard deviation, independent of
// the others (the identity query of Li et al. 2015, "The matrix mechanism"). A column whose rare codes are measured
// together is recoded before, so that a cell is a cell of the domain.
#pragma once

#include <vector>

#include "server/synth/marginals/attribute_set.h"

namespace ctgan::synth::marginals {

struct Measurement {
  AttributeSet attributes;
  std::vector<double> cells;  // in row-major order; may be negative
  double sigma = 1;           // of each cell's noise, in rows; above 0
};

}  // namespace ctgan::synth::marginals
