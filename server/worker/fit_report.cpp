#include "server/worker/fit_report.h"

#include <ctime>
#include <exception>
#include <utility>

#include "common/errors/error.h"
#include "server/store/clock.h"
#include "server/synth/evaluate/verdict_json.h"
#include "server/synth/pipeline/paid_report.h"
#include "server/worker/fit_products.h"
#include "server/worker/product.h"

namespace ctgan::server::worker {

using nlohmann::json;

namespace {

void write_text(const JobPlace& place, const char* name, const std::string& text, const std::string& key,
                json& result) {
  const json written = write_product(place, name, [&](files::ByteSink& sink) { sink.write(text); });
  result[key + "_bytes"] = written.at("bytes");
  result[key + "_sha256"] = written.at("sha256");
}

constexpr const char* k_no_words = "the rows cannot be compared";

void warn_of_none(jobs::EventWriter& events, const std::string& reason) {
  events.write({{"event", "warning"}, {"text", "there is no report: " + reason}});
}

std::string lines_of(const json& evaluation) {
  return evaluation.dump(1, ' ', false, json::error_handler_t::replace) + "\n";
}

}  // namespace

std::optional<synth::evaluate::Evaluation> evaluated(const synth::pipeline::FitEvaluation& evaluation,
                                                     const synth::model::FittedModel& model,
                                                     const Judged& judged, const jobs::JobRequest& request,
                                                     FitMonitor& monitor, jobs::EventWriter& events) {
  using synth::evaluate::PrivateModel;
  const bool is_confidential =
      judged.of_private && judged.of_private->rows == PrivateModel::Rows::confidential;
  synth::evaluate::Options options;
  // Of rows that were not learnt none can show through.
  options.sections.privacy = !judged.of_private || is_confidential;
  options.keys = request.keys;
  options.target = request.target;
  options.purpose = request.purpose;
  options.on_section = [&](std::string_view section) {
    monitor.check_stop();
    events.write({{"event", "section"}, {"section", section}});
  };
  try {
    return evaluation.evaluate(model, judged.training, std::move(options), judged.of_private);
  } catch (const errors::Error& error) {
    if (error.kind() == errors::Kind::job_cancelled) throw;
    // It may quote cells.
    warn_of_none(events, is_confidential ? k_no_words : error.sentence());
  } catch (const std::exception&) {
    warn_of_none(events, k_no_words);
  }
  return std::nullopt;
}

std::optional<synth::evaluate::PaidComparison> compared(const synth::model::FittedModel& model,
                                                        const synth::archive::Archive& archive,
                                                        threads::ThreadPool& pool,
                                                        jobs::EventWriter& events) {
  // Of the rows that are drawn.
  constexpr std::uint64_t k_seed = 1;
  try {
    return synth::pipeline::compare_paid(model, archive, k_seed, pool);
  } catch (const std::exception&) {
    warn_of_none(events, k_no_words);
  }
  return std::nullopt;
}

synth::report::ReportFacts facts_of(const jobs::JobRequest& request, const std::string& method,
                                    const table::ProtectedColumns& hidden, const TrainingStory& story) {
  synth::report::ReportFacts facts;
  facts.table = request.name;
  facts.method = method;
  facts.created = store::utc_text(std::time(nullptr));
  for (const auto& [name, value] : request.options.items())
    facts.options.emplace_back(name, value.is_string() ? value.get<std::string>() : value.dump());
  facts.versions = {{"ctgan-server", CTGAN_VERSION}};
  if (request.options.contains("seed")) facts.seed = request.options.at("seed").get<std::uint64_t>();
  facts.training_seconds = story.seconds;
  facts.losses = story.curves;
  for (const json& choice : story.choices) facts.choices.push_back(choice.at("text"));
  facts.protection = table::protection_lines(hidden);
  return facts;
}

void write_report(const synth::evaluate::Evaluation& found, const synth::report::ReportFacts& facts,
                  const table::ProtectedColumns& hidden, const json& choices, const JobPlace& place,
                  json& result) {
  write_text(place, k_report_file, synth::report::html_report(found, facts), "report", result);
  json evaluation = synth::evaluate::to_json(found);
  evaluation["protected"] = table::to_json(hidden);
  if (!choices.empty()) evaluation["choices"] = choices;
  write_text(place, k_evaluation_file, lines_of(evaluation), "evaluation", result);
  result["verdict"] = synth::evaluate::verdict_json(found.judgements);
  if (found.of_private) synth::evaluate::add_audience(*found.of_private, result["verdict"]);
}

void write_report(const synth::evaluate::PaidComparison& found, const synth::report::ReportFacts& facts,
                  const JobPlace& place, json& result) {
  write_text(place, k_report_file, synth::report::html_report(found, facts), "report", result);
  write_text(place, k_evaluation_file, lines_of(synth::evaluate::to_json(found)), "evaluation", result);
  result["verdict"] = synth::evaluate::verdict_json(found);
}

}  // namespace ctgan::server::worker
