#include "server/synth/evaluate/fidelity_json.h"

#include <nlohmann/json.hpp>

namespace ctgan::synth::evaluate {
namespace {

using nlohmann::json;

json value_of(const Estimate& estimate) {
  return {{"value", estimate.value}, {"low", estimate.low}, {"high", estimate.high}};
}

json value_of(const ToldApart& found) {
  return {{"auc", value_of(found.auc)}, {"score", found.score}};
}

}  // namespace

json unseen_json(const std::optional<UnseenDetection>& unseen) {
  if (!unseen) return nullptr;
  return {{"rows", unseen->rows},
          {"against_held_out", value_of(unseen->against_held_out)},
          {"against_training", value_of(unseen->against_training)},
          {"attainable", value_of(unseen->attainable)},
          {"memorization", value_of(unseen->memorization)}};
}

}  // namespace ctgan::synth::evaluate
