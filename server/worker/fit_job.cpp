#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <ctime>

#include "common/errors/closest.h"
#include "common/errors/error.h"
#include "common/failpoints/failpoint.h"
#include "common/files/gzip.h"
#include "common/files/names.h"
#include "common/options/methods.h"
#include "common/protocol/message.h"
#include "common/table/kind_traits.h"
#include "common/table/metadata_json.h"
#include "common/table/odd_cells.h"
#include "common/table/rare_values.h"
#include "common/threads/thread_pool.h"
#include "server/encryption/encrypted_file.h"
#include "server/jobs/publication.h"
#include "server/store/clock.h"
#include "server/synth/archive/archive.h"
#include "server/synth/catalog/catalog.h"
#include "server/synth/evaluate/judgement.h"
#include "server/synth/evaluate/key_disclosure.h"
#include "server/synth/evaluate/verdict_json.h"
#include "server/synth/pipeline/fit_evaluation.h"
#include "server/synth/report/report.h"
#include "server/synth/sampling/kept_combinations.h"
#include "server/worker/fit_monitor.h"
#include "server/worker/fit_products.h"
#include "server/worker/fit_report.h"
#include "server/worker/fit_rules.h"
#include "server/worker/job_checkpoints.h"
#include "server/worker/job_work.h"
#include "server/worker/private_fit.h"
#include "server/worker/product.h"
#include "server/worker/stage_event.h"
#include "server/worker/uploaded_table.h"

namespace ctgan::server::worker {
namespace {

using nlohmann::json;

// Of thousands of columns the event counts most: it is one line of the protocol.
json table_event(const table::Table& table, const table::Metadata& metadata) {
  constexpr std::size_t k_most_bytes = protocol::k_sent_line_limit / 8;
  constexpr std::size_t k_named = 20;
  constexpr std::size_t k_shown_bytes = 100;
  json event{{"event", "table"}, {"rows", table.rows()}, {"columns", table::kinds_json(metadata)}};
  std::size_t bytes = 0;
  for (const table::ColumnMetadata& column : metadata.columns) bytes += column.name.size() + 3;
  if (bytes <= k_most_bytes) return event;
  event["more"] = json::object();
  for (const auto& [kind, names] : event["columns"].items()) {
    if (names.size() > k_named) event["more"][kind] = names.size() - k_named;
    names.erase(names.begin() + static_cast<std::ptrdiff_t>(std::min(names.size(), k_named)), names.end());
    for (json& name : names) name = name.get<std::string>().substr(0, k_shown_bytes);
  }
  return event;
}

json checkpoint_event(const options::Method& method, double minutes) {
  const std::string how = method.checkpoints
                              ? fmt::format("what was learnt is kept every {:g} minutes", minutes)
                              : fmt::format("{} keeps no checkpoints and begins again", method.name);
  return {
      {"event", "checkpoint"},
      {"minutes", minutes},
      {"text", fmt::format("The table stays on the server until the fit has ended, so that it goes on if its "
                           "worker is lost: {}",
                           how)}};
}

JobCheckpoints::Clock::duration interval_of(double minutes) {
  return std::chrono::duration_cast<JobCheckpoints::Clock::duration>(
      std::chrono::duration<double, std::ratio<60>>(minutes));
}

json protected_event(const table::ProtectedColumns& found) {
  json event = table::to_json(found);
  event["event"] = "protected";
  return event;
}

std::vector<std::string> comparable_columns(const table::Metadata& metadata) {
  std::vector<std::string> names;
  for (const table::ColumnMetadata& column : metadata.columns)
    if (table::traits_of(column.kind).compared != table::Compared::not_at_all) names.push_back(column.name);
  return names;
}

// Before anything is trained that they are to judge.
void check_judged_columns(const jobs::JobRequest& request, const table::Metadata& metadata) {
  const std::vector<std::string> columns = comparable_columns(metadata);
  synth::evaluate::check_keys(request.keys, columns);
  if (request.target.empty() || std::find(columns.begin(), columns.end(), request.target) != columns.end())
    return;
  throw errors::Error(
      errors::Kind::usage,
      fmt::format("the target {} is no column that can be compared", errors::quoted(request.target)),
      errors::suggestion(request.target, columns));
}

// What a release gate decides by, in the model's own file; without a report that nothing was judged.
std::string release_entry(const std::optional<synth::evaluate::Evaluation>& found) {
  const synth::evaluate::Judgements judgements =
      found ? found->judgements : synth::evaluate::judge(synth::evaluate::Evaluation());
  return synth::evaluate::release_json(judgements).dump(-1, ' ', false, json::error_handler_t::replace);
}

// Of the method that the model is of: "auto" leaves another's defaults.
synth::evaluate::Training training_of(const synth::catalog::ModelRow& asked, const options::Values& options,
                                      const synth::model::FittedModel& model, std::size_t rows) {
  const synth::catalog::ModelRow& row = synth::catalog::find(model.name());
  const bool chosen = row.method.name != asked.method.name;
  const options::Values used = chosen ? options::check(row.method, json::object()) : options;
  synth::evaluate::Training training;
  training.method = row.method.name;
  training.chosen = chosen;
  training.milder = row.method.milder;
  if (row.steps_an_epoch != nullptr) {
    training.epochs = used.integer("epochs");
    training.batch_size = used.integer("batch_size");
    training.steps_an_epoch = row.steps_an_epoch(rows, static_cast<std::size_t>(training.batch_size));
  }
  training.min_category_count = model.metadata().rules.min_category_count;
  return training;
}

}  // namespace

json run_fit(const jobs::JobRequest& request, const JobPlace& place) {
  const table_formats::FileRequest wanted = table_formats::file_request_from_json(request.table);
  const synth::catalog::ModelRow& row = synth::catalog::find(request.method);
  if (row.method.is_private) return run_private_fit(request, place);
  const bool lasting = request.checkpoint_minutes > 0;
  if (lasting) place.events.write(checkpoint_event(row.method, request.checkpoint_minutes));
  table::Table table =
      take_table(place, request.name, wanted, Cells::typed, lasting ? Upload::left : Upload::deleted);
  options::Values options = options::check(row.method, request.options);
  const std::size_t least_rows = options::least_rows(row.method, options);
  place.events.write(stage_event("looking at the columns"));
  table::Metadata metadata = table::infer_metadata(table, wanted, least_rows);
  place.events.write(table_event(table, metadata));
  const std::size_t rows = table.rows();
  const table::ProtectedColumns hidden = table::protected_columns(table, metadata);
  if (!table::protection_lines(hidden).empty()) place.events.write(protected_event(hidden));
  settle_rules(request.keep_combinations, table, metadata, place.events);
  check_judged_columns(request, metadata);
  for (const table::OddCells& odd : table::find_odd_cells(table, metadata))
    place.events.write({{"event", "odd_cells"}, {"text", table::odd_cells_text(odd, metadata)}});
  table::withhold_rare(table, metadata);
  std::optional<synth::pipeline::FitEvaluation> evaluation;
  if (request.report) {
    evaluation.emplace(table, request.held_out, least_rows,
                       static_cast<std::uint64_t>(options.integer("seed")), table::units_of(table, metadata));
    table::forget_unseen_missing(metadata, table, wanted.missing);
  }
  synth::sampling::KeptCombinations combinations(table, combinations_of(metadata),
                                                 metadata.rules.min_category_count);
  const std::size_t trained_rows = table.rows();
  FitMonitor monitor(place.events, place.folder, place.deadline);
  std::optional<JobCheckpoints> checkpoints;
  if (lasting)
    checkpoints.emplace(place.folder, monitor, fit_text(request, place.folder),
                        interval_of(request.checkpoint_minutes));
  threads::ThreadPool pool(place.threads);
  const auto trainer = row.make_trainer(options);
  const auto model = trainer->fit({std::move(table), evaluation ? &evaluation->held_out() : nullptr},
                                  metadata, {pool, monitor, checkpoints ? &*checkpoints : nullptr});
  failpoints::failpoint("worker: the model is trained");
  const TrainingStory story = monitor.story();
  combinations.restrict_to(*model);
  const synth::evaluate::Training training = training_of(row, options, *model, trained_rows);
  const auto found =
      evaluation ? evaluated(*evaluation, *model, {training}, request, monitor, place.events) : std::nullopt;
  synth::archive::Archive archive = model->save();
  combinations.add_to(archive);
  archive.metadata["release"] = release_entry(found);
  json result = write_model(std::move(archive), model->metadata(), place);
  result.update({{"method", model->name()}, {"rows", rows}});
  if (!request.basis.empty()) result["basis"] = request.basis;
  if (found)
    write_report(*found, facts_of(request, model->name(), hidden, story), hidden, story.choices, place,
                 result);
  return publish_fit(std::move(result), request, place);
}

}  // namespace ctgan::server::worker
