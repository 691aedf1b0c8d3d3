// Mode-specific normalization of one continuous column (Xu et al. 2019, section 4.2): a variational Bayesian
// Gaussian mixture finds the column's modes; a value becomes the mode drawn from its posterior and
// a scalar (x - mean) / (4 sd), clipped to [-0.99, 0.99].
//
// Beyond the paper: values that stand out are atoms, modes without width behind the Gaussian ones (atoms.h);
// the Gaussian modes lie on an axis that suits the column (value_axis.h); what is drawn beyond the observed
// range is reflected into it; values come back on the column's grid or from its list.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "server/synth/codecs/distinct_values.h"
#include "server/synth/encoders/frequent_values.h"
#include "server/synth/encoders/value_axis.h"
#include "server/synth/random/random.h"

namespace ctgan::synth::encoders {

struct Mode {
  double mean = 0;
  double sd = 1;      // > 0
  double weight = 1;  // of the mixture
};

// What a column's values have beside Gaussian modes. The default is what the paper has: nothing.
struct ValueFacts {
  std::vector<double> atoms;  // ascending
  ValueAxis axis;
  double grid_origin = 0;
  double grid_step = 0;  // values of the modes are so far apart, or multiples of it; 0: no grid
  FrequentValues listed;
  bool reflects = false;  // at the ends of the range, where else values are cut off
};

// What is known of a column before it is fitted.
struct ValueRules {
  std::uint64_t least_rows = 1;  // no value of fewer rows is an atom or listed
  double step = 0;               // values are multiples of it, up to rounding; 0: of none that is known
  bool keep_range = true;        // false: no list, and values end where the scalars do
};

class ModeNormalizer {
 public:
  static constexpr std::size_t k_max_modes = 10;
  static constexpr double k_weight_threshold = 0.005;
  static constexpr float k_clip = 0.99F;

  ModeNormalizer() = default;
  // For loading. Throws Error(bad_data) unless there are 1 to 10 finite modes with sd and weight > 0, or none
  // beside atoms, and min <= max, the range of what is no atom.
  ModeNormalizer(std::vector<Mode> modes, double min, double max, ValueFacts facts = {});
  // Fits on distinct values with counts: of up to ten k-means starts (one, as published, where there are very
  // many distinct values) the one with the highest lower bound. Deterministic. Columns whose range is below
  // 0.25 or whose size is above 1e90 are fitted in other units (a power of two), where scikit-learn's
  // absolute floor on variances would drown them or squares would overflow. REQUIRES: not empty, finite.
  static ModeNormalizer fit(codecs::DistinctValues distinct);
  static ModeNormalizer fit(std::span<const double> values) {
    return fit(codecs::DistinctValues::of(values));
  }
  // With what goes beyond the paper.
  static ModeNormalizer fit(const codecs::DistinctValues& distinct, const ValueRules& rules);

  // Only modes with weight > 0.005 are here (at least one, unless there are atoms only).
  const std::vector<Mode>& modes() const { return modes_; }
  const ValueFacts& facts() const { return facts_; }
  // Codes that a value's mode can have: Gaussian modes, then atoms.
  std::size_t codes() const { return modes_.size() + facts_.atoms.size(); }
  // The observed range of what is no atom; decode stays inside it.
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
  // The code of an atom that has to stand for the value: the value itself, or where there is no Gaussian mode
  // the nearest one. codes() if there is none.
  std::size_t atom_for(double value) const;
  double reflected(double position) const;

  std::vector<Mode> modes_;
  double min_ = 0;
  double max_ = 0;
  ValueFacts facts_;
  double low_ = 0;  // the range on the axis
  double high_ = 0;
};

}  // namespace ctgan::synth::encoders
