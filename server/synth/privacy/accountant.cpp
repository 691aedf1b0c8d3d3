#include "server/synth/privacy/accountant.h"

#include <fmt/format.h>

#include <cmath>

#include "common/errors/error.h"
#include "common/guarantees/zcdp.h"

namespace ctgan::synth::privacy {
namespace {

using errors::Error;
using errors::Kind;

// What all of the guarantee buys.
double total_of(const Guarantee& guarantee, Composition composition, double delta_of_thresholds) {
  if (!std::isfinite(guarantee.epsilon) || guarantee.epsilon <= 0)
    throw Error(Kind::usage, fmt::format("epsilon must be a number above 0, but is {:g}", guarantee.epsilon),
                "1 protects well, 10 hardly");
  if (composition == Composition::pure) {
    if (guarantee.delta == 0) return guarantee.epsilon;
    throw Error(Kind::usage, "this method has no delta: it keeps epsilon alone", "leave '--delta' out");
  }
  if (!(guarantee.delta > 0) || !(guarantee.delta < 1))
    throw Error(Kind::usage,
                fmt::format("delta must be a number between 0 and 1, but is {:g}", guarantee.delta),
                "far less than one in the number of rows: 1e-9");
  return guarantees::zcdp_rho(guarantee.epsilon, guarantee.delta - delta_of_thresholds);
}

const char* name_of(Composition composition) {
  switch (composition) {
    case Composition::pure:
      return "pure";
    case Composition::concentrated:
      return "zero-concentrated";
    case Composition::renyi:
      break;
  }
  return "Renyi";
}

const char* unit_of_cost(Composition composition) {
  return composition == Composition::pure ? "epsilon" : "rho";
}

}  // namespace

Accountant::Accountant(Guarantee guarantee, Composition composition, double delta_of_thresholds)
    : guarantee_(std::move(guarantee)),
      composition_(composition),
      delta_of_thresholds_(delta_of_thresholds),
      total_(total_of(guarantee_, composition, delta_of_thresholds)) {}

double Accountant::spent() const {
  return static_cast<double>(spent_);
}

double Accountant::remaining() const {
  constexpr long double k_but_rounding = 1 - 1e-12L;
  return static_cast<double>((static_cast<long double>(total_) - spent_) * k_but_rounding);
}

void Accountant::spend(Spending spending) {
  const long double times = static_cast<long double>(spending.times);
  const long double spent = spent_ + times * static_cast<long double>(spending.cost);
  const long double delta = delta_spent_ + times * static_cast<long double>(spending.delta);
  // Nothing that is not a number passes.
  if (!(spending.cost >= 0) || !(spending.delta >= 0) || !(spent <= static_cast<long double>(total_)) ||
      !(delta <= static_cast<long double>(delta_of_thresholds_))) {
    throw Error(Kind::internal, fmt::format("the stage {} would spend more privacy than is left",
                                            errors::quoted(spending.stage)));
  }
  spent_ = spent;
  delta_spent_ = delta;
  spendings_.push_back(std::move(spending));
}

// What the training has of the guarantee is written down as the rho that nothing else can have any more: in rho it has no
// cost of its own.
double Accountant::spend_rest(const std::string& stage, const SampledTraining& training) {
  if (composition_ != Composition::renyi)
    throw Error(Kind::internal, "a training is paid for by Renyi divergences alone");
  const double multiplier =
      least_noise_multiplier(training, guarantee_.epsilon, guarantee_.delta - delta_of_thresholds_, spent());
  spend({.stage = stage,
         .mechanism = "discrete Gaussian of sampled rows",
         .sensitivity = 1,
         .scale = multiplier,
         .times = training.steps,
         .cost = remaining() / static_cast<double>(training.steps),
         .rate = training.rate});
  spent_ = static_cast<long double>(total_);
  return multiplier;
}

void Accountant::disclose(Disclosure disclosure) {
  disclosures_.push_back(std::move(disclosure));
}

nlohmann::ordered_json Accountant::statement() const {
  nlohmann::ordered_json statement{
      {"epsilon", guarantee_.epsilon},
      {"delta", guarantee_.delta},
      {"unit", guarantee_.unit.empty() ? "one row"
                                       : fmt::format("all rows of one {}", errors::quoted(guarantee_.unit))},
      {"neighbours", "tables with and without it"},
      {"composition", name_of(composition_)},
      {unit_of_cost(composition_), total_},
      {"spent", nlohmann::ordered_json::array()},
      {"declared", nlohmann::ordered_json::array()},
      {"not_protected", nlohmann::ordered_json::array()}};
  if (!guarantee_.unit.empty()) statement["rows_per_unit"] = guarantee_.rows_per_unit;
  long double running = 0;
  for (const Spending& one : spendings_) {
    running += static_cast<long double>(one.times) * static_cast<long double>(one.cost);
    nlohmann::ordered_json row{{"stage", one.stage},
                               {"mechanism", one.mechanism},
                               {"sensitivity", one.sensitivity},
                               {"scale", one.scale},
                               {"times", one.times},
                               {"cost", one.cost},
                               {"total", static_cast<double>(running)}};
    if (one.delta > 0) row["delta"] = one.delta;
    if (one.rate < 1) row["rate"] = one.rate;
    statement["spent"].push_back(std::move(row));
  }
  for (const Disclosure& one : disclosures_)
    statement[one.kind == Disclosure::Kind::declared ? "declared" : "not_protected"].push_back(one.what);
  return statement;
}

}  // namespace ctgan::synth::privacy
