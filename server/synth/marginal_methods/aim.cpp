#include "server/synth/marginal_methods/aim.h"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <optional>
#include <utility>

#include "common/guarantees/zcdp.h"
#include "server/synth/graphical/junction_tree.h"
#include "server/synth/marginal_methods/workload.h"
#include "server/synth/marginals/residuals.h"
#include "server/synth/privacy/mechanisms.h"

namespace ctgan::synth::marginal_methods {
namespace {

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
    OneWayMarginals one_way =
        measure_one_way(rows_, sigma_for(k_one_way * total_, rows_.domain().attributes()));
    begin(std::move(one_way.measurements));
    while (const std::optional<Round> next = next_round()) {
      round_ = *next;
      context_.monitor.check_stop();
      const std::size_t chosen = choose();
      const Factor before = residuals_->nonnegative_marginal(candidates_[chosen].attributes);
      measure(chosen);
      const Factor after = residuals_->nonnegative_marginal(candidates_[chosen].attributes);
      // Noise was all that was measured: more is spent on each round from now on.
      if (marginals::l1_distance(before.cells, after.cells) <=
          expected_l1(round_.sigma * rows_.sensitivity(), candidates_[chosen].cells))
        round_ = {round_.sigma / 2, round_.epsilon * 2};
      report();
    }
    return {std::move(one_way.merged), estimated_model(rows_.domain(), measurements_, context_).model};
  }

 private:
  void begin(std::vector<Measurement> one_way) {
    // Of each code a little, so that what is measured of it later is not lost.
    constexpr double k_least_share = 1e-3;
    std::vector<std::vector<double>> shares;
    for (const Measurement& one : one_way) shares.push_back(marginals::shares_of(one.cells, k_least_share));
    residuals_.emplace(rows_.domain(), std::move(shares));
    round_ = Round::of(rows_.accountant().remaining() /
                       static_cast<double>(options_.rounds * rows_.domain().attributes()));
    candidates_ = workload_candidates(rows_.domain(), options_.degree, options_.most_cells);
    for (Measurement& one : one_way) take(std::move(one));
  }

  void take(Measurement measurement) {
    residuals_->add(measurement);
    measurements_.push_back(std::move(measurement));
  }

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
    for (Measurement& one :
         rows_.measure("marginals", std::span(&candidates_[candidate].attributes, 1), round_.sigma))
      take(std::move(one));
  }

  // Those that keep the junction tree within what it may have grown to by now, or that do not make it grow.
  std::vector<std::size_t> feasible() const {
    const double most = options_.most_megabytes * spent_share(round_.cost());
    std::vector<AttributeSet> sets;
    for (const Measurement& measurement : measurements_) sets.push_back(measurement.attributes);
    const graphical::JunctionTree tree = graphical::junction_tree(rows_.domain(), sets);
    const auto grown_megabytes = [&](const AttributeSet& candidate) {
      sets.push_back(candidate);
      const std::uint64_t cells = graphical::junction_tree_cells(rows_.domain(), sets);
      sets.pop_back();
      return graphical::megabytes(cells);
    };
    std::vector<std::size_t> places;
    for (std::size_t i = 0; i < candidates_.size(); ++i) {
      const bool is_inside = tree.clique_with(rows_.domain(), candidates_[i].attributes).has_value();
      if (is_inside || grown_megabytes(candidates_[i].attributes) <= most) places.push_back(i);
    }
    return places;
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
    const Distances distances = rows_.distances(
        sets, marginals_by([this](const AttributeSet& set) { return residuals_->nonnegative_marginal(set); },
                           context_));
    return places[rows_.choose("choices", distances, choice, round_.epsilon)];
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
  std::optional<marginals::Residuals> residuals_;
  std::uint64_t reported_ = 0;
};

}  // namespace

MeasuredModel fit_aim(ConfidentialRows& rows, const AimOptions& options, const model::FitContext& context) {
  return Aim(rows, options, context).run();
}

}  // namespace ctgan::synth::marginal_methods
