#include "server/synth/paid_domains/private_tree.h"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace ctgan::synth::paid_domains {
namespace {

constexpr double k_grid = 1024;  // parts of a row

class PrivateTree {
 public:
  PrivateTree(std::span<const std::int64_t> sorted, const StepRange& range, privacy::PaidLaplace noise)
      : sorted_(sorted),
        range_(range),
        noise_(noise),
        delta_(static_cast<std::int64_t>(std::ceil(noise.scale() * std::numbers::ln2)) + 1) {}

  // Draws noise.
  bool is_halved(const StepRange& part, std::int64_t depth) {
    if (part.steps() < 2) return false;
    const std::int64_t score =
        std::max(rows_of(part) * static_cast<std::int64_t>(k_grid) - depth * delta_, -delta_);
    return score + noise_.draw() > 0;
  }

 private:
  std::int64_t rows_before(std::int64_t step) const {
    return std::lower_bound(sorted_.begin(), sorted_.end(), step) - sorted_.begin();
  }
  // Those beyond the range count as its nearest.
  std::int64_t rows_of(const StepRange& part) const {
    const std::int64_t before = part.least == range_.least ? 0 : rows_before(part.least);
    const std::int64_t until =
        part.most == range_.most ? static_cast<std::int64_t>(sorted_.size()) : rows_before(part.most + 1);
    return until - before;
  }

  std::span<const std::int64_t> sorted_;
  StepRange range_;
  privacy::PaidLaplace noise_;
  std::int64_t delta_;
};

}  // namespace

TreeNoise tree_noise(std::uint64_t rows_per_unit, double rho) {
  const double epsilon = std::sqrt(2 * rho);
  const double lambda = 3 * static_cast<double>(rows_per_unit) / epsilon;
  return {epsilon, lambda};
}

std::vector<std::int64_t> private_tree_cuts(privacy::Mechanisms& mechanisms, const std::string& stage,
                                            std::span<const std::int64_t> sorted, const StepRange& range,
                                            std::size_t most_parts, std::uint64_t rows_per_unit, double rho) {
  const TreeNoise need = tree_noise(rows_per_unit, rho);
  PrivateTree tree(sorted, range,
                   mechanisms.laplace(stage, {.algorithm = "PrivTree",
                                              .sensitivity = static_cast<double>(rows_per_unit),
                                              .scale = need.lambda,
                                              .epsilon = need.epsilon,
                                              .unit = k_grid}));
  std::vector<StepRange> level{range};
  std::vector<std::int64_t> cuts;
  for (std::int64_t depth = 0; !level.empty(); ++depth) {
    std::vector<StepRange> halves;
    std::vector<std::int64_t> found;
    for (const StepRange& part : level) {
      if (!tree.is_halved(part, depth)) continue;
      found.push_back(part.least + static_cast<std::int64_t>(part.steps() / 2));
      halves.insert(halves.end(), {{part.least, found.back() - 1}, {found.back(), part.most}});
    }
    if (cuts.size() + found.size() + 1 > most_parts) break;
    cuts.insert(cuts.end(), found.begin(), found.end());
    level = std::move(halves);
  }
  std::sort(cuts.begin(), cuts.end());
  return cuts;
}

}  // namespace ctgan::synth::paid_domains
