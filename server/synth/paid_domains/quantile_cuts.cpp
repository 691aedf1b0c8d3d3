#include "server/synth/paid_domains/quantile_cuts.h"

#include <algorithm>
#include <bit>
#include <cmath>

namespace ctgan::synth::paid_domains {
namespace {

// A part of the range that is to be cut into `parts`: cuts first, first + 1, ... before `last` are within it.
struct Segment {
  std::size_t first = 0, last = 0;
  std::uint64_t below = 0, above = 0;  // rows before its beginning, and before its end
  std::size_t parts = 1;

  bool is_to_be_cut() const { return parts > 1 && first < last; }
  std::size_t lower_parts() const { return parts / 2; }
  // Of its rows that should be below the cut.
  double share() const { return static_cast<double>(lower_parts()) / static_cast<double>(parts); }
};

class Bisection {
 public:
  Bisection(std::span<const std::int64_t> sorted, std::vector<std::int64_t> candidates)
      : candidates_(std::move(candidates)), rows_(sorted.size()) {
    for (const std::int64_t cut : candidates_)
      below_.push_back(
          static_cast<std::uint64_t>(std::lower_bound(sorted.begin(), sorted.end(), cut) - sorted.begin()));
  }

  Segment whole(std::size_t parts) const { return {0, candidates_.size(), 0, rows_, parts}; }
  std::vector<double> scores(const Segment& segment) const {
    std::vector<std::uint64_t> below;
    for (std::size_t i = segment.first; i < segment.last; ++i) below.push_back(below_[i] - segment.below);
    return cut_scores(below, segment.above - segment.below, segment.share());
  }
  std::int64_t cut(std::size_t candidate) const { return candidates_[candidate]; }
  std::vector<Segment> halves(const Segment& segment, std::size_t cut) const {
    const std::size_t parts = segment.lower_parts();
    return {{segment.first, cut, segment.below, below_[cut], parts},
            {cut + 1, segment.last, below_[cut], segment.above, segment.parts - parts}};
  }

 private:
  std::vector<std::int64_t> candidates_;
  std::vector<std::uint64_t> below_;
  std::uint64_t rows_;
};

// There are 2^level cuts, each as far off as 1 / epsilon: their sum is least where epsilon grows with 2^(level / 3).
std::vector<double> level_epsilons(std::size_t parts, double rho) {
  const auto levels = static_cast<int>(std::bit_width(parts - 1));
  std::vector<double> epsilons;
  double squares = 0;
  for (int level = 0; level < levels; ++level) {
    epsilons.push_back(std::exp2(level / 3.0));
    squares += epsilons.back() * epsilons.back();
  }
  // Rounding is not to make them dearer.
  constexpr double k_but_rounding = 1 - 1e-12;
  for (double& epsilon : epsilons) epsilon *= std::sqrt(8 * rho / squares) * k_but_rounding;
  return epsilons;
}

}  // namespace

std::vector<std::int64_t> cut_candidates(const StepRange& range) {
  constexpr std::uint64_t k_even = 2048, k_each_octave = 32;
  std::vector<std::int64_t> cuts = even_starts(range, std::min(range.steps(), 2 * k_even));
  if (range.steps() > 2 * k_even) {
    cuts = even_starts(range, k_even);
    for (std::int64_t inner = 1; inner < INT64_MAX / 4; inner *= 2)
      for (const std::int64_t start :
           even_starts({inner, 2 * inner - 1},
                       std::min<std::uint64_t>(static_cast<std::uint64_t>(inner), k_each_octave)))
        cuts.insert(cuts.end(), {start, -start});
    cuts.push_back(0);
  }
  std::sort(cuts.begin(), cuts.end());
  cuts.erase(std::unique(cuts.begin(), cuts.end()), cuts.end());
  std::erase_if(cuts, [&](std::int64_t cut) { return cut <= range.least || cut > range.most; });
  return cuts;
}

std::vector<double> cut_scores(std::span<const std::uint64_t> below, std::uint64_t rows, double share) {
  const double due = share * static_cast<double>(rows);
  std::vector<double> scores;
  for (const std::uint64_t one : below) scores.push_back(-std::abs(static_cast<double>(one) - due));
  return scores;
}

std::vector<std::int64_t> quantile_cuts(privacy::Mechanisms& mechanisms, const std::string& stage,
                                        std::span<const std::int64_t> sorted, const StepRange& range,
                                        std::size_t parts, std::uint64_t rows_per_unit, double rho) {
  if (parts < 2) return {};
  const Bisection bisection(sorted, cut_candidates(range));
  std::vector<Segment> segments{bisection.whole(parts)};
  std::vector<std::int64_t> cuts;
  for (const double epsilon : level_epsilons(parts, rho)) {
    std::erase_if(segments, [](const Segment& segment) { return !segment.is_to_be_cut(); });
    if (segments.empty()) break;
    std::vector<std::vector<double>> scores;
    double sensitivity = 0;
    for (const Segment& segment : segments) {
      scores.push_back(bisection.scores(segment));
      sensitivity = std::max({sensitivity, segment.share(), 1 - segment.share()});
    }
    const std::vector<std::size_t> chosen =
        mechanisms.choose_in_parts(stage, scores, sensitivity * static_cast<double>(rows_per_unit), epsilon);
    std::vector<Segment> next;
    for (std::size_t i = 0; i < segments.size(); ++i) {
      const std::size_t cut = segments[i].first + chosen[i];
      cuts.push_back(bisection.cut(cut));
      for (const Segment& half : bisection.halves(segments[i], cut)) next.push_back(half);
    }
    segments = std::move(next);
  }
  std::sort(cuts.begin(), cuts.end());
  return cuts;
}

}  // namespace ctgan::synth::paid_domains
