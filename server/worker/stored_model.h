// A model of the store, read to draw rows from.
#pragma once

#include <memory>
#include <nlohmann/json_fwd.hpp>
#include <string>

#include "server/encryption/key_ring.h"
#include "server/store/layout.h"
#include "server/synth/archive/archive.h"
#include "server/synth/model/trainer.h"
#include "server/synth/sampling/kept_combinations.h"

namespace ctgan::server::worker {

struct StoredModel {
  std::unique_ptr<synth::model::FittedModel> model;
  synth::sampling::KeptCombinations combinations;
};

// Throws Error(no_input) where the user has no such model, and as archive::read.
synth::archive::Archive read_archive(const store::Layout& layout, const encryption::KeyRing& keys,
                                     const std::string& user, const std::string& name);
// Throws Error(bad_data) naming the model whose entries are none that a fit writes.
StoredModel load_archive(const synth::archive::Archive& archive, const std::string& name);

// What the terms of a sample mean to a model, before a job is made of them: service::Engine::check_terms. `request` has
// `root`, `key_file`, `user`, `model`, `rows` and the terms (sample_terms.h); the answer has `understood`, each condition in
// words. Throws as synth::sampling::plan_sample.
nlohmann::json check_sample_terms(const nlohmann::json& request);

}  // namespace ctgan::server::worker
