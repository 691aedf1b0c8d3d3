#include "server/synth/paid_domains/private_tree.h"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace ctgan::synth::paid_domains {
namespace {

constexpr std::int64_t k_grid = 1024;  // parts of a row

class PrivateTree {
 public:
  PrivateTree(std::span<const std::int64_t> sorted, const StepRange& range, std::int64_t theta,
              privacy::PaidLaplace noise)
      : sorted_(sorted),
        range_(range),
        theta_(theta * k_grid),
        noise_(noise),
        delta_(static_cast<std::int64_t>(std::ceil(noise.scale() * std::numbers::ln2)) + 1) {
    parts_.push_back({range, 0});
    // They become more while this goes through them, level by level.
    for (std::size_t i = 0; i < parts_.size(); ++i)
      if (is_halved(parts_[i])) halve(i);
  }

  // Puts halves together that nothing halved again, those of the shallowest first: deep ones have many rows in little
  // space.
  void prune(std::size_t most_parts) {
    for (; halved_ + 1 > most_parts; --halved_) {
      // Parts stand in the order of their depth.
      const auto shallowest = std::find_if(parts_.begin(), parts_.end(), [&](const Part& part) {
        return part.halves != 0 && parts_[part.halves].halves == 0 && parts_[part.halves + 1].halves == 0;
      });
      shallowest->halves = 0;
    }
  }

  std::vector<std::int64_t> cuts() const {
    std::vector<std::int64_t> cuts;
    std::vector<std::size_t> waiting{0};
    while (!waiting.empty()) {
      const Part& part = parts_[waiting.back()];
      waiting.pop_back();
      if (part.halves == 0) continue;
      cuts.push_back(parts_[part.halves + 1].steps.least);
      waiting.insert(waiting.end(), {part.halves, part.halves + 1});
    }
    std::sort(cuts.begin(), cuts.end());
    return cuts;
  }

 private:
  struct Part {
    StepRange steps;
    std::int64_t depth = 0;
    std::size_t halves = 0;  // the place of the first, the other one behind it; 0: none
  };

  std::int64_t rows_before(std::int64_t step) const {
    return std::lower_bound(sorted_.begin(), sorted_.end(), step) - sorted_.begin();
  }
  // Those beyond the range count as its nearest.
  std::int64_t rows_of(const StepRange& steps) const {
    const std::int64_t before = steps.least == range_.least ? 0 : rows_before(steps.least);
    const std::int64_t until =
        steps.most == range_.most ? static_cast<std::int64_t>(sorted_.size()) : rows_before(steps.most + 1);
    return until - before;
  }
  bool is_halved(const Part& part) {
    if (part.steps.steps() < 2) return false;
    const std::int64_t score = std::max(rows_of(part.steps) * k_grid - part.depth * delta_, theta_ - delta_);
    return score + noise_.draw() > theta_;
  }
  void halve(std::size_t place) {
    const Part part = parts_[place];
    const std::int64_t cut = part.steps.least + static_cast<std::int64_t>(part.steps.steps() / 2);
    parts_[place].halves = parts_.size();
    parts_.push_back({{part.steps.least, cut - 1}, part.depth + 1});
    parts_.push_back({{cut, part.steps.most}, part.depth + 1});
    ++halved_;
  }

  std::span<const std::int64_t> sorted_;
  StepRange range_;
  std::int64_t theta_;
  privacy::PaidLaplace noise_;
  std::int64_t delta_;
  std::vector<Part> parts_;
  std::size_t halved_ = 0;
};

}  // namespace

privacy::Mechanisms::LaplaceNeed tree_need(std::uint64_t rows_per_unit, double rho) {
  const double epsilon = std::sqrt(2 * rho), rows = static_cast<double>(rows_per_unit);
  return {.algorithm = "PrivTree",
          .sensitivity = rows,
          .scale = 3 * rows / epsilon,
          .epsilon = epsilon,
          .unit = static_cast<double>(k_grid)};
}

std::vector<std::int64_t> tree_cuts(std::span<const std::int64_t> sorted, const StepRange& range,
                                    std::int64_t theta, std::size_t most_parts, privacy::PaidLaplace noise) {
  PrivateTree tree(sorted, range, theta, noise);
  tree.prune(most_parts);
  return tree.cuts();
}

std::vector<std::int64_t> private_tree_cuts(privacy::Mechanisms& mechanisms, const std::string& stage,
                                            std::span<const std::int64_t> sorted, const StepRange& range,
                                            std::size_t most_parts, std::uint64_t rows_per_unit, double rho) {
  constexpr double k_counting = 0.1;
  const double rows = static_cast<double>(rows_per_unit);
  const std::vector<std::uint64_t> exact{sorted.size()};
  const std::int64_t counted =
      mechanisms.noisy_counts(stage, exact, rows, rows / std::sqrt(2 * k_counting * rho)).front();
  const std::int64_t share = counted / static_cast<std::int64_t>(most_parts);
  return tree_cuts(sorted, range, std::max<std::int64_t>(share, 0), most_parts,
                   mechanisms.laplace(stage, tree_need(rows_per_unit, (1 - k_counting) * rho)));
}

}  // namespace ctgan::synth::paid_domains
