// Which marginals are worth their noise, and how much of a budget each of them gets, where all are measured at once:
// what an unmeasured marginal is wrong by, against the noise of a measured one. Zhang et al. 2021 ("PrivSyn", section
// 4.2, equations 5 and 6) has the optimum in closed form; weights as dpsynth's SWIFT has them.
//
// With a rho of r_i a marginal of c_i cells has noise of sigma_i = 1 / sqrt(2 r_i), which is c_i / sqrt(pi r_i) in L1. What
// measuring the set S gains is
//
//     sum over S of w_i (e_i - c_i / sqrt(pi r_i))
//
// and, with r_i = r y_i / Y for y_i = (w_i c_i)^(2/3) and Y their sum over S, the best: sum of w_i e_i - Y^(3/2) / sqrt(pi r).
#pragma once

#include <cstddef>
#include <span>
#include <vector>

namespace ctgan::synth::marginal_methods {

struct Measurable {
  double error = 0;   // L1, in rows, as long as it is not measured; noisy, and so perhaps negative
  double cells = 1;   // above 0
  double weight = 1;  // above 0
};

struct Allocation {
  struct Share {
    std::size_t place = 0;  // among the measurable ones
    double rho = 0;
  };
  std::vector<Share> shares;  // of those that are measured; their rho add up to all of it
  double gain = 0;
};

// Which to measure is decided greedily, by gain for what it costs the others; one at least where there is one.
// REQUIRES: rho > 0.
Allocation allocate(std::span<const Measurable> candidates, double rho);

// What all of them get where all are measured.
std::vector<double> allocate_to_all(std::span<const Measurable> chosen, double rho);

}  // namespace ctgan::synth::marginal_methods
