#include "server/synth/catalog/catalog.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <new>
#include <string>
#include <utility>
#include <vector>

#include "common/errors/closest.h"
#include "common/errors/error.h"
#include "server/synth/ctgan/ctgan_trainer.h"
#include "server/synth/ctgan/fitted_ctgan.h"
#include "server/synth/marginal_methods/fitted_marginals.h"
#include "server/synth/marginal_methods/marginal_trainer.h"
#include "server/synth/private_gan/fitted_gan.h"
#include "server/synth/private_gan/gan_trainer.h"
#include "server/synth/privsyn/fitted_privsyn.h"
#include "server/synth/privsyn/privsyn_trainer.h"
#include "server/synth/selection/auto_trainer.h"
#include "server/synth/trees/fitted_trees.h"
#include "server/synth/trees/trees_trainer.h"
#include "server/synth/tvae/fitted_tvae.h"
#include "server/synth/tvae/tvae_trainer.h"

namespace ctgan::synth::catalog {
namespace {

template <typename Trainer>
std::unique_ptr<model::Trainer> trainer(options::Values options) {
  return std::make_unique<Trainer>(std::move(options));
}

template <typename Fitted>
std::unique_ptr<model::FittedModel> fitted(const archive::Archive& archive) {
  return Fitted::load(archive);
}

template <typename Trainer, typename Fitted>
ModelRow row(std::string_view name) {
  ModelRow row{options::find_method(name), trainer<Trainer>, nullptr, fitted<Fitted>};
  if constexpr (requires { Trainer::steps_an_epoch; }) row.steps_an_epoch = Trainer::steps_an_epoch;
  return row;
}

ModelRow graphical_row(std::string_view name, decltype(ModelRow::make_trainer) trainer) {
  return {options::find_method(name), trainer, nullptr, fitted<marginal_methods::FittedMarginals>};
}

// Networks need about 3,000 steps, of which a trial has a few hundred: small tables and wide ones are no match
// for them.
std::unique_ptr<model::Trainer> auto_trainer(options::Values options) {
  constexpr std::size_t k_least_rows = 2000, k_most_columns = 100;
  const nlohmann::json briefly{{"epochs", 100}};
  return std::make_unique<selection::AutoTrainer>(
      std::move(options),
      std::vector<selection::Candidate>{
          {.method = options::find_method("trees"), .make_trainer = trainer<trees::TreesTrainer>},
          {.method = options::find_method("trees"),
           .make_trainer = trainer<trees::TreesTrainer>,
           .options = {{"min_leaf", 100}},
           .is_milder = true},
          {.method = options::find_method("tvae"),
           .make_trainer = trainer<tvae::TvaeTrainer>,
           .trial_options = briefly,
           .least_rows = k_least_rows,
           .most_columns = k_most_columns},
          {.method = options::find_method("ctgan"),
           .make_trainer = trainer<ctgan::CtganTrainer>,
           .trial_options = briefly,
           .least_rows = k_least_rows,
           .most_columns = k_most_columns},
      });
}

[[noreturn]] std::unique_ptr<model::FittedModel> no_model(const archive::Archive& /*archive*/) {
  throw errors::Error(errors::Kind::bad_data,
                      "the model file is damaged: 'auto' fits models of other methods");
}

const ModelRow* row_named(std::string_view name) {
  const auto rows = models();
  const auto row =
      std::find_if(rows.begin(), rows.end(), [name](const ModelRow& r) { return r.method.name == name; });
  return row == rows.end() ? nullptr : &*row;
}

// Whatever a damaged file makes its reader throw is said of the file.
std::unique_ptr<model::FittedModel> load_trusting_nothing(const ModelRow& row,
                                                          const archive::Archive& archive) {
  try {
    return row.load(archive);
  } catch (const errors::Error& error) {
    if (error.kind() == errors::Kind::bad_data) throw;
    throw errors::Error(errors::Kind::bad_data, "the model file is damaged: " + error.sentence(),
                        error.hint());
  } catch (const std::bad_alloc&) {
    throw;
  } catch (const std::exception&) {
    throw errors::Error(
        errors::Kind::bad_data,
        fmt::format("the model file is damaged: it is not what a fit of {} writes", row.method.name),
        "download it again, or fit again");
  }
}

std::string what_exists(std::string_view name) {
  return errors::suggestion(name, options::method_names());
}

}  // namespace

std::span<const ModelRow> models() {
  static const std::array<ModelRow, 11> k_rows = {
      row<ctgan::CtganTrainer, ctgan::FittedCtgan>("ctgan"),
      row<tvae::TvaeTrainer, tvae::FittedTvae>("tvae"),
      row<trees::TreesTrainer, trees::FittedTrees>("trees"),
      graphical_row("mst", marginal_methods::mst_trainer),
      graphical_row("aim", marginal_methods::aim_trainer),
      graphical_row("swift", marginal_methods::swift_trainer),
      graphical_row("mwem", marginal_methods::mwem_trainer),
      row<privsyn::PrivsynTrainer, privsyn::FittedPrivsyn>("privsyn"),
      row<private_gan::DpctganTrainer, private_gan::FittedGan>("dpctgan"),
      row<private_gan::PatectganTrainer, private_gan::FittedGan>("patectgan"),
      {options::find_method("auto"), auto_trainer, nullptr, no_model},
  };
  return k_rows;
}

const ModelRow& find(std::string_view name) {
  if (const ModelRow* row = row_named(name)) return *row;
  throw errors::Error(errors::Kind::usage, "there is no model type " + errors::quoted(name),
                      what_exists(name));
}

std::unique_ptr<model::FittedModel> load(const std::filesystem::path& path) {
  return load(archive::read(path));
}

std::unique_ptr<model::FittedModel> load(const archive::Archive& archive) {
  const std::string& name = archive.entry("model");
  if (const ModelRow* row = row_named(name)) return load_trusting_nothing(*row, archive);
  throw errors::Error(errors::Kind::bad_data,
                      "the model file holds a model of an unknown type " + errors::quoted(name),
                      what_exists(name));
}

}  // namespace ctgan::synth::catalog
