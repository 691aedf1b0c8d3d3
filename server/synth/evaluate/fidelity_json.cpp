#include "server/synth/evaluate/fidelity_json.h"

#include <nlohmann/json.hpp>

namespace ctgan::synth::evaluate {
namespace {

using nlohmann::json;

json value_of(const Estimate& estimate) {
  return {{"value", estimate.value}, {"low", estimate.low}, {"high", estimate.high}};
}

json value_of(const Measured& measured) {
  return {{"rows", measured.rows},
          {"synthetic", value_of(measured.synthetic)},
          {"attainable", measured.attainable ? value_of(*measured.attainable) : json(nullptr)}};
}

json value_of(const SetMeasure& measured) {
  json value = value_of(static_cast<const Measured&>(measured));
  value["sets"] = measured.sets;
  value["all_sets"] = measured.all_sets;
  return value;
}

json value_of(const ColumnUtility& target) {
  return {{"column", target.column},         {"score", target.numeric ? "R2 of ranks" : "AUC"},
          {"original", target.original},     {"synthetic", target.synthetic},
          {"attainable", target.attainable}, {"ratio", target.ratio}};
}

json value_of(const ToldApart& found) {
  return {{"auc", value_of(found.auc)}, {"score", found.score}};
}

template <typename Measure>
json or_null(const std::optional<Measure>& measure) {
  return measure ? value_of(*measure) : json(nullptr);
}

}  // namespace

json fidelity_json(const std::optional<Fidelity>& fidelity) {
  if (!fidelity) return nullptr;
  return {{"three_way", or_null(fidelity->three_way)},
          {"mutual_information", or_null(fidelity->mutual_information)},
          {"density", or_null(fidelity->density)},
          {"coverage", or_null(fidelity->coverage)}};
}

json global_utility_json(const std::optional<GlobalUtility>& utility) {
  if (!utility) return nullptr;
  json targets = json::array();
  for (const ColumnUtility& target : utility->targets) targets.push_back(value_of(target));
  json value = value_of(static_cast<const Measured&>(*utility));
  value["test_rows"] = utility->test_rows;
  value["learner"] = utility->learner;
  value["columns"] = utility->columns;
  value["all_columns"] = utility->all_columns;
  value["targets"] = std::move(targets);
  return value;
}

json unseen_json(const std::optional<UnseenDetection>& unseen) {
  if (!unseen) return nullptr;
  return {{"rows", unseen->rows},
          {"against_held_out", value_of(unseen->against_held_out)},
          {"against_training", value_of(unseen->against_training)},
          {"attainable", value_of(unseen->attainable)},
          {"memorization", value_of(unseen->memorization)}};
}

}  // namespace ctgan::synth::evaluate
