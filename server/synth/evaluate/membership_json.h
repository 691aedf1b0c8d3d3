// Membership as JSON: part of evaluation.h's to_json.
#pragma once

#include <nlohmann/json_fwd.hpp>

#include "server/synth/evaluate/membership_result.h"

namespace ctgan::synth::evaluate {

nlohmann::json to_json(const Membership& membership);

}  // namespace ctgan::synth::evaluate
