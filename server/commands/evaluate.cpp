#include "server/synth/evaluate/evaluate.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <optional>

#include "common/files/file.h"
#include "common/table/csv_reader.h"
#include "common/table/metadata.h"
#include "common/threads/thread_pool.h"
#include "server/commands/commands.h"
#include "server/commands/evaluation_text.h"

namespace ctgan::server::commands {
namespace {

// Without the columns that are to be left out. Those that only one of the tables has need not be in all.
table::Table read(const std::filesystem::path& path, const std::vector<std::string>& drop, bool all_must_be) {
  table::Table table = table::read_csv(path);
  std::vector<std::string> present = drop;
  if (!all_must_be) {
    present.erase(std::remove_if(present.begin(), present.end(),
                                 [&](const std::string& name) { return table.find(name) == nullptr; }),
                  present.end());
  }
  return std::move(table).without(present);
}

}  // namespace

Outcome evaluate(const EvaluateOptions& options) {
  const table::Table original = read(options.original, options.drop, true);
  const table::Table synthetic = read(options.synthetic, options.drop, false);
  std::optional<table::Table> held_out;
  if (!options.held_out.empty()) held_out = read(options.held_out, options.drop, false);
  table::TableRequest request;
  for (const std::string& name : options.discrete) {
    request.columns[name].kind = table::ColumnKind::categorical;
  }
  const table::Metadata metadata = table::infer_metadata(original, request);

  synth::evaluate::Options how;
  how.seed = options.seed;
  how.target = options.target;
  threads::ThreadPool pool(0);
  const synth::evaluate::Evaluation found =
      synth::evaluate::evaluate({original, held_out ? &*held_out : nullptr, synthetic, metadata}, how, pool);

  const std::string line =
      to_json(found).dump(-1, ' ', false, nlohmann::json::error_handler_t::replace) + "\n";
  if (!options.output.empty()) {
    files::write_file(options.output, line, files::AtomicFile::IfExists::refuse);
  }
  return {options.json ? line : text_of(found)};
}

}  // namespace ctgan::server::commands
