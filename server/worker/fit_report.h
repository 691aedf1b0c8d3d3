// The report of a fit: a model held against its rows, as a page for people and as JSON.
#pragma once

#include <nlohmann/json.hpp>
#include <optional>
#include <string>

#include "common/table/rare_values.h"
#include "server/synth/evaluate/evaluation.h"
#include "server/synth/evaluate/paid_comparison.h"
#include "server/synth/pipeline/fit_evaluation.h"
#include "server/synth/report/report.h"
#include "server/worker/fit_monitor.h"
#include "server/worker/job_work.h"

namespace ctgan::server::worker {

// What the model is judged by beside its rows.
struct Judged {
  std::optional<synth::evaluate::Training> training = {};
  std::optional<synth::evaluate::PrivateModel> of_private = {};
};

// An evaluation that fails costs the report, never the model: then there is none, and a warning.
std::optional<synth::evaluate::Evaluation> evaluated(const synth::pipeline::FitEvaluation& evaluation,
                                                     const synth::model::FittedModel& model,
                                                     const Judged& judged, const jobs::JobRequest& request,
                                                     FitMonitor& monitor, jobs::EventWriter& events);

// The same of what was paid for; none where nothing was.
std::optional<synth::evaluate::PaidComparison> compared(const synth::model::FittedModel& model,
                                                        const synth::archive::Archive& archive,
                                                        threads::ThreadPool& pool, jobs::EventWriter& events);

synth::report::ReportFacts facts_of(const jobs::JobRequest& request, const std::string& method,
                                    const table::ProtectedColumns& hidden, const TrainingStory& story);

// The report's two forms as work files (fit_products.h), and what the result says of them.
void write_report(const synth::evaluate::Evaluation& found, const synth::report::ReportFacts& facts,
                  const table::ProtectedColumns& hidden, const nlohmann::json& choices, const JobPlace& place,
                  nlohmann::json& result);

// The same of one by counts that were paid for.
void write_report(const synth::evaluate::PaidComparison& found, const synth::report::ReportFacts& facts,
                  const JobPlace& place, nlohmann::json& result);

}  // namespace ctgan::server::worker
