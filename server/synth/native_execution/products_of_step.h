// The matrix products that one step of CTGAN's two networks consists of, and what they take on the machine at
// hand: by that a precision is chosen.
#pragma once

#include <cstddef>
#include <vector>

#include "server/synth/kernels/kernels.h"
#include "server/synth/networks/ctgan_shape.h"

namespace ctgan::synth::native_execution {

// One call of Kernels::multiply, and how often a step makes it.
struct Product {
  std::size_t m = 0, depth = 0;
  std::size_t step = 1;  // of the left factor: every step-th row of a matrix
  bool turned = false;   // the left factor is a panel's transpose
  std::size_t times = 0;
};

// Of one update of the discriminator and one of the generator, from batches of `rows` rows.
std::vector<Product> products_of_step(const networks::CtganShape& shape, std::size_t rows);

// Milliseconds that the products take on one thread with each table: of each product the median of some rounds in
// which the tables take turns. One call takes microseconds, so that a busy machine seldom comes between; long ones
// are timed by a part of their depth.
std::vector<double> time_products(const std::vector<Product>& products,
                                  const std::vector<const kernels::Kernels<float>*>& tables);

}  // namespace ctgan::synth::native_execution
