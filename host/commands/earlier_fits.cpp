#include "host/commands/earlier_fits.h"

#include <fmt/format.h>

#include <array>
#include <map>
#include <utility>
#include <vector>

#include "common/errors/error.h"
#include "common/files/checksum.h"
#include "common/files/names.h"
#include "common/table/metadata_json.h"
#include "host/commands/stored_files.h"
#include "host/session/download.h"

namespace ctgan::host::commands {
namespace {

using errors::Error;
using errors::Kind;
using session::Json;

class Text : public files::ByteSink {
 public:
  void write(std::string_view bytes) override { text += bytes; }
  std::string text;
};

void pass(const std::filesystem::path& arrived, files::ByteSink& sink) {
  sink.write(files::read_file(arrived));
}

// The columns of a model, in order, with pandas' names of their types.
Json sidecar_of(Connection& connection, const std::string& model) {
  const std::string name = files::sidecar_name(model);
  Text text;
  const auto silent = progress::make_quiet_progress(false);
  session::download(connection.session(), {"sidecars", name}, text, pass, *silent);
  Json sidecar = Json::parse(text.text, nullptr, false);
  if (sidecar.is_object()) return sidecar;
  throw Error(Kind::protocol, fmt::format("the server's file {} is not JSON", errors::quoted(name)));
}

// A day's cells may all be there, or whole, or missing: that changes pandas' word, not the column.
bool same_type(const std::string& one, const std::string& other) {
  static const std::array<std::pair<std::string, std::string>, 3> k_pairs{
      {{"int64", "float64"}, {"bool", "object"}, {"str", "object"}}};
  if (one == other) return true;
  for (const auto& [a, b] : k_pairs) {
    if ((one == a && other == b) || (one == b && other == a)) return true;
  }
  return false;
}

void add(std::string& list, const std::string& entry) {
  list += (list.empty() ? "" : ", ") + errors::visible(entry);
}

}  // namespace

std::string basis_of(const std::filesystem::path& table, Json asked) {
  asked["sha256"] = files::sha256_of_file(table);
  return files::sha256_of(asked.dump(-1, ' ', false, Json::error_handler_t::replace));
}

std::optional<std::string> same_model(Connection& connection, const std::string& stem,
                                      const std::string& basis) {
  const std::vector<StoredItem> items = list_items(connection.session(), Store::models);
  const StoredItem* newest = newest_of(items, stem);
  if (newest == nullptr) return std::nullopt;
  const Json job = connection.session().find("job.list", Json::object(), [&](const Json& item) {
    const auto result = item.find("result");
    return result != item.end() && result->is_object() && result->value("model", Json()) == newest->name;
  });
  if (job.is_null() || job["result"].value("basis", Json()) != basis) return std::nullopt;
  return newest->name;
}

std::string differences(const Json& sidecar, const table::Metadata& metadata) {
  const Json now = Json::parse(table::sidecar_json(metadata));
  std::string lost;
  std::string gained;
  std::string changed;
  for (const auto& [name, type] : sidecar.items()) {
    if (!now.contains(name)) add(lost, name);
  }
  for (const table::ColumnMetadata& column : metadata.columns) {
    const auto before = sidecar.find(column.name);
    if (before == sidecar.end()) {
      add(gained, column.name);
      continue;
    }
    const auto was = before->is_string() ? before->get<std::string>() : std::string();
    const auto is = now.at(column.name).get<std::string>();
    if (column.kind == table::ColumnKind::all_missing || same_type(was, is)) continue;
    add(changed, fmt::format("{} ({}, was {})", column.name, is, was));
  }
  std::string text;
  for (const auto& [what, names] :
       {std::pair{"lost", lost}, std::pair{"gained", gained}, std::pair{"changed", changed}}) {
    if (!names.empty()) text += fmt::format("{}{}: {}", text.empty() ? "" : "; ", what, names);
  }
  return text;
}

void require_like(Connection& connection, const std::string& word, const std::string& stem,
                  const table::Metadata& metadata, progress::Progress& progress) {
  const std::vector<StoredItem> items = list_items(connection.session(), Store::models);
  if (word == "latest:" + stem && newest_of(items, stem) == nullptr) {
    return progress.note("like", {{"model", nullptr}},
                         fmt::format("There is no model of '{}' yet to compare the table with", stem));
  }
  const std::string model = find_item(items, word, Store::models).name;
  const std::string found = differences(sidecar_of(connection, model), metadata);
  if (found.empty())
    return progress.note("like", {{"model", model}}, fmt::format("The table has the columns of {}", model));
  throw Error(Kind::bad_data,
              fmt::format("the table has not the columns of {}: {}", errors::quoted(model), found),
              "correct the table, or leave '--like' out this once if that is as it should be");
}

}  // namespace ctgan::host::commands
