#include "server/synth/catalog/catalog.h"

#include <algorithm>
#include <array>
#include <string>
#include <utility>
#include <vector>

#include "common/errors/closest.h"
#include "common/errors/error.h"
#include "server/synth/models/ctgan_trainer.h"
#include "server/synth/models/fitted_ctgan.h"

namespace ctgan::synth::catalog {
namespace {

std::unique_ptr<models::Trainer> ctgan_trainer(options::Values options) {
  return std::make_unique<models::CtganTrainer>(std::move(options));
}

std::unique_ptr<models::FittedModel> ctgan_model(const archive::Archive& archive) {
  return models::FittedCtgan::load(archive);
}

const ModelRow* row_named(std::string_view name) {
  const auto rows = models();
  const auto row =
      std::find_if(rows.begin(), rows.end(), [name](const ModelRow& r) { return r.name == name; });
  return row == rows.end() ? nullptr : &*row;
}

std::string what_exists(std::string_view name) {
  std::vector<std::string> names;
  for (const ModelRow& row : models()) names.emplace_back(row.name);
  return errors::suggestion(name, names);
}

}  // namespace

std::span<const ModelRow> models() {
  static const std::array<ModelRow, 1> k_rows = {{
      {"ctgan", "conditional tabular GAN (Xu et al. 2019)", options::ctgan_options(), ctgan_trainer,
       ctgan_model},
  }};
  return k_rows;
}

const ModelRow& find(std::string_view name) {
  if (const ModelRow* row = row_named(name)) return *row;
  throw errors::Error(errors::Kind::usage, "there is no model type " + errors::quoted(name),
                      what_exists(name));
}

std::unique_ptr<models::FittedModel> load(const std::filesystem::path& path) {
  return load(archive::read(path));
}

std::unique_ptr<models::FittedModel> load(const archive::Archive& archive) {
  const std::string& name = archive.entry("model");
  if (const ModelRow* row = row_named(name)) return row->load(archive);
  throw errors::Error(errors::Kind::bad_data,
                      "the model file holds a model of an unknown type " + errors::quoted(name),
                      what_exists(name));
}

}  // namespace ctgan::synth::catalog
