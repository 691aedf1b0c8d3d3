// What a sample is asked for, looked at before there is a job: a typing error is an answer, and no job that fails.
#pragma once

#include <nlohmann/json.hpp>

namespace ctgan::server::worker {

// `request`: `path`, `model` (its name, for messages), `rows`, and the terms as in sample.submit; `key_file` and `root`
// where the store is encrypted. Returns `understood`: what each condition was taken for, in words. Throws what
// synth::sampling::plan_sample does, and as archive::read.
nlohmann::json check_sample(const nlohmann::json& request);

}  // namespace ctgan::server::worker
