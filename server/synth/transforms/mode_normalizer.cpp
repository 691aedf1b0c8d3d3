#include "server/synth/transforms/mode_normalizer.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <numeric>

#include "common/errors/error.h"
#include "server/synth/transforms/bayesian_mixture.h"
#include "server/synth/transforms/exponential.h"

namespace ctgan::synth::transforms {
namespace {

// How many standard deviations a scalar of 1 stands for.
constexpr double k_spread = 4.0;
// Added to every mode's probability before the draw, as published.
constexpr double k_least_probability = 1e-6;

// The power of two that brings a column into the range where the mixture's absolute floor on variances (1e-6)
// is small and squares do not overflow; 1 for columns of ordinary size.
double unit_of(const DistinctValues& distinct) {
  constexpr double k_smallest_range = 0.25;
  constexpr double k_largest = 0x1p300;
  const double largest = std::max(std::abs(distinct.values.front()), std::abs(distinct.values.back()));
  if (largest > k_largest) {
    return std::ldexp(1.0, -std::ilogb(largest));
  }
  const double range = distinct.values.back() - distinct.values.front();
  if (range > 0 && range < k_smallest_range) {
    return std::ldexp(1.0, std::min(-std::ilogb(range), 1000));
  }
  return 1.0;
}

// The mixture with the highest lower bound over several starts. One start can end in a poor optimum, above
// all when there are few distinct values; there more starts cost next to nothing.
Mixture best_mixture(const DistinctValues& distinct, std::size_t components) {
  constexpr std::size_t k_most_starts = 10;
  constexpr std::size_t k_values_in_all = 20'000;
  const std::size_t starts =
      std::clamp<std::size_t>(k_values_in_all / distinct.values.size(), 1, k_most_starts);
  Mixture best;
  for (std::uint64_t seed = 0; seed < starts; ++seed) {
    const std::vector<double> start =
        kmeans_responsibilities(distinct.values, distinct.counts, components, seed);
    Mixture mixture = fit_mixture(distinct.values, distinct.counts, start, {.components = components});
    if (seed == 0 || mixture.lower_bound > best.lower_bound) {
      best = std::move(mixture);
    }
  }
  return best;
}

using Probabilities = std::array<double, ModeNormalizer::k_max_modes>;

// Cumulative, unnormalised probabilities of the modes at `value`; the last is the total.
Probabilities cumulative_posterior(const std::vector<Mode>& modes, double value) {
  Probabilities p{};
  double largest = -std::numeric_limits<double>::infinity();
  for (std::size_t k = 0; k < modes.size(); ++k) {
    const double distance = (value / 2 - modes[k].mean / 2) / modes[k].sd * 2;
    p[k] = std::log(modes[k].weight) - std::log(modes[k].sd) - 0.5 * distance * distance;
    largest = std::max(largest, p[k]);
  }
  double sum = 0;
  for (std::size_t k = 0; k < modes.size(); ++k) {
    p[k] = std::isinf(largest) ? 1.0 : exponential(std::max(p[k] - largest, k_lowest_exponent));
    sum += p[k];
  }
  double total = 0;
  for (std::size_t k = 0; k < modes.size(); ++k) {
    total += p[k] / sum + k_least_probability;
    p[k] = total;
  }
  return p;
}

std::uint8_t draw(const Probabilities& cumulative, std::size_t modes, float uniform) {
  const double target = static_cast<double>(uniform) * cumulative[modes - 1];
  std::size_t mode = 0;
  while (mode + 1 < modes && cumulative[mode] <= target) {
    ++mode;
  }
  return static_cast<std::uint8_t>(mode);
}

// Written so that values and modes near the largest double give no infinity that could become NaN.
float scalar_of(const Mode& mode, double value) {
  const double scaled = (value / k_spread - mode.mean / k_spread) / mode.sd;
  return std::clamp(static_cast<float>(scaled), -ModeNormalizer::k_clip, ModeNormalizer::k_clip);
}

void check(const std::vector<Mode>& modes, double min, double max) {
  const auto good = [](const Mode& m) {
    return std::isfinite(m.mean) && std::isfinite(m.sd) && m.sd > 0 && std::isfinite(m.weight) &&
           m.weight > 0;
  };
  if (modes.empty() || modes.size() > ModeNormalizer::k_max_modes ||
      !std::all_of(modes.begin(), modes.end(), good) || !std::isfinite(min) || !std::isfinite(max) ||
      min > max) {
    throw errors::Error(
        errors::Kind::bad_data,
        "the modes of a continuous column must be 1 to 10, each with a finite mean, a positive "
        "deviation and a positive weight");
  }
}

}  // namespace

ModeNormalizer::ModeNormalizer(std::vector<Mode> modes, double min, double max)
    : modes_(std::move(modes)), min_(min), max_(max) {
  check(modes_, min_, max_);
}

ModeNormalizer ModeNormalizer::fit(DistinctValues distinct) {
  const double min = distinct.values.front();
  const double max = distinct.values.back();
  const double unit = unit_of(distinct);
  for (double& value : distinct.values) {
    value *= unit;
  }
  const Mixture mixture = best_mixture(distinct, std::min(k_max_modes, distinct.rows));

  std::vector<Mode> modes;
  for (std::size_t k = 0; k < mixture.weights.size(); ++k) {
    if (mixture.weights[k] > k_weight_threshold) {
      const double sd = std::sqrt(mixture.variances[k]) / unit;
      modes.push_back({.mean = mixture.means[k] / unit,
                       .sd = std::max(sd, std::numeric_limits<double>::min()),
                       .weight = mixture.weights[k]});
    }
  }
  return {std::move(modes), min, max};
}

ModeNormalizer ModeNormalizer::without_range() const {
  double min = min_;
  double max = max_;
  for (const Mode& mode : modes_) {
    min = std::max(std::min(min, mode.mean - k_spread * mode.sd), std::numeric_limits<double>::lowest());
    max = std::min(std::max(max, mode.mean + k_spread * mode.sd), std::numeric_limits<double>::max());
  }
  return {modes_, min, max};
}

void ModeNormalizer::encode(std::span<const double> values, random::Stream& random,
                            std::span<std::uint8_t> mode, std::span<float> scalar) const {
  std::vector<float> uniform(values.size());
  random.fill_uniform(uniform);
  std::vector<std::uint32_t> order(values.size());
  std::iota(order.begin(), order.end(), 0U);
  std::sort(order.begin(), order.end(),
            [&](std::uint32_t a, std::uint32_t b) { return values[a] < values[b]; });

  Probabilities cumulative{};
  std::array<float, k_max_modes> scalars{};
  double known = std::numeric_limits<double>::quiet_NaN();
  for (const std::uint32_t row : order) {
    if (values[row] != known) {
      known = values[row];
      cumulative = cumulative_posterior(modes_, known);
      std::transform(modes_.begin(), modes_.end(), scalars.begin(),
                     [&](const Mode& m) { return scalar_of(m, known); });
    }
    mode[row] = draw(cumulative, modes_.size(), uniform[row]);
    scalar[row] = scalars[mode[row]];
  }
}

double ModeNormalizer::decode(std::uint8_t mode, float scalar) const {
  const Mode& m = modes_[mode];
  const double v = std::clamp(static_cast<double>(scalar), -1.0, 1.0);
  return std::clamp(k_spread * v * m.sd + m.mean, min_, max_);
}

}  // namespace ctgan::synth::transforms
