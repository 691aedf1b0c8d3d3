#include "server/worker/stored_model.h"

#include <fmt/format.h>

#include <filesystem>
#include <nlohmann/json.hpp>

#include "common/conditions/sample_terms.h"
#include "common/errors/error.h"
#include "common/files/names.h"
#include "common/protocol/message.h"
#include "server/encryption/encrypted_file.h"
#include "server/synth/catalog/catalog.h"
#include "server/synth/sampling/sample_plan.h"

namespace ctgan::server::worker {

using errors::Error;
using errors::Kind;
using nlohmann::json;

synth::archive::Archive read_archive(const store::Layout& layout, const encryption::KeyRing& keys,
                                     const std::string& user, const std::string& name) {
  const auto path = layout.shelf(store::Shelf::models, user) / name;
  if (!files::is_safe_name(name) ||
      !std::filesystem::is_regular_file(std::filesystem::symlink_status(path))) {
    throw Error(Kind::no_input, fmt::format("there is no model {}", errors::quoted(name)),
                "'manage models list' shows the models");
  }
  const encryption::StoredFile stored = encryption::open_stored(path, &keys);
  return synth::archive::read(*stored.content(), name);
}

StoredModel load_archive(const synth::archive::Archive& archive, const std::string& name) {
  try {
    return {synth::catalog::load(archive), synth::sampling::KeptCombinations(archive)};
  } catch (const json::exception&) {
    throw Error(Kind::bad_data,
                fmt::format("the model file {} is damaged: an entry is of another type than a fit writes",
                            errors::quoted(name)),
                "fit again");
  }
}

json check_sample_terms(const json& request) {
  const store::Layout layout(protocol::text_field(request, "root"));
  const std::string name = protocol::text_field(request, "model");
  const auto keys = encryption::KeyRing::read(protocol::text_field(request, "key_file"), layout.root());
  const StoredModel stored =
      load_archive(read_archive(layout, keys, protocol::text_field(request, "user"), name), name);
  const synth::sampling::SamplePlan plan =
      plan_sample(conditions::terms_from_json(request), protocol::count_field(request, "rows"), *stored.model,
                  stored.combinations);
  return {{"understood", plan.understood}};
}

}  // namespace ctgan::server::worker
