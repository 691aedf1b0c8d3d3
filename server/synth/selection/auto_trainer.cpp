#include "server/synth/selection/auto_trainer.h"

#include <fmt/format.h>

#include <algorithm>
#include <numeric>
#include <optional>
#include <utility>

#include "common/errors/error.h"
#include "common/table/units.h"
#include "server/synth/pipeline/fit_evaluation.h"
#include "server/synth/random/random.h"

namespace ctgan::synth::selection {
namespace {

constexpr std::size_t k_most_trial_rows = 10'000;
// Of fewer rows a trial says nothing.
constexpr std::size_t k_least_trial_rows = 1000;

// Trials of candidates work in silence, but can be stopped.
class Silent final : public model::Monitor {
 public:
  explicit Silent(model::Monitor& outer) : outer_(outer) {}
  void report(const model::Progress& /*progress*/) override {}
  void check_stop() override { outer_.check_stop(); }

 private:
  model::Monitor& outer_;
};

table::Table some_rows(const table::Table& table, std::uint64_t seed) {
  std::vector<std::uint32_t> rows(table.rows());
  std::iota(rows.begin(), rows.end(), 0U);
  random::Stream random(seed, random::StreamId::held_out, 1);
  const std::size_t count = std::min(rows.size(), k_most_trial_rows);
  for (std::size_t i = 0; i < count; ++i)
    std::swap(rows[i], rows[i + random.next_below(static_cast<std::uint32_t>(rows.size() - i))]);
  rows.resize(count);
  std::sort(rows.begin(), rows.end());
  return table.rows_at(rows);
}

// Why a candidate is not tried; empty: it is.
std::string unsuited(const Candidate& candidate, const table::Table& table) {
  if (table.rows() < candidate.least_rows) return fmt::format("needs {} rows or more", candidate.least_rows);
  if (candidate.most_columns > 0 && table.columns().size() > candidate.most_columns)
    return fmt::format("takes too long for more than {} columns", candidate.most_columns);
  return {};
}

evaluate::Options judge_options(const model::FitContext& context) {
  evaluate::Options options;
  options.sections = {.quality = false, .utility = false};
  options.on_section = [&context](std::string_view) { context.monitor.check_stop(); };
  return options;
}

struct Judged {
  const Candidate* candidate = nullptr;
  double detection = 1;  // area under the curve against unseen rows
  bool betrays = false;
};

Judged judged(const Candidate& candidate, const evaluate::Evaluation& found) {
  Judged result{.candidate = &candidate, .detection = 1};
  if (found.detection)
    result.detection =
        found.detection->unseen ? found.detection->unseen->against_held_out.auc.value : found.detection->auc;
  result.betrays = found.judgements.privacy.verdict == evaluate::Verdict::bad;
  return result;
}

const Judged& best_of(const std::vector<Judged>& tried) {
  return *std::min_element(tried.begin(), tried.end(), [](const Judged& a, const Judged& b) {
    if (a.betrays != b.betrays) return b.betrays;
    return a.detection < b.detection;
  });
}

}  // namespace

std::string Candidate::name() const {
  std::string text(method.name);
  for (const auto& [option, value] : options.items())
    text += fmt::format(" {} {}", options::flag_name(option), value.dump());
  return text;
}

AutoTrainer::AutoTrainer(options::Values options, std::vector<Candidate> candidates)
    : options_(std::move(options)), candidates_(std::move(candidates)) {}

const Candidate& AutoTrainer::choose(const table::Table& rows, const table::Metadata& metadata,
                                     const model::FitContext& context) const {
  const std::int64_t seed = options_.integer("seed");
  std::vector<const Candidate*> suited;
  std::vector<model::Trial> trials;
  for (const Candidate& candidate : candidates_) {
    std::string why = unsuited(candidate, rows);
    if (why.empty())
      suited.push_back(&candidate);
    else
      trials.push_back({candidate.name(), {}, std::move(why)});
  }
  if (suited.size() < 2 || rows.rows() < k_least_trial_rows) {
    if (rows.rows() < k_least_trial_rows)
      trials.push_back({suited.front()->name(), {}, "too few rows for a trial"});
    context.monitor.report_choice("method", suited.front()->name(), trials);
    return *suited.front();
  }
  table::Table part = some_rows(rows, static_cast<std::uint64_t>(seed));
  const pipeline::FitEvaluation evaluation(part, 0.5, 1, static_cast<std::uint64_t>(seed),
                                           table::units_of(part, metadata));
  Silent silent(context.monitor);
  std::vector<Judged> tried;
  for (std::size_t i = 0; i < suited.size(); ++i) {
    const Candidate* candidate = suited[i];
    context.monitor.report({"trying methods", "method", i, suited.size()});
    if (candidate->is_milder && !tried.back().betrays) continue;
    nlohmann::json options = candidate->options;
    options.update(candidate->trial_options);
    options["seed"] = seed;
    const auto model = candidate->make_trainer(options::check(candidate->method, options))
                           ->fit({part, &evaluation.held_out()}, metadata, {context.pool, silent});
    evaluate::Training training;
    training.method = candidate->method.name;
    tried.push_back(judged(*candidate, evaluation.evaluate(*model, training, judge_options(context))));
    trials.push_back({candidate->name(),
                      {{"detection_auc", tried.back().detection}},
                      tried.back().betrays ? "training rows show through" : ""});
  }
  context.monitor.report({"trying methods", "method", suited.size(), suited.size()});
  const Candidate& best = *best_of(tried).candidate;
  context.monitor.report_choice("method", best.name(), trials);
  return best;
}

std::unique_ptr<model::FittedModel> AutoTrainer::fit(model::TrainingTable table,
                                                     const table::Metadata& metadata,
                                                     const model::FitContext& context) {
  const Candidate& best = choose(table.rows, metadata, context);
  nlohmann::json options = best.options;
  options["seed"] = options_.integer("seed");
  return best.make_trainer(options::check(best.method, options))->fit(std::move(table), metadata, context);
}

}  // namespace ctgan::synth::selection
