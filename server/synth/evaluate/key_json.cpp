#include "server/synth/evaluate/key_json.h"

#include <nlohmann/json.hpp>

#include "server/synth/evaluate/verdict_json.h"

namespace ctgan::synth::evaluate {

using nlohmann::json;

namespace {

json or_null(const std::optional<double>& value) {
  return value ? json(*value) : json(nullptr);
}

json or_null(const std::optional<Estimate>& value) {
  return value ? to_json(*value) : json(nullptr);
}

}  // namespace

json to_json(const KeyDisclosure& keys) {
  json targets = json::array();
  for (const KeyTarget& target : keys.targets) {
    targets.push_back({{"column", target.column},
                       {"original", target.original},
                       {"synthetic", target.synthetic},
                       {"held_out", or_null(target.held_out)},
                       {"excess", or_null(target.excess)},
                       {"together", or_null(target.together)}});
  }
  return {{"keys", keys.keys},
          {"original_unique", keys.original_unique},
          {"synthetic_unique", keys.synthetic_unique},
          {"found", keys.found},
          {"replicated", keys.replicated},
          {"alone", keys.alone},
          {"alone_replicated", or_null(keys.alone_replicated)},
          {"held_out_alone", keys.held_out_alone},
          {"held_out_replicated", or_null(keys.held_out_replicated)},
          {"excess", or_null(keys.excess)},
          {"targets", std::move(targets)}};
}

}  // namespace ctgan::synth::evaluate
