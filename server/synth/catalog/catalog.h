// The models that exist: the one list that help texts, fit requests and model files are resolved against.
// Adding a method is one row here, a folder beside this one, and a test that runs the shared trainer suite.
//
//     const ModelRow& row = catalog::find("ctgan");
//     auto trainer = row.make_trainer(options::check(row.method, json));
//     auto model = catalog::load("adult_model.gz");
#pragma once

#include <cstddef>
#include <filesystem>
#include <memory>
#include <span>
#include <string_view>

#include "common/options/methods.h"
#include "server/synth/archive/archive.h"
#include "server/synth/model/trainer.h"

namespace ctgan::synth::catalog {

struct ModelRow {
  const options::Method& method;  // its name is also the archive's entry "model"
  // From checked values of the method's options, a seed included.
  std::unique_ptr<model::Trainer> (*make_trainer)(options::Values options);
  // Of an epoch on so many rows; null for methods without epochs.
  std::size_t (*steps_an_epoch)(std::size_t rows, std::size_t batch_size);
  // Throws Error(bad_data) when the archive is not one of this model.
  std::unique_ptr<model::FittedModel> (*load)(const archive::Archive& archive);
};

std::span<const ModelRow> models();

// Throws Error(usage) listing what exists.
const ModelRow& find(std::string_view name);

// Reads a model file and picks the row by its entry "model". Throws as archive::read, and Error(bad_data) for
// a model that this program does not know or a file that holds less or other than its model needs.
std::unique_ptr<model::FittedModel> load(const std::filesystem::path& path);
// The same for an archive that was read; it may go afterwards.
std::unique_ptr<model::FittedModel> load(const archive::Archive& archive);

}  // namespace ctgan::synth::catalog
