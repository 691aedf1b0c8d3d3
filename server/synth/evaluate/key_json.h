// Disclosure for named keys as JSON: part of evaluation.h's to_json.
#pragma once

#include <nlohmann/json_fwd.hpp>

#include "server/synth/evaluate/key_result.h"

namespace ctgan::synth::evaluate {

nlohmann::json to_json(const KeyDisclosure& keys);

}  // namespace ctgan::synth::evaluate
