#include "server/worker/compare_reports.h"

#include <fmt/format.h>

#include <filesystem>
#include <nlohmann/json.hpp>
#include <vector>

#include "common/errors/error.h"
#include "common/files/names.h"
#include "common/protocol/message.h"
#include "server/encryption/encrypted_file.h"
#include "server/encryption/key_ring.h"
#include "server/store/layout.h"
#include "server/synth/report/comparison.h"

namespace ctgan::server::worker {
namespace {

using errors::Error;
using errors::Kind;
using nlohmann::json;

std::string text_of(files::ByteSource& source) {
  std::string text;
  std::vector<char> buffer(std::size_t{256} << 10);
  while (const std::size_t got = source.read(buffer)) text.append(buffer.data(), got);
  return text;
}

json evaluation_of(const store::Layout& layout, const encryption::KeyRing& keys, const std::string& user,
                   const std::string& model) {
  const auto path = layout.shelf(store::Shelf::evaluations, user) / files::evaluation_name(model);
  if (!files::is_safe_name(model) || !std::filesystem::is_regular_file(std::filesystem::symlink_status(path)))
    throw Error(Kind::no_input, fmt::format("there is no report of {}", errors::quoted(model)),
                "'manage models list' shows which models have one");
  json evaluation = json::parse(text_of(*encryption::open_stored(path, &keys).content()), nullptr, false);
  if (evaluation.is_object()) return evaluation;
  throw Error(Kind::bad_data, fmt::format("the report of {} is damaged", errors::quoted(model)));
}

}  // namespace

json compare_reports(const json& request) {
  const store::Layout layout(protocol::text_field(request, "root"));
  const auto keys = encryption::KeyRing::read(protocol::text_field(request, "key_file"), layout.root());
  const std::string user = protocol::text_field(request, "user");
  std::vector<synth::report::JudgedModel> models;
  for (const std::string& name : protocol::optional_texts(request, "models"))
    models.push_back({name, evaluation_of(layout, keys, user, name)});
  return {{"page", synth::report::html_comparison(models)},
          {"comparison", synth::report::comparison_json(models)}};
}

}  // namespace ctgan::server::worker
