// What requests need of the engine, which the service does not know: whoever opens a session says who does
// it.
#pragma once

#include <filesystem>
#include <functional>
#include <optional>
#include <string>

#include "common/protocol/message.h"
#include "common/table_formats/csv_dialect.h"

namespace ctgan::server::service {

using Json = protocol::Json;

struct TableFile {
  std::filesystem::path path;
  std::string name;  // what messages and the page call it
  table_formats::CsvDialect dialect;
};

struct FilesToCompare {
  TableFile original, synthetic;
  std::optional<TableFile> held_out;
};

using TellEvent = std::function<void(Json event)>;

// Each answers the request of protocol.md that is named like it; one that is empty is not offered.
struct Engine {
  std::function<Json(const Json& request)> plan_fit;
  // What a party is about to give, looked at for its own eyes: `request` has `party`, `name`, `join` and `table`. Returns
  // its `rows` and `columns`. Throws what is wrong with it.
  std::function<Json(const std::filesystem::path& file, const Json& request)> check_party;
  // What the terms of a sample mean to its model, before a job is made of them: `request` has `user`, `model`, `rows` and
  // the terms. Returns `understood`, each condition in words. Throws Error(usage) naming the term that the model cannot meet,
  // and Error(unavailable) where that takes more than an answer may.
  std::function<Json(Json request)> check_terms;
  // The reports of models side by side: `request` has `user` and `models`. Returns `page` and `comparison`. Throws
  // Error(no_input) for a model without a report, Error(usage) for models of different tables.
  std::function<Json(Json request)> compare_reports;
};

}  // namespace ctgan::server::service
