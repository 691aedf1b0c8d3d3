#include "server/synth/marginal_methods/aim.h"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <optional>
#include <utility>

#include "common/guarantees/zcdp.h"
#include "server/synth/graphical/estimation.h"
#include "server/synth/marginal_methods/workload.h"
#include "server/synth/privacy/mechanisms.h"

namespace ctgan::synth::marginal_methods {
namespace {

using graphical::Estimate;
using graphical::GraphicalModel;
using marginals::AttributeSet;
using marginals::Factor;
using marginals::Measurement;

// Of the budget, for the one-way marginals. The published method gives them what its rounds get, a sixteenth: too little to
// tell rare codes from noise, which all later marginals gain by (docs/decisions.md).
constexpr double k_one_way = 1.0 / 3;

// Shares of a round: what it measures with, and what it chooses by.
constexpr double k_measuring = 0.9, k_choosing = 1 - k_measuring;

// The mean of the sum of so many absolute values of normal noise.
double expected_l1(double sigma, std::uint64_t cells) {
  return std::sqrt(2 / std::numbers::pi) * sigma * static_cast<double>(cells);
}

// What one round spends.
struct Round {
  double sigma = 0;
  double epsilon = 0;

  static Round of(double rho) {
    return {std::sqrt(1 / (2 * k_measuring * rho)), std::sqrt(8 * k_choosing * rho)};
  }
  double cost() const { return privacy::noise_cost(1, sigma) + guarantees::exponential_rho(epsilon); }
};

class Aim {
 public:
  Aim(ConfidentialRows& rows, const AimOptions& options, const model::FitContext& context)
      : rows_(rows),
        options_(options),
        context_(context),
        before_(rows.accountant().spent()),
        total_(rows.accountant().remaining()) {}

  MeasuredModel run() {
    const std::size_t attributes = rows_.domain().attributes();
    OneWayMarginals one_way = measure_one_way(rows_, sigma_for(k_one_way * total_, attributes));
    measurements_ = std::move(one_way.measurements);
    round_ = Round::of(rows_.accountant().remaining() / static_cast<double>(options_.rounds * attributes));
    candidates_ = workload_candidates(rows_.domain(), options_.degree, options_.most_cells);
    refit();
    while (const std::optional<Round> next = next_round()) {
      round_ = *next;
      context_.monitor.check_stop();
      const std::size_t chosen = choose();
      const Factor before = estimate_->model.marginal(candidates_[chosen].attributes);
      measure(chosen);
      refit();
      const Factor after = estimate_->model.marginal(candidates_[chosen].attributes);
      // Noise was all that was measured: more is spent on each round from now on.
      if (marginals::l1_distance(before.cells, after.cells) <=
          expected_l1(round_.sigma * rows_.sensitivity(), candidates_[chosen].cells))
        round_ = {round_.sigma / 2, round_.epsilon * 2};
      report();
    }
    finish();
    return {std::move(one_way.merged), std::move(estimate_->model)};
  }

 private:
  // None where the budget is spent. Less than two rounds are one.
  std::optional<Round> next_round() {
    if (is_last_) return std::nullopt;
    const double remaining = rows_.accountant().remaining();
    if (remaining > 2 * round_.cost()) return round_;
    is_last_ = true;
    return Round::of(remaining);
  }

  double spent_share(double more) const {
    return std::min(1.0, (rows_.accountant().spent() - before_ + more) / total_);
  }

  void measure(std::size_t candidate) {
    const std::vector<Measurement> measured =
        rows_.measure("marginals", std::span(&candidates_[candidate].attributes, 1), round_.sigma);
    measurements_.insert(measurements_.end(), measured.begin(), measured.end());
  }

  // Those that keep the junction tree within what it may have grown to by now, or that do not make it grow.
  std::vector<std::size_t> feasible() const {
    const double most = options_.most_megabytes * spent_share(round_.cost());
    std::vector<AttributeSet> cliques;
    for (const auto& clique : estimate_->model.tree().cliques) cliques.push_back(clique.attributes);
    std::vector<std::size_t> places;
    for (std::size_t i = 0; i < candidates_.size(); ++i) {
      const bool is_inside = std::any_of(cliques.begin(), cliques.end(), [&](const AttributeSet& clique) {
        return clique.contains(candidates_[i].attributes);
      });
      if (is_inside || grown_megabytes(i) <= most) places.push_back(i);
    }
    return places;
  }

  double grown_megabytes(std::size_t candidate) const {
    std::vector<AttributeSet> sets;
    for (const Measurement& measurement : measurements_) sets.push_back(measurement.attributes);
    sets.push_back(candidates_[candidate].attributes);
    return graphical::megabytes(graphical::junction_tree_cells(rows_.domain(), sets));
  }

  std::size_t choose() {
    const std::vector<std::size_t> places = feasible();
    ConfidentialRows::Candidates choice;
    std::vector<AttributeSet> sets;
    for (const std::size_t place : places) {
      choice.places.push_back(sets.size());
      choice.weights.push_back(candidates_[place].weight);
      choice.offsets.push_back(expected_l1(round_.sigma * rows_.sensitivity(), candidates_[place].cells));
      sets.push_back(candidates_[place].attributes);
    }
    const Distances distances = rows_.distances(sets, marginals_of(estimate_->model, context_));
    return places[rows_.choose("choices", distances, choice, round_.epsilon)];
  }

  // Good enough to see what is wrong; the last estimate is better.
  void refit() { estimate({.iterations = 100, .least_progress = 1e-5}); }

  void finish() { estimate({.iterations = 600}); }

  void estimate(graphical::EstimationOptions options) {
    if (estimate_) {
      options.start = &estimate_->model;
      options.step = estimate_->step;
    }
    estimate_ = graphical::estimate(rows_.domain(), measurements_, options, context_.pool,
                                    [&] { context_.monitor.check_stop(); });
  }

  // How much of the budget is spent, in hundredths.
  void report() {
    const auto done = static_cast<std::uint64_t>(100 * spent_share(0));
    if (done <= reported_ && !is_last_) return;
    reported_ = is_last_ ? 100 : std::min<std::uint64_t>(done, 99);
    context_.monitor.report({"measuring marginals", "percent of the budget", reported_, 100});
  }

  ConfidentialRows& rows_;
  const AimOptions& options_;
  const model::FitContext& context_;
  std::vector<Candidate> candidates_;
  double before_;  // what was spent before, on the domain
  double total_;
  Round round_;
  bool is_last_ = false;
  std::vector<Measurement> measurements_;
  std::optional<Estimate> estimate_;
  std::uint64_t reported_ = 0;
};

}  // namespace

MeasuredModel fit_aim(ConfidentialRows& rows, const AimOptions& options, const model::FitContext& context) {
  return Aim(rows, options, context).run();
}

}  // namespace ctgan::synth::marginal_methods
