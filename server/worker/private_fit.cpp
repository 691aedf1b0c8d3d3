#include "server/worker/private_fit.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "common/errors/error.h"
#include "common/failpoints/failpoint.h"
#include "common/files/gzip.h"
#include "common/options/guarantee.h"
#include "common/options/methods.h"
#include "common/secrets/secret.h"
#include "common/table/declared_metadata.h"
#include "common/table_formats/csv_dialect.h"
#include "common/table_formats/csv_reader.h"
#include "common/table_formats/file_request.h"
#include "common/threads/thread_pool.h"
#include "server/synth/catalog/catalog.h"
#include "server/synth/pipeline/declared_rows.h"
#include "server/synth/pipeline/fit_evaluation.h"
#include "server/synth/pipeline/release.h"
#include "server/synth/privacy/noise_bits.h"
#include "server/worker/fit_monitor.h"
#include "server/worker/fit_products.h"
#include "server/worker/fit_report.h"
#include "server/worker/party_tables.h"
#include "server/worker/uploaded_table.h"

namespace ctgan::server::worker {
namespace {

using errors::Error;
using errors::Kind;
using nlohmann::json;

// What was debited where the job was entered is what is spent here: a bundle that somebody changed is another matter.
void require_debit(const jobs::JobRequest& request, const options::Values& options,
                   const table_formats::FileRequest& wanted) {
  const options::Guarantee spent = options::guarantee_of(options);
  if (request.privacy && request.privacy->epsilon == spent.epsilon && request.privacy->delta == spent.delta &&
      request.privacy->unit == wanted.rules.privacy_unit)
    return;
  throw Error(Kind::bad_data, "what this fit would spend of a privacy budget is not what was debited for it",
              "submit it anew with 'fit'");
}

// Sentences on a table that cannot be read quote its cells, and a job's error is kept.
table::Table take_texts(const JobPlace& place, const std::string& name,
                        const table_formats::FileRequest& wanted) {
  try {
    return take_table(place, name, wanted, Cells::texts);
  } catch (const Error& error) {
    if (error.kind() != Kind::bad_data) throw;
    throw Error(Kind::bad_data, "the table cannot be read",
                "'fit --plan FILE' where the file is says what is wrong with it");
  }
}

// The rows that their owner declares public. Throws Error(bad_data) where they have other columns than the table.
table::Table take_public(const jobs::JobRequest& request, const JobPlace& place,
                         const table_formats::FileRequest& wanted, const std::vector<std::string>& columns) {
  const jobs::PrivateReport& report = *request.private_report;
  const auto file = place.folder.work_file(jobs::table_file(1));
  const auto source = files::open_maybe_gzip(file);
  table::Table rows =
      table_formats::read_texts(*source, report.name, table_formats::dialect_from_json(report.dialect)).table;
  std::filesystem::remove(file);
  std::vector<std::string> dropped = wanted.drop;
  std::erase_if(dropped, [&](const std::string& name) { return rows.find(name) == nullptr; });
  rows = std::move(rows).without(dropped);
  std::vector<std::string> found = rows.column_names(), expected = columns;
  std::sort(found.begin(), found.end());
  std::sort(expected.begin(), expected.end());
  if (found != expected)
    throw Error(
        Kind::bad_data,
        fmt::format("the public rows {} have other columns than the table", errors::quoted(report.name)),
        "give rows of the same columns");
  constexpr std::size_t k_fewest = 40;
  if (rows.rows() < k_fewest)
    throw Error(Kind::bad_data,
                fmt::format("the public rows {} are {}, and a report needs {}", errors::quoted(report.name),
                            rows.rows(), k_fewest),
                "give more of them");
  return rows;
}

DeclaredTable take_declared(const jobs::JobRequest& request, const JobPlace& place,
                            const table_formats::FileRequest& wanted) {
  table::Table table = take_texts(place, request.name, wanted);
  table::Metadata metadata = table::declared_metadata(table.column_names(), wanted);
  return {std::move(table), std::move(metadata)};
}

// Rows that a report is made of, set apart before any noise is drawn: where they cannot be read nothing is lost but the
// job.
std::optional<synth::pipeline::FitEvaluation> rows_to_compare(const jobs::JobRequest& request,
                                                              const JobPlace& place,
                                                              const table_formats::FileRequest& wanted,
                                                              const table::Metadata& metadata,
                                                              table::Table& table) {
  if (!request.private_report) return std::nullopt;
  // Which rows are compared, and not what is learnt.
  const std::uint64_t seed = std::stoull(secrets::random_hex(4), nullptr, 16);
  if (request.private_report->from == jobs::k_report_of_owner) {
    synth::privacy::SystemBits bits;
    table::Table aside = synth::pipeline::set_aside_units(table, metadata, request.held_out, bits);
    return synth::pipeline::FitEvaluation(table, std::move(aside), seed, metadata.rules.privacy_unit);
  }
  constexpr double k_half = 0.5;
  table::Table rows = take_public(request, place, wanted, table.column_names());
  return synth::pipeline::FitEvaluation(rows, k_half, 1, seed);
}

synth::evaluate::PrivateModel judged_by(const jobs::JobRequest& request,
                                        const synth::archive::Archive& archive) {
  using Rows = synth::evaluate::PrivateModel::Rows;
  using synth::evaluate::Verdict;
  const synth::pipeline::Release release = synth::pipeline::release_of(archive);
  return {
      request.private_report->from == jobs::k_report_of_owner ? Rows::confidential : Rows::declared_public,
      {release.may_go ? Verdict::good : Verdict::bad, release.sentence}};
}

// What a job's result says of the guarantee; the model's file has all of it.
json privacy_in_short(const synth::archive::Archive& archive) {
  const json statement = json::parse(archive.entry("privacy"));
  json fields = json::object();
  for (const char* key : {"epsilon", "delta", "unit", "not_protected"}) fields[key] = statement.at(key);
  return fields;
}

}  // namespace

json run_private_fit(const jobs::JobRequest& request, const JobPlace& place) {
  const synth::catalog::ModelRow& row = synth::catalog::find(request.method);
  const table_formats::FileRequest wanted = table_formats::file_request_from_json(request.table);
  const options::Values options = options::check(row.method, request.options);
  options::refuse_what_reads({.rules = !wanted.rules.row_rules.empty(),
                              .combinations = !request.keep_combinations.empty(),
                              .checkpoints = request.checkpoint_minutes > 0,
                              .report = request.private_report.has_value(),
                              .parties = !request.parties.empty()},
                             options);
  require_debit(request, options, wanted);
  auto [table, metadata] =
      request.parties.empty() ? take_declared(request, place, wanted) : take_joined(request, place);
  options::check_columns(row.method, options, metadata.names(), table::has_paid_domains(metadata));
  const auto evaluation = rows_to_compare(request, place, wanted, metadata, table);
  FitMonitor monitor(place.events, place.folder, place.deadline);
  threads::ThreadPool pool(place.threads);
  const auto trainer = row.make_trainer(options);
  const auto model = trainer->fit({std::move(table)}, metadata, {pool, monitor});
  failpoints::failpoint("worker: the model is trained");
  synth::archive::Archive archive = model->save();
  const json privacy = privacy_in_short(archive);
  const auto paid = compared(*model, archive, pool, place.events);
  const Judged judged{{}, evaluation ? std::optional(judged_by(request, archive)) : std::nullopt};
  json result = write_model(std::move(archive), model->metadata(), place);
  result.update({{"privacy", privacy}, {"method", model->name()}});
  // Nothing of it is in the model, which may leave.
  const auto found =
      evaluation ? evaluated(*evaluation, *model, judged, request, monitor, place.events) : std::nullopt;
  if (paid) write_report(*paid, facts_of(request, model->name(), {}, monitor.story()), place, result);
  if (found)
    write_report(*found, facts_of(request, model->name(), {}, monitor.story()), {}, json::array(), place,
                 result);
  if (!request.basis.empty()) result["basis"] = request.basis;
  return publish_fit(std::move(result), request, place);
}

}  // namespace ctgan::server::worker
