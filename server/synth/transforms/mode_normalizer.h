// Mode-specific normalization of one continuous column (Xu et al. 2019, section 4.2): a variational Bayesian
// Gaussian mixture finds the column's modes; a value becomes the mode drawn from its posterior and
// a scalar (x - mean) / (4 sd), clipped to [-0.99, 0.99].
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "server/synth/random/random.h"
#include "server/synth/transforms/distinct_values.h"

namespace ctgan::synth::transforms {

struct Mode {
  double mean = 0;
  double sd = 1;      // > 0
  double weight = 1;  // of the mixture
};

class ModeNormalizer {
 public:
  static constexpr std::size_t k_max_modes = 10;
  static constexpr double k_weight_threshold = 0.005;
  static constexpr float k_clip = 0.99F;

  ModeNormalizer() = default;
  // For loading. Throws Error(bad_data) unless there are 1 to 10 finite modes with sd and weight > 0, and min
  // <= max.
  ModeNormalizer(std::vector<Mode> modes, double min, double max);
  // Fits on distinct values with counts: of up to ten k-means starts (one, as published, where there are very
  // many distinct values) the one with the highest lower bound. Deterministic. Columns whose range is below
  // 0.25 or whose size is above 1e90 are fitted in other units (a power of two), where scikit-learn's
  // absolute floor on variances would drown them or squares would overflow. REQUIRES: not empty, finite.
  static ModeNormalizer fit(DistinctValues distinct);
  static ModeNormalizer fit(std::span<const double> values) { return fit(DistinctValues::of(values)); }

  // The same modes, whose values end where their scalars do.
  ModeNormalizer without_range() const;

  // Only modes with weight > 0.005 are here (at least one).
  const std::vector<Mode>& modes() const { return modes_; }
  // The observed range; decode stays inside it.
  double min() const { return min_; }
  double max() const { return max_; }

  // Fills mode and scalar for each value; the mode is drawn with its posterior probability + 1e-6,
  // renormalised. The posterior is among modes() only: a value whose own mode was dropped goes to the mode
  // that explains it best (the published code spreads such values evenly over all modes). All three have one
  // length.
  void encode(std::span<const double> values, random::Stream& random, std::span<std::uint8_t> mode,
              std::span<float> scalar) const;
  double decode(std::uint8_t mode, float scalar) const;

 private:
  std::vector<Mode> modes_;
  double min_ = 0;
  double max_ = 0;
};

}  // namespace ctgan::synth::transforms
