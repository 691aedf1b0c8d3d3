#include "server/synth/evaluate/membership_scores.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "server/synth/evaluate/clopper_pearson.h"
#include "server/synth/evaluate/row_sample.h"

namespace ctgan::synth::evaluate {
namespace {

constexpr double k_error = 0.05;

// How many members and others have each score that occurs, the highest score first.
struct Steps {
  std::vector<std::uint32_t> members;
  std::vector<std::uint32_t> others;
};

// Where in the steps each tested row is.
struct Places {
  std::size_t steps = 0;
  std::vector<std::uint32_t> members;
  std::vector<std::uint32_t> others;
};

Places places_of(const TestedScores& scores) {
  std::vector<double> values = scores.members;
  values.insert(values.end(), scores.others.begin(), scores.others.end());
  std::sort(values.begin(), values.end(), std::greater<>());
  values.erase(std::unique(values.begin(), values.end()), values.end());
  const auto found = [&](const std::vector<double>& of) {
    std::vector<std::uint32_t> places(of.size());
    std::transform(of.begin(), of.end(), places.begin(), [&](double score) {
      return static_cast<std::uint32_t>(
          std::lower_bound(values.begin(), values.end(), score, std::greater<>()) - values.begin());
    });
    return places;
  };
  return {values.size(), found(scores.members), found(scores.others)};
}

std::vector<std::uint32_t> counted(const std::vector<std::uint32_t>& places, std::size_t steps) {
  std::vector<std::uint32_t> counts(steps);
  for (const std::uint32_t place : places) ++counts[place];
  return counts;
}

std::vector<std::uint32_t> counted_again(const std::vector<std::uint32_t>& places, std::size_t steps,
                                         random::Stream& random) {
  std::vector<std::uint32_t> counts(steps);
  const auto rows = static_cast<std::uint32_t>(places.size());
  for (std::uint32_t draw = 0; draw < rows; ++draw) ++counts[places[random.next_below(rows)]];
  return counts;
}

struct Curve {
  double auc = 0;
  double tpr_at_1 = 0;
  double tpr_at_10 = 0;
};

Curve curve_of(const Steps& steps, double members, double others) {
  Curve curve{0, 1, 1};
  double found = 0;  // members above the step
  double wrong = 0;  // others
  const auto passes = [&](double share, std::size_t step) {
    const double wanted = share * others;
    return wrong < wanted && wrong + steps.others[step] >= wanted;
  };
  const auto at = [&](double share, std::size_t step) {
    return (found + steps.members[step] * (share * others - wrong) / steps.others[step]) / members;
  };
  for (std::size_t step = 0; step < steps.members.size(); ++step) {
    if (passes(0.01, step)) curve.tpr_at_1 = at(0.01, step);
    if (passes(0.1, step)) curve.tpr_at_10 = at(0.1, step);
    curve.auc += steps.others[step] * (found + steps.members[step] / 2.0);
    found += steps.members[step];
    wrong += steps.others[step];
  }
  curve.auc /= members * others;
  return curve;
}

Estimate estimated(double value, std::vector<double> resampled) {
  std::sort(resampled.begin(), resampled.end());
  const auto end = [&](double share) {
    return resampled[static_cast<std::size_t>(
        std::lround(share * static_cast<double>(resampled.size() - 1)))];
  };
  return {value, std::min(value, end(k_error / 2)), std::max(value, end(1 - k_error / 2))};
}

double epsilon_bound(const TestedScores& scores) {
  std::vector<double> members = scores.members;
  std::vector<double> others = scores.others;
  std::sort(members.begin(), members.end(), std::greater<>());
  std::sort(others.begin(), others.end(), std::greater<>());
  std::size_t thresholds = 0;
  for (std::size_t rank = 1; rank <= others.size(); rank *= 2) ++thresholds;
  const double error = k_error / 2 / static_cast<double>(thresholds);
  double bound = 0;
  for (std::size_t rank = 1; rank <= others.size(); rank *= 2) {
    const auto above = std::lower_bound(members.begin(), members.end(), others[rank - 1], std::greater<>());
    const double tpr = share_at_least(static_cast<double>(above - members.begin()),
                                      static_cast<double>(members.size()), error);
    const double fpr =
        share_at_most(static_cast<double>(rank - 1), static_cast<double>(others.size()), error);
    if (tpr > 0) bound = std::max(bound, std::log(tpr / fpr));
  }
  return bound;
}

}  // namespace

MembershipPower measure_power(const TestedScores& scores, std::uint64_t seed, threads::ThreadPool& pool) {
  const Places places = places_of(scores);
  const auto members = static_cast<double>(scores.members.size());
  const auto others = static_cast<double>(scores.others.size());
  std::vector<Curve> resampled(k_resamples);
  pool.run(k_resamples, [&](std::size_t resample) {
    random::Stream random = stream_for(seed, Purpose::membership_resamples, resample);
    const Steps steps{counted_again(places.members, places.steps, random),
                      counted_again(places.others, places.steps, random)};
    resampled[resample] = curve_of(steps, members, others);
  });
  const Curve curve = curve_of({counted(places.members, places.steps), counted(places.others, places.steps)},
                               members, others);
  const auto estimate = [&](double Curve::*part) {
    std::vector<double> parts(resampled.size());
    std::transform(resampled.begin(), resampled.end(), parts.begin(),
                   [&](const Curve& one) { return one.*part; });
    return estimated(curve.*part, std::move(parts));
  };
  return {estimate(&Curve::auc), estimate(&Curve::tpr_at_1), estimate(&Curve::tpr_at_10),
          epsilon_bound(scores)};
}

}  // namespace ctgan::synth::evaluate
