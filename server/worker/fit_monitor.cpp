#include "server/worker/fit_monitor.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>

namespace ctgan::server::worker {
namespace {

using nlohmann::json;
using synth::model::Progress;

json epoch_event(const Progress& progress, double seconds) {
  json event{{"event", "epoch"}, {"epoch", progress.done}, {"epochs", progress.total}, {"seconds", seconds}};
  for (const synth::model::Measure& measure : progress.measures)
    event[std::string(measure.name)] = measure.value;
  return event;
}

json progress_event(const Progress& progress) {
  return {{"event", "progress"},
          {"stage", progress.stage},
          {"unit", progress.unit},
          {"done", progress.done},
          {"total", progress.total}};
}

// How a trial's scores came about.
std::string_view trial_text(std::string_view score) {
  constexpr std::array<std::pair<std::string_view, std::string_view>, 2> k_texts = {{
      {"detection_auc", "a trial on rows that were set aside (detection AUC, 0.5 is ideal)"},
      {"products_ms", "what the products of a training step take (ms on one thread)"},
  }};
  for (const auto& [name, text] : k_texts)
    if (name == score) return text;
  return "a trial";
}

// "The method is trees, by a trial on rows that were set aside (detection AUC, 0.5 is ideal): trees 0.553,
// tvae 0.846. Not tried: ctgan (needs 2000 rows or more)."
std::string choice_text(std::string_view what, std::string_view chosen,
                        std::span<const synth::model::Trial> trials) {
  std::string tried, untried;
  std::string_view by;
  const auto add = [](std::string& to, const std::string& text) { to += (to.empty() ? "" : ", ") + text; };
  for (const synth::model::Trial& trial : trials) {
    const std::string remark = trial.remark.empty() ? "" : " (" + trial.remark + ")";
    if (trial.scores.empty()) {
      add(untried, trial.name + remark);
      continue;
    }
    by = trial_text(trial.scores.front().name);
    add(tried, fmt::format("{} {:.3f}{}", trial.name, trial.scores.front().value, remark));
  }
  std::string text = fmt::format("The {} is {}", what, chosen);
  if (!tried.empty()) text += fmt::format(", by {}: {}", by, tried);
  text += ".";
  return untried.empty() ? text : text + " Not tried: " + untried + ".";
}

}  // namespace

void FitMonitor::report(const Progress& progress) {
  constexpr std::chrono::seconds k_pause{1};
  for (const synth::model::Measure& measure : progress.measures) keep(measure);
  const auto now = Clock::now();
  // Hosts of protocol version 1 know a fit by its epochs.
  const bool epoch = progress.unit == "epoch";
  const bool first = progress.stage != stage_;
  if (!epoch && !first && progress.done != progress.total && now - last_ < k_pause) return;
  events_.write(epoch ? epoch_event(progress, std::chrono::duration<double>(now - last_).count())
                      : progress_event(progress));
  stage_ = progress.stage;
  last_ = now;
}

void FitMonitor::report_choice(std::string_view what, std::string_view chosen,
                               std::span<const synth::model::Trial> trials) {
  json choice{{"event", "choice"}, {"what", what}, {"chosen", chosen}, {"trials", json::array()}};
  for (const synth::model::Trial& trial : trials) {
    json scores = json::object();
    for (const synth::model::Measure& score : trial.scores) scores[std::string(score.name)] = score.value;
    choice["trials"].push_back(
        {{"name", trial.name}, {"scores", std::move(scores)}, {"remark", trial.remark}});
  }
  choice["text"] = choice_text(what, chosen, trials);
  events_.write(choice);
  choice.erase("event");
  story_.choices.push_back(std::move(choice));
}

void FitMonitor::warn(std::string_view sentence) {
  events_.write({{"event", "warning"}, {"text", sentence}});
}

void FitMonitor::go_on(const Progress& after, TrainingStory before) {
  story_ = std::move(before);
  start_ = last_ = Clock::now();
  const std::uint64_t next = std::min(after.done + 1, after.total);
  events_.write(
      {{"event", "resumed"},
       {"unit", after.unit},
       {"done", after.done},
       {"total", after.total},
       {"text", fmt::format("From a checkpoint, {} goes on {} {} {} of {}", after.stage,
                            after.done < after.total ? "at" : "after", after.unit, next, after.total)}});
}

TrainingStory FitMonitor::story() const {
  TrainingStory story = story_;
  story.seconds += std::chrono::duration<double>(Clock::now() - start_).count();
  return story;
}

void FitMonitor::keep(const synth::model::Measure& measure) {
  constexpr std::string_view k_suffix = "_loss";
  std::string_view name = measure.name;
  if (name.ends_with(k_suffix)) name.remove_suffix(k_suffix.size());
  std::vector<synth::report::LossCurve>& curves = story_.curves;
  const auto known = std::find_if(curves.begin(), curves.end(),
                                  [&](const synth::report::LossCurve& curve) { return curve.first == name; });
  if (known == curves.end())
    curves.emplace_back(name, std::vector<double>{measure.value});
  else
    known->second.push_back(measure.value);
}

}  // namespace ctgan::server::worker
