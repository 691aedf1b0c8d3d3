#include "host/commands/evaluate_command.h"

#include <fmt/format.h>

#include <filesystem>
#include <map>
#include <optional>

#include "common/command_line/whole_number.h"
#include "common/errors/error.h"
#include "common/errors/report.h"
#include "common/files/file.h"
#include "common/table/metadata_json.h"
#include "common/table_formats/file_request.h"
#include "common/table_formats/row_format.h"
#include "host/commands/follow_job.h"
#include "host/commands/output_place.h"
#include "host/commands/seen_names.h"
#include "host/session/download.h"
#include "host/session/upload.h"

namespace ctgan::host::commands {
namespace {

using errors::Error;
using errors::Kind;
using files::AtomicFile;
using session::Json;

constexpr const char* k_group = "Evaluation";

std::uint64_t seed_of(const std::string& text) {
  return text.empty() ? 1 : command_line::whole_number(text, "--seed");
}

// Lines that may go to a terminal.
std::string visible_lines(const std::string& text) {
  std::string shown;
  for (std::size_t begin = 0; begin < text.size();) {
    const std::size_t end = std::min(text.find('\n', begin), text.size());
    if (begin > 0) shown += '\n';
    shown += errors::visible(text.substr(begin, end - begin));
    begin = end + 1;
  }
  return shown;
}

Json parsed_evaluation(const std::string& line) {
  Json evaluation = Json::parse(line, nullptr, false);
  if (evaluation.is_object()) return evaluation;
  throw Error(Kind::protocol, "the server's evaluation is not JSON");
}

}  // namespace

struct TableComparison::Outputs {
  std::optional<AtomicFile> evaluation, report;

  static void claim(std::optional<AtomicFile>& file, const std::string& path, bool force) {
    if (path.empty()) return;
    session::check_target({path, if_exists(force)});
    file.emplace(path, if_exists(force));
  }
  static void fill(std::optional<AtomicFile>& file, const std::string& text) {
    if (!file) return;
    file->write(text);
    file->commit();
  }
};

void add_evaluate_flags(CLI::App& app, EvaluateFlags& flags) {
  app.add_option("--original", flags.original, "the table that the model was trained on")
      ->type_name("FILE")
      ->required()
      ->group(k_group);
  app.add_option("--synthetic", flags.synthetic, "the table to judge")
      ->type_name("FILE")
      ->required()
      ->group(k_group);
  app.add_option(
         "--held-out", flags.held_out,
         "rows like the original's that the model never saw; without them utility and most of privacy "
         "are skipped")
      ->type_name("FILE")
      ->group(k_group);
  command_line::add_judge_flags(app, flags.judge, k_group);
  app.add_option("--seed", flags.seed, "of every draw [1]")->type_name("N")->group(k_group);
  app.add_option("--output", flags.output, "write the scores there, as JSON")
      ->type_name("FILE")
      ->group(k_group);
  app.add_option("--report", flags.report, "write a page for people there: one HTML file with every chart")
      ->type_name("FILE")
      ->group(k_group);
  add_force_flag(app, flags.force, k_group);
  command_line::add_table_flags(app, flags.table);
}

TableComparison::TableComparison(const EvaluateFlags& flags)
    : flags_(flags), outputs_(std::make_unique<Outputs>()) {
  table_formats::FileRequest table = command_line::table_request(flags.table, flags.original);
  table_formats::FileRequest held_out = table, synthetic;
  add_part("original", flags.original, table);
  synthetic.dialect = table_formats::parse_dialect({}, flags.synthetic);
  add_part("synthetic", flags.synthetic, synthetic);
  if (!flags.held_out.empty()) {
    held_out.dialect = table_formats::parse_dialect(flags.table.dialect, flags.held_out);
    add_part("held_out", flags.held_out, held_out);
  }
  request_["table"] = table_formats::to_json(table);
  request_["seed"] = seed_of(flags.seed);
  if (!flags.judge.target.empty()) request_["target"] = flags.judge.target;
  if (!flags.judge.keys.empty()) request_["keys"] = flags.judge.keys;
  if (!flags.judge.purpose.empty()) request_["purpose"] = flags.judge.purpose;
  table_formats::require_extension(flags.output, "json");
  table_formats::require_extension(flags.report, "html");
  Outputs::claim(outputs_->evaluation, flags.output, flags.force);
  Outputs::claim(outputs_->report, flags.report, flags.force);
}

TableComparison::~TableComparison() = default;

// What the server gets to know of a table: not where it lies.
void TableComparison::add_part(const char* part, const std::string& file,
                               table_formats::FileRequest& request) {
  const LocalTable& table = tables_.try_emplace(part, file, request).first->second;
  table.add_to(request, !flags_.table.missing.empty());
  // Of a file whose beginning says no names the server says what is wrong.
  if (part == std::string_view("original")) {
    const std::vector<std::string> columns = columns_of_file(table.path(), request.dialect);
    if (!columns.empty()) command_line::check_judge_flags(flags_.judge, columns);
  }
  request_[part] = {{"dialect", table_formats::to_json(request.dialect)}};
}

Json TableComparison::send(Connection& connection, progress::Progress& progress) {
  Json request = request_;
  for (const auto& [part, table] : tables_)
    request[part]["upload"] = session::upload(connection.session(), table.path(), table.file_name(), progress,
                                              session::UploadUse::evaluation);
  return request;
}

void TableComparison::run(Connection& connection, progress::Progress& progress) {
  const Json request = send(connection, progress);
  std::map<std::string, std::string> products;
  const Json answer = connection.session().request("evaluate", request, [&](const Json& event) {
    const std::string name = protocol::text_field(event, "event");
    if (name == "section") tell_section(progress, event);
    if (name == "job") {
      const std::string job = errors::visible(protocol::text_field(event, "job"));
      progress.note("job", {{"job", job}}, fmt::format("Job {}", job));
    }
    if (name == "queued") tell_queued(progress, event);
    if (name == "waiting") tell_waiting(progress, protocol::text_field(event, "text"));
    if (name == "piece") products[protocol::text_field(event, "of")] += protocol::text_field(event, "text");
  });
  const Json evaluation = parsed_evaluation(products["evaluation"]);
  Outputs::fill(outputs_->evaluation, products["evaluation"]);
  Outputs::fill(outputs_->report, products["report"]);
  progress.answer({{"evaluation", evaluation}}, visible_lines(products["text"]));
}

}  // namespace ctgan::host::commands
