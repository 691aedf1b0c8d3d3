#include <chrono>
#include <ctime>

#include "common/errors/error.h"
#include "common/files/gzip.h"
#include "common/files/names.h"
#include "common/options/methods.h"
#include "common/table/combination_lists.h"
#include "common/table/csv_reader.h"
#include "common/table/decimal_comma.h"
#include "common/table/metadata_json.h"
#include "common/table/odd_cells.h"
#include "server/commands/fit_evaluation.h"
#include "server/commands/job_work.h"
#include "server/commands/product.h"
#include "server/store/clock.h"
#include "server/store/shelves.h"
#include "server/synth/archive/archive.h"
#include "server/synth/catalog/catalog.h"
#include "server/synth/evaluate/judgement.h"
#include "server/synth/models/kept_combinations.h"
#include "server/synth/report/report.h"

namespace ctgan::server::commands {
namespace {

using nlohmann::json;
using Clock = std::chrono::steady_clock;

constexpr const char* k_archive = "model.gz";
constexpr const char* k_sidecar = "model.json";
constexpr const char* k_report = "report.html";
constexpr const char* k_evaluation = "report.json";

using Losses = std::vector<synth::report::LossCurve>;

// The file is gone as soon as its content is in memory, or as soon as it is known to be unusable.
table::Table take_table(const std::filesystem::path& path, const std::string& name,
                        const table::TableRequest& wanted, jobs::EventWriter& events) {
  struct Removal {
    const std::filesystem::path& path;
    ~Removal() {
      std::error_code ignored;
      std::filesystem::remove(path, ignored);
    }
  };
  const Removal removal{path};
  const auto source = files::open_maybe_gzip(path);
  table::DelimitedTable read = table::read_delimited(*source, name, wanted.dialect, wanted.missing);
  if (wanted.dialect.delimiter.value_or(',') != read.delimiter)
    events.write({{"event", "delimiter"}, {"delimiter", std::string(1, read.delimiter)}});
  table::Table table = std::move(read.table).without(wanted.drop);
  table::refuse_decimal_commas(table, read.delimiter, wanted);
  return table;
}

json table_event(const table::Table& table, const table::Metadata& metadata) {
  return {{"event", "table"}, {"rows", table.rows()}, {"columns", table::kinds_json(metadata)}};
}

// Reports each epoch with the seconds that it took, and keeps the losses.
synth::models::EpochObserver observer(jobs::EventWriter& events, Losses& losses) {
  return [&events, &losses, last = Clock::now()](const synth::models::EpochReport& report) mutable {
    const auto now = Clock::now();
    json event{{"event", "epoch"},
               {"epoch", report.epoch},
               {"epochs", report.epochs},
               {"seconds", std::chrono::duration<double>(now - last).count()}};
    for (std::size_t i = 0; i < report.losses.size(); ++i) {
      const auto& loss = report.losses[i];
      event[std::string(loss.name) + "_loss"] = loss.value;
      if (losses.size() == i) losses.emplace_back(loss.name, std::vector<double>{});
      losses[i].second.push_back(loss.value);
    }
    events.write(event);
    last = now;
    return true;
  };
}

std::string content_sha256(const std::filesystem::path& path) {
  const auto source = files::open_maybe_gzip(path);
  files::Sha256 hash;
  std::vector<char> buffer(std::size_t{1} << 18);
  while (const std::size_t got = source->read(buffer)) hash.write({buffer.data(), got});
  return hash.hex();
}

// An evaluation that fails costs the report, never the model.
std::optional<synth::evaluate::Evaluation> evaluated(const FitEvaluation& evaluation,
                                                     const synth::models::FittedModel& model,
                                                     jobs::EventWriter& events) {
  try {
    return evaluation.evaluate(model, [&events](std::string_view section) {
      events.write({{"event", "section"}, {"section", section}});
    });
  } catch (const errors::Error& error) {
    events.write({{"event", "warning"}, {"text", "there is no report: " + error.sentence()}});
    return std::nullopt;
  }
}

synth::report::ReportFacts facts_of(const jobs::JobRequest& request, const Losses& losses, double seconds) {
  synth::report::ReportFacts facts;
  facts.table = request.name;
  facts.method = request.method;
  facts.created = store::utc_text(std::time(nullptr));
  for (const auto& [name, value] : request.options.items())
    facts.options.emplace_back(name, value.is_string() ? value.get<std::string>() : value.dump());
  facts.versions = {{"ctgan-server", CTGAN_VERSION}};
  facts.seed = request.options.at("seed").get<std::uint64_t>();
  facts.training_seconds = seconds;
  facts.losses = losses;
  return facts;
}

// The report's two forms as work files, and what the result says of them.
void write_report(const synth::evaluate::Evaluation& found, const synth::report::ReportFacts& facts,
                  const JobPlace& place, json& result) {
  const auto write = [&](const char* name, const std::string& text, const std::string& key) {
    const json written =
        write_work_file(place.folder, name, [&](files::ByteSink& sink) { sink.write(text); });
    result[key + "_bytes"] = written.at("bytes");
    result[key + "_sha256"] = written.at("sha256");
  };
  write(k_report, synth::report::html_report(found, facts), "report");
  write(k_evaluation,
        synth::evaluate::to_json(found).dump(1, ' ', false, json::error_handler_t::replace) + "\n",
        "evaluation");
  result["verdict"] = synth::evaluate::verdict_json(found);
}

// What a release gate decides by, in the model's own file.
std::string release_entry(const synth::evaluate::Evaluation& found) {
  const bool judged = found.judgements.privacy.verdict != synth::evaluate::Verdict::skipped;
  return json{{"judged", judged}, {"objections", synth::evaluate::release_objections(found)}}.dump();
}

// Sidecar and archive as work files, and what the result says of them.
json write_files(const synth::models::FittedModel& model, const synth::models::KeptCombinations& combinations,
                 const std::string& release, const JobPlace& place) {
  const std::string sidecar = table::sidecar_json(model.metadata());
  const json sidecar_facts =
      write_work_file(place.folder, k_sidecar, [&](files::ByteSink& sink) { sink.write(sidecar); });
  synth::archive::Archive archive = model.save();
  combinations.add_to(archive);
  archive.metadata["sidecar_sha256"] = sidecar_facts.at("sha256");
  if (!release.empty()) archive.metadata["release"] = release;
  json result = write_work_file(place.folder, k_archive,
                                [&](files::ByteSink& sink) { synth::archive::write(archive, sink); });
  result["content_sha256"] = content_sha256(place.folder.work_file(k_archive));
  result["sidecar_bytes"] = sidecar_facts.at("bytes");
  result["sidecar_sha256"] = sidecar_facts.at("sha256");
  return result;
}

// Best effort: the model is there whether or not its report can be placed beside it.
void publish_report(const jobs::JobRequest& request, const JobPlace& place, const std::string& model,
                    json& result) {
  if (!result.contains("report_bytes")) return;
  const auto shelf = place.layout.shelf(store::Shelf::reports, request.user);
  files::make_private_folder(shelf);
  const std::string report = files::report_name(model);
  const std::string evaluation = files::evaluation_name(model);
  if (store::publish(place.folder.work_file(k_report), shelf / report)) result["report"] = report;
  if (store::publish(place.folder.work_file(k_evaluation), shelf / evaluation))
    result["evaluation"] = evaluation;
}

// The sidecar first: with it the pair's name is taken. The archive's rename is the commit.
json publish_pair(json result, const jobs::JobRequest& request, const JobPlace& place) {
  const auto shelf = place.layout.shelf(store::Shelf::models, request.user);
  const std::string stem = files::safe_stem(request.name);
  const std::time_t now = std::time(nullptr);
  first_free([&](int attempt) {
    const std::string name = files::model_name(stem, now, attempt);
    const std::string sidecar = files::sidecar_name(name);
    if (std::filesystem::exists(shelf / name)) return false;
    if (!store::publish(place.folder.work_file(k_sidecar), shelf / sidecar)) return false;
    result["model"] = name;
    result["sidecar"] = sidecar;
    publish_report(request, place, name, result);
    try {
      return commit_product(place.folder, k_archive, shelf / name, result);
    } catch (...) {
      std::error_code ignored;
      std::filesystem::remove(shelf / sidecar, ignored);
      throw;
    }
  });
  return result;
}

}  // namespace

json run_fit(const jobs::JobRequest& request, const JobPlace& place) {
  const table::TableRequest wanted = table::table_request_from_json(request.table);
  table::Table table =
      take_table(place.folder.work_file(store::k_table_file), request.name, wanted, place.events);
  const synth::catalog::ModelRow& row = synth::catalog::find(request.method);
  options::Values options = options::check(row.options, request.options);
  const std::size_t batch_unit = options::batch_unit(options);
  table::Metadata metadata = table::infer_metadata(table, wanted, batch_unit);
  place.events.write(table_event(table, metadata));
  for (const table::OddCells& odd : table::find_odd_cells(table, metadata))
    place.events.write({{"event", "odd_cells"}, {"text", table::odd_cells_text(odd, metadata)}});
  std::optional<FitEvaluation> evaluation;
  if (request.report) {
    evaluation.emplace(table, request.held_out, batch_unit,
                       static_cast<std::uint64_t>(options.integer("seed")));
    table::forget_unseen_missing(metadata, table, wanted.missing);
  }
  synth::models::KeptCombinations combinations(
      table, table::combination_columns(request.keep_combinations, metadata));
  Losses losses;
  const auto start = Clock::now();
  const auto trainer = row.make_trainer(std::move(options));
  const auto model = trainer->fit(std::move(table), metadata, observer(place.events, losses));
  combinations.restrict_to(*model);
  const double seconds = std::chrono::duration<double>(Clock::now() - start).count();
  const auto found = evaluation ? evaluated(*evaluation, *model, place.events) : std::nullopt;
  json result = write_files(*model, combinations, found ? release_entry(*found) : std::string(), place);
  if (found) write_report(*found, facts_of(request, losses, seconds), place, result);
  return publish_pair(std::move(result), request, place);
}

}  // namespace ctgan::server::commands
