#include "server/synth/privacy/exponential_mechanism.h"

#include <algorithm>
#include <cmath>
#include <vector>

#include "common/errors/error.h"
#include "server/synth/privacy/exact_noise.h"

namespace ctgan::synth::privacy {
namespace {

constexpr double k_steps_of_sensitivity = 65536;  // 2^16
constexpr int k_weight_bits = 40;

// With one unit a score moves by so many steps, by one more where it is rounded down to a step, and by one for what was
// rounded when it was computed.
constexpr double k_moved_steps = k_steps_of_sensitivity + 2;

// Distances from the best score, in whole steps.
std::vector<std::uint64_t> steps_below_best(std::span<const double> scores, double sensitivity) {
  constexpr double k_most = 1ULL << 57U;
  const auto steps_of = [&](double score) {
    return std::floor(score / sensitivity * k_steps_of_sensitivity);
  };
  const double best = steps_of(*std::max_element(scores.begin(), scores.end()));
  std::vector<std::uint64_t> steps;
  steps.reserve(scores.size());
  for (const double score : scores) {
    const double distance = best - steps_of(score);
    if (!(distance <= k_most))
      throw errors::Error(errors::Kind::internal, "scores are too far apart to choose among them privately");
    steps.push_back(static_cast<std::uint64_t>(distance));
  }
  return steps;
}

}  // namespace

// By rejection: whoever is picked evenly stays with probability exp(-epsilon distance / (2 sensitivity)).
std::size_t exponential_mechanism(NoiseBits& bits, std::span<const double> scores, double sensitivity,
                                  double epsilon) {
  const std::vector<std::uint64_t> steps = steps_below_best(scores, sensitivity);
  const Wide weight_unit = Wide{1} << static_cast<unsigned>(k_weight_bits);
  const auto weight = static_cast<Wide>(std::floor(std::ldexp(epsilon / (2 * k_moved_steps), k_weight_bits)));
  for (;;) {
    const auto picked = static_cast<std::size_t>(uniform_below(bits, steps.size()));
    if (bernoulli_exp(bits, {weight * steps[picked], weight_unit})) return picked;
  }
}

}  // namespace ctgan::synth::privacy
