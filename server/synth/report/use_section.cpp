#include <fmt/format.h>

#include <algorithm>
#include <vector>

#include "common/errors/error.h"
#include "server/synth/report/lights.h"
#include "server/synth/report/sections.h"
#include "server/synth/report/text.h"

namespace ctgan::synth::report {
namespace {

using evaluate::Detection;
using evaluate::Evaluation;
using evaluate::Judgement;
using evaluate::LearnerScores;
using evaluate::Task;
using evaluate::Utility;
using evaluate::Verdict;

constexpr std::size_t k_shown_targets = 20;

void write_part(Markup& page, std::string_view heading, const Judgement& judgement) {
  page.element("h3", {}, heading).open("p", {{"class", "verdict"}});
  draw_light(page, judgement.verdict);
  if (judgement.verdict != Verdict::skipped) page.text(" " + sentence(judgement.sentence));
  page.close();
}

std::vector<std::string> utility_row(const char* name, std::size_t rows, const LearnerScores& scores,
                                     Task task) {
  if (task == Task::regression) return {name, count(rows), score(scores.r2)};
  return {name, count(rows), score(scores.auc), score(scores.f1)};
}

void write_utility(Markup& page, const Utility& utility) {
  page.element(
      "p", {},
      fmt::format(
          "The same learner ({}) was trained twice to predict {} ({}{}): on original and on synthetic "
          "rows. Both were tested on {} that neither had seen. The nearer the second row is to the "
          "first, the better the synthetic table stands in for the original.",
          utility.learner, errors::quoted(utility.target), evaluate::task_name(utility.task),
          utility.positive.empty() ? "" : ", AUC of " + errors::quoted(utility.positive),
          counted(utility.test_rows, "held-out row", "held-out rows")));
  const bool regression = utility.task == Task::regression;
  TableText table{"Trained on one table, tested on held-out rows", {}, {false, true, true}, {}};
  table.heads = regression ? std::vector<std::string>{"Trained on", "Rows", "R2"}
                           : std::vector<std::string>{"Trained on", "Rows", "AUC", "F1 (macro)"};
  table.numbers.resize(table.heads.size(), true);
  table.rows = {utility_row("original", utility.original_rows, utility.train_on_original, utility.task),
                utility_row("synthetic", utility.synthetic_rows, utility.train_on_synthetic, utility.task)};
  write_table(page, table);
}

// Columns that kept least first.
void write_targets(Markup& page, const evaluate::GlobalUtility& utility) {
  std::vector<const evaluate::ColumnUtility*> order;
  for (const evaluate::ColumnUtility& target : utility.targets) order.push_back(&target);
  std::stable_sort(order.begin(), order.end(),
                   [](const auto* a, const auto* b) { return a->ratio < b->ratio; });
  TableText table{
      "Every column as the target, those that lost most first",
      {"Target", "Kept", "Trained on synthetic", "Trained on original", "On other original rows", "Score"},
      {false, true, true, true, true, false},
      {}};
  for (const evaluate::ColumnUtility* target : order) {
    if (table.rows.size() == k_shown_targets) break;
    table.rows.push_back({target->column, percent(target->ratio), score(target->synthetic),
                          score(target->original), score(target->attainable),
                          target->numeric ? "R2 of ranks" : "AUC"});
  }
  write_table(page, table);
}

// "15 columns", "16 drawn of 1,200 columns".
std::string tried_columns(const evaluate::GlobalUtility& utility) {
  const std::string all = counted(utility.all_columns, "column", "columns");
  return utility.columns == utility.all_columns ? all : fmt::format("{} drawn of {}", utility.columns, all);
}

void write_global_utility(Markup& page, const evaluate::GlobalUtility& utility) {
  page.element("h4", {}, "Every column as the target (global utility)");
  std::string text = fmt::format(
      "Of what original rows tell of a column, beyond guessing, synthetic rows tell {}: the median of the {} "
      "of {} that the others tell anything of.",
      score_interval(utility.synthetic), utility.targets.size(), tried_columns(utility));
  if (utility.attainable)
    text +=
        fmt::format(" Attainable is {}: what other original rows tell.", score_interval(*utility.attainable));
  page.element(
      "p", {},
      text + fmt::format(" Each was trained on {}, tested on {} ({}).", counted(utility.rows, "row", "rows"),
                         counted(utility.test_rows, "held-out row", "held-out rows"), utility.learner));
  write_targets(page, utility);
}

void write_unseen(Markup& page, const evaluate::UnseenDetection& unseen) {
  const bool memorized = unseen.memorization.low > 0;
  page.element(
      "p", {},
      fmt::format("A model that repeats its training rows is hard to tell from these, so what counts is "
                  "how the synthetic rows are told from held-out rows, which the model never saw. Between "
                  "the two lies memorization: {} of AUC, by {} of each table{}. What is attainable is what "
                  "fresh rows of the same origin reach: the held-out rows, told from training rows.",
                  score_interval(unseen.memorization), counted(unseen.rows, "row", "rows"),
                  memorized ? ", beyond chance: training rows show through" : ", within chance"));
}

void write_detection(Markup& page, const Detection& detection) {
  page.element(
      "p", {},
      fmt::format("A learner ({}) was shown rows of two tables and asked which are which, in {} folds. AUC "
                  "0.5 is guessing, 1 is always right; the score, 1 - (2 AUC - 1) by folds, is the one that "
                  "SDMetrics and papers give (C2ST), 1 is best. A high AUC says that the tables "
                  "differ somewhere, not that the synthetic one is useless.",
                  detection.learner, detection.folds));
  if (detection.unseen) write_unseen(page, *detection.unseen);
  TableText table{"How well the tables can be told apart",
                  {"Told apart", "Rows of each", "AUC (95 % interval)", "Score (C2ST)"},
                  {false, true, true, true},
                  {}};
  const auto add = [&](const char* name, const evaluate::ToldApart& found) {
    table.rows.push_back(
        {name, count(detection.unseen->rows), score_interval(found.auc), score(found.score)});
  };
  if (detection.unseen) {
    add("synthetic from held-out rows", detection.unseen->against_held_out);
    add("synthetic from training rows", detection.unseen->against_training);
    add("attainable: held-out from training rows", detection.unseen->attainable);
  }
  table.rows.push_back({"synthetic from training rows, all", count(detection.rows), score(detection.auc),
                        score(detection.score)});
  write_table(page, table);
}

}  // namespace

void write_usefulness(Markup& page, const Evaluation& evaluation) {
  open_section(page, "use", "Utility and detection");
  write_part(page, "Utility: can it stand in for the original?", evaluation.judgements.utility);
  if (evaluation.utility) write_utility(page, *evaluation.utility);
  if (evaluation.global_utility) write_global_utility(page, *evaluation.global_utility);
  write_notes(page, evaluation, "utility");
  write_part(page, "Detection: can it be told from the original?", evaluation.judgements.detection);
  if (evaluation.detection) write_detection(page, *evaluation.detection);
  write_notes(page, evaluation, "detection");
  page.close();
}

}  // namespace ctgan::synth::report
