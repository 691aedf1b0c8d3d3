#include <optional>

#include "common/files/file.h"
#include "common/table_formats/row_format.h"
#include "server/commands/commands.h"
#include "server/worker/compare_files.h"
#include "server/worker/evaluation_text.h"

namespace ctgan::server::commands {
namespace {

using files::AtomicFile;
using service::FilesToCompare;

service::TableFile written_as(const std::filesystem::path& path, const table_formats::DialectWords& dialect) {
  const std::string name = path.filename().string();
  return {path, name, table_formats::parse_dialect(dialect, name)};
}

FilesToCompare files_of(const EvaluateOptions& options) {
  FilesToCompare files{written_as(options.original, options.table.dialect), written_as(options.synthetic, {}),
                       std::nullopt};
  if (!options.held_out.empty()) files.held_out = written_as(options.held_out, options.table.dialect);
  return files;
}

// Taken before the work: a name that is in use is found out at once.
std::optional<AtomicFile> claim(const std::filesystem::path& path) {
  if (path.empty()) return std::nullopt;
  return std::optional<AtomicFile>(std::in_place, path, AtomicFile::IfExists::refuse);
}

void fill(std::optional<AtomicFile>& file, const std::string& text) {
  if (!file) return;
  file->write(text);
  file->commit();
}

}  // namespace

Outcome evaluate(const EvaluateOptions& options) {
  table_formats::require_extension(options.output.string(), "json");
  table_formats::require_extension(options.report.string(), "html");
  std::optional<AtomicFile> report = claim(options.report);
  std::optional<AtomicFile> output = claim(options.output);
  const FilesToCompare files = files_of(options);
  synth::evaluate::Options how;
  how.seed = options.seed;
  how.target = options.judge.target;
  how.keys = options.judge.keys;
  how.purpose = options.judge.purpose;
  const synth::evaluate::Evaluation found = worker::compare(
      worker::read_tables(files, command_line::table_request(options.table, files.original.name)), how);
  const std::string line = worker::line_of(found);
  fill(output, line);
  if (report) fill(report, worker::page_of(found, files));
  return {options.json ? line : worker::text_of(found)};
}

}  // namespace ctgan::server::commands
