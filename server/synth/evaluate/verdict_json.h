// The verdict as JSON, in the two forms in which it leaves the evaluation: with the job's result and beside
// the model, where the gate reads it.
#pragma once

#include <nlohmann/json_fwd.hpp>

#include "server/synth/evaluate/evaluation.h"

namespace ctgan::synth::evaluate {

nlohmann::json to_json(const Estimate& estimate);
nlohmann::json to_json(const Finding& finding);
nlohmann::json to_json(const Remedy& remedy);

// The verdict in short, for a job's result: "summary", "sentence", "headline", "release" (a verdict with its
// sentence), "remedies".
nlohmann::json verdict_json(const Judgements& judgements);

// What a model's archive keeps in its entry "release": may its rows be handed out, and why (not). "judged"
// and "objections" are for programs that know nothing else. Names columns, but no row and no value.
nlohmann::json release_json(const Judgements& judgements);

}  // namespace ctgan::synth::evaluate
