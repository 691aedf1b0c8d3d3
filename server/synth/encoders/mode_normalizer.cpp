#include "server/synth/encoders/mode_normalizer.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <numeric>

#include "common/errors/error.h"
#include "server/synth/codecs/atoms.h"
#include "server/synth/codecs/number_grid.h"
#include "server/synth/encoders/bayesian_mixture.h"
#include "server/synth/encoders/exponential.h"

namespace ctgan::synth::encoders {
namespace {

// How many standard deviations a scalar of 1 stands for.
constexpr double k_spread = 4.0;
// Rows that a mode describes rather than lists.
constexpr std::size_t k_rows_a_mode = 20;
// Added to every mode's probability before the draw, as published.
constexpr double k_least_probability = 1e-6;

// The power of two that brings a column into the range where the mixture's absolute floor on variances (1e-6)
// is small and squares do not overflow; 1 for columns of ordinary size.
double unit_of(const codecs::DistinctValues& distinct) {
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
Mixture best_mixture(const codecs::DistinctValues& distinct, std::size_t components) {
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

// The values that a mode explains, around its mean.
struct Explained {
  double rows = 0, distances = 0, squares = 0;
  double least = std::numeric_limits<double>::infinity(), greatest = -least;  // of what is nearest to it
};

std::array<Explained, ModeNormalizer::k_max_modes> explained_by(const std::vector<Mode>& modes,
                                                                const codecs::DistinctValues& distinct) {
  std::array<Explained, ModeNormalizer::k_max_modes> explained;
  for (std::size_t i = 0; i < distinct.values.size(); ++i) {
    const double value = distinct.values[i];
    const Probabilities cumulative = cumulative_posterior(modes, value);
    std::size_t nearest = 0;
    double greatest_share = 0;
    for (std::size_t k = 0; k < modes.size(); ++k) {
      const double share = cumulative[k] - (k > 0 ? cumulative[k - 1] : 0) - k_least_probability;
      const double distance = value - modes[k].mean;
      explained[k].rows += share * distinct.counts[i];
      explained[k].distances += share * distinct.counts[i] * distance;
      explained[k].squares += share * distinct.counts[i] * distance * distance;
      if (share > greatest_share) nearest = k;
      greatest_share = std::max(greatest_share, share);
    }
    explained[nearest].least = std::min(explained[nearest].least, value);
    explained[nearest].greatest = std::max(explained[nearest].greatest, value);
  }
  return explained;
}

// The mixture's prior has the variance of the whole column, and a mode that is far narrower than the distance
// to the next one is taken for wider than its values: clusters at 10 and at 1000 came out with the first ten
// times as wide as it is, and scalars too small to learn. So each mode gets the mean and the deviation of the
// values that it explains, the mixture's without their prior; never wider than it was, and wide enough for
// the values nearest to it to keep their scalars. What few rows are like says less than the prior.
std::vector<Mode> narrowed(std::vector<Mode> modes, const codecs::DistinctValues& distinct) {
  constexpr double k_narrowest = 1e-3;  // of the deviation that it had
  const auto explained = explained_by(modes, distinct);
  for (std::size_t k = 0; k < modes.size(); ++k) {
    const Explained& values = explained[k];
    if (values.rows < k_rows_a_mode) continue;
    const double moved = values.distances / values.rows;
    modes[k].mean += moved;
    const double variance = std::max(values.squares / values.rows - moved * moved, 0.0);
    const double reach = std::max(modes[k].mean - values.least, values.greatest - modes[k].mean);
    const double sd = std::max(
        {std::sqrt(variance), reach / (k_spread * ModeNormalizer::k_clip), k_narrowest * modes[k].sd});
    modes[k].sd = std::min(modes[k].sd, sd);
  }
  return modes;
}

enum class Widths : std::uint8_t { as_published, as_found };

// The Gaussian modes of weight.
std::vector<Mode> fit_modes(codecs::DistinctValues distinct, std::size_t components, Widths widths) {
  const double unit = unit_of(distinct);
  for (double& value : distinct.values) {
    value *= unit;
  }
  const Mixture mixture = best_mixture(distinct, components);
  std::vector<Mode> modes;
  for (std::size_t k = 0; k < mixture.weights.size(); ++k) {
    if (mixture.weights[k] > ModeNormalizer::k_weight_threshold) {
      modes.push_back(
          {.mean = mixture.means[k], .sd = std::sqrt(mixture.variances[k]), .weight = mixture.weights[k]});
    }
  }
  if (widths == Widths::as_found) modes = narrowed(std::move(modes), distinct);
  for (Mode& mode : modes) {
    mode.mean /= unit;
    mode.sd = std::max(mode.sd / unit, std::numeric_limits<double>::min());
  }
  return modes;
}

codecs::DistinctValues on_axis(codecs::DistinctValues distinct, const ValueAxis& axis) {
  for (double& value : distinct.values) value = axis.to(value);
  return distinct;
}

// So many values of the column that the same share of the rows lies between two of them.
codecs::DistinctValues thinned(const codecs::DistinctValues& column, std::size_t most) {
  if (column.values.size() <= most) return column;
  codecs::DistinctValues few;
  few.rows = column.rows;
  const double stride = static_cast<double>(column.rows) / static_cast<double>(most);
  double pending = 0;
  for (std::size_t i = 0; i < column.values.size(); ++i) {
    pending += column.counts[i];
    if (pending < stride && i + 1 < column.values.size()) continue;
    few.values.push_back(column.values[i]);
    few.counts.push_back(pending);
    pending = 0;
  }
  return few;
}

// The logarithm of a mean row's density under the modes, less Schwarz's price of their number.
double merit(const codecs::DistinctValues& column, const ValueAxis& axis, const std::vector<Mode>& modes) {
  double sum = 0;
  for (std::size_t i = 0; i < column.values.size(); ++i) {
    const double position = axis.to(column.values[i]);
    double density = std::numeric_limits<double>::min();
    for (const Mode& mode : modes) {
      const double distance = (position - mode.mean) / mode.sd;
      density += mode.weight / mode.sd * std::exp(-0.5 * distance * distance);
    }
    sum += column.counts[i] * (std::log(density) + std::log(axis.slope(column.values[i])));
  }
  const auto rows = static_cast<double>(column.rows);
  const double parameters = 3.0 * static_cast<double>(modes.size()) - 1;
  return (sum - 0.5 * parameters * std::log(rows)) / rows;
}

ValueAxis best_axis(const codecs::DistinctValues& column, std::size_t components) {
  constexpr std::size_t k_enough_values = 2000;
  std::vector<ValueAxis> axes = ValueAxis::candidates(column);
  if (axes.empty()) return {};
  const codecs::DistinctValues few = thinned(column, k_enough_values);
  ValueAxis best;
  double merit_of_best = merit(few, best, fit_modes(few, components, Widths::as_found));
  for (const ValueAxis& axis : axes) {
    const double merit_of_axis =
        merit(few, axis, fit_modes(on_axis(few, axis), components, Widths::as_found));
    if (!(merit_of_axis > merit_of_best)) continue;
    best = axis;
    merit_of_best = merit_of_axis;
  }
  return best;
}

// Whether a list says more than that its values are `step` apart.
bool has_gaps(const std::vector<double>& values, double step) {
  constexpr double k_nearly_all = 0.9;
  if (values.empty() || step <= 0) return !values.empty();
  return static_cast<double>(values.size()) < k_nearly_all * ((values.back() - values.front()) / step + 1);
}

void check(const std::vector<Mode>& modes, double min, double max, const ValueFacts& facts) {
  const auto good = [](const Mode& m) {
    return std::isfinite(m.mean) && std::isfinite(m.sd) && m.sd > 0 && std::isfinite(m.weight) &&
           m.weight > 0;
  };
  const bool any = !modes.empty() || !facts.atoms.empty();
  if (!any || modes.size() > ModeNormalizer::k_max_modes || facts.atoms.size() > codecs::k_most_atoms ||
      !std::all_of(modes.begin(), modes.end(), good) || !std::isfinite(min) || !std::isfinite(max) ||
      min > max) {
    throw errors::Error(
        errors::Kind::bad_data,
        "the modes of a continuous column must be 1 to 10, each with a finite mean, a positive "
        "deviation and a positive weight");
  }
}

}  // namespace

ModeNormalizer::ModeNormalizer(std::vector<Mode> modes, double min, double max, ValueFacts facts)
    : modes_(std::move(modes)),
      min_(min),
      max_(max),
      facts_(std::move(facts)),
      low_(facts_.axis.to(min)),
      high_(facts_.axis.to(max)) {
  check(modes_, min_, max_, facts_);
}

ModeNormalizer ModeNormalizer::fit(codecs::DistinctValues distinct) {
  const double min = distinct.values.front();
  const double max = distinct.values.back();
  const std::size_t components = std::min(k_max_modes, distinct.rows);
  return {fit_modes(std::move(distinct), components, Widths::as_published), min, max};
}

ModeNormalizer ModeNormalizer::fit(const codecs::DistinctValues& distinct, const ValueRules& rules) {
  codecs::ValueParts parts = codecs::split_values(distinct, rules.least_rows);
  ValueFacts facts;
  facts.atoms = std::move(parts.atoms);
  facts.reflects = true;
  if (parts.rest.values.empty()) return {{}, facts.atoms.front(), facts.atoms.back(), facts};
  // Few rows beside atoms are no reason to describe each of them.
  const std::size_t described = facts.atoms.empty() ? parts.rest.rows : parts.rest.rows / k_rows_a_mode;
  const std::size_t components = std::clamp<std::size_t>(described, 1, k_max_modes);
  facts.axis = best_axis(parts.rest, components);
  std::vector<Mode> modes = fit_modes(on_axis(parts.rest, facts.axis), components, Widths::as_found);
  facts.grid_step = codecs::common_step(parts.rest, rules.step);
  facts.grid_origin = facts.grid_step > 0 ? parts.rest.values.front() : 0;
  double min = parts.rest.values.front();
  double max = parts.rest.values.back();
  if (rules.keep_range) {
    const double step = facts.grid_step > 0 ? facts.grid_step : rules.step;
    if (has_gaps(parts.listed, step)) facts.listed = FrequentValues::list(parts.listed);
    return {std::move(modes), min, max, std::move(facts)};
  }
  for (const Mode& mode : modes) {
    min = std::min(min, std::max(facts.axis.from(mode.mean - k_spread * mode.sd),
                                 std::numeric_limits<double>::lowest()));
    max = std::max(
        max, std::min(facts.axis.from(mode.mean + k_spread * mode.sd), std::numeric_limits<double>::max()));
  }
  return {std::move(modes), min, max, std::move(facts)};
}

std::size_t ModeNormalizer::atom_for(double value) const {
  const std::vector<double>& atoms = facts_.atoms;
  auto found = std::lower_bound(atoms.begin(), atoms.end(), value);
  if (!modes_.empty() && (found == atoms.end() || *found != value)) return codes();
  if (found == atoms.end() || (found != atoms.begin() && value - *std::prev(found) < *found - value)) --found;
  return modes_.size() + static_cast<std::size_t>(found - atoms.begin());
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
  std::size_t atom = codes();
  for (const std::uint32_t row : order) {
    if (values[row] != known) {
      known = values[row];
      atom = facts_.atoms.empty() ? codes() : atom_for(known);
      const double position = facts_.axis.to(known);
      if (atom == codes()) cumulative = cumulative_posterior(modes_, position);
      std::transform(modes_.begin(), modes_.end(), scalars.begin(),
                     [&](const Mode& m) { return scalar_of(m, position); });
    }
    if (atom < codes()) {
      mode[row] = static_cast<std::uint8_t>(atom);
      scalar[row] = 0;
      continue;
    }
    mode[row] = draw(cumulative, modes_.size(), uniform[row]);
    scalar[row] = scalars[mode[row]];
  }
}

double ModeNormalizer::decode(std::uint8_t mode, float scalar) const {
  if (mode >= modes_.size()) return facts_.atoms[mode - modes_.size()];
  const Mode& m = modes_[mode];
  const double v = std::clamp(static_cast<double>(scalar), -1.0, 1.0);
  double value = k_spread * v * m.sd + m.mean;
  if (facts_.reflects) value = facts_.axis.from(reflected(value));
  if (facts_.grid_step > 0)
    value =
        facts_.grid_origin + std::round((value - facts_.grid_origin) / facts_.grid_step) * facts_.grid_step;
  return facts_.listed.settled(std::clamp(value, min_, max_));
}

// Once, at the end that is left: what lies further away than the range is wide ends at the other end.
double ModeNormalizer::reflected(double position) const {
  // A scalar's rounding; what lies at an end stays there.
  const double rounding = 1e-6 * (high_ - low_);
  if (position < low_ && position >= low_ - rounding) return low_;
  if (position > high_ && position <= high_ + rounding) return high_;
  if (position < low_) return std::min(low_ + (low_ - position), high_);
  if (position > high_) return std::max(high_ - (position - high_), low_);
  return position;
}

}  // namespace ctgan::synth::encoders
