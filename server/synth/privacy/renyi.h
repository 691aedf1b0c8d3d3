// Renyi differential privacy (Mironov, "Renyi differential privacy", CSF 2017): a divergence at each of several orders,
// which adds up order by order, and what it means as (epsilon, delta). For training by noisy gradients of sampled rows.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace ctgan::synth::privacy {

// Orders at which divergences are kept: 1.1 to 10.9 in tenths, 11 to 63, and on to 1,024 ever further apart, for small
// epsilons.
std::vector<double> renyi_orders();

// One noisy sum (standard deviation `noise_multiplier` times the sensitivity) of rows of which each was taken
// independently with probability `rate`, at an order above 1: Mironov, Talwar and Zhang, "Renyi differential privacy of
// the sampled Gaussian mechanism" (2019), section 3.3, whole orders by their finite sum and others by the series.
// Rows that are added or removed; batches of a fixed size have another divergence. REQUIRES: 0 <= rate <= 1,
// noise_multiplier > 0.
double sampled_gaussian_renyi(double rate, double noise_multiplier, double order);
// Continuous Laplace noise whose scale is sensitivity / epsilon (Mironov 2017, proposition 6).
double laplace_renyi(double epsilon, double order);

// The least epsilon over the orders: Canonne, Kamath and Steinke 2020, proposition 12, as Balle et al., "Hypothesis
// testing interpretations and Renyi differential privacy" (AISTATS 2020). Never below 0. REQUIRES: as many
// divergences as orders, at least one.
double renyi_epsilon(std::span<const double> orders, std::span<const double> divergences, double delta);

// Steps of training, each on rows sampled with `rate`.
struct SampledTraining {
  double rate = 0;
  std::uint64_t steps = 0;
};
// What these steps cost, together with zero-concentrated `rho` (common/guarantees/zcdp.h).
double training_epsilon(const SampledTraining& training, double noise_multiplier, double delta,
                        double rho = 0);
// The least noise multiplier, to a ten thousandth of itself, with which they cost no more than epsilon. Throws
// Error(usage) where even one of 10^6 costs more, which a delta that is too small for the orders does, or rho.
double least_noise_multiplier(const SampledTraining& training, double epsilon, double delta, double rho = 0);

}  // namespace ctgan::synth::privacy
