// The measures of fidelity as JSON, std::nullopt as null. Part of evaluation.h's to_json.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <optional>

#include "server/synth/evaluate/fidelity_result.h"

namespace ctgan::synth::evaluate {

nlohmann::json fidelity_json(const std::optional<Fidelity>& fidelity);
nlohmann::json global_utility_json(const std::optional<GlobalUtility>& utility);
nlohmann::json unseen_json(const std::optional<UnseenDetection>& unseen);

}  // namespace ctgan::synth::evaluate
