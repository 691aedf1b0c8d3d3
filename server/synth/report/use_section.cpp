#include <fmt/format.h>

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

void write_detection(Markup& page, const Detection& detection) {
  page.element("p", {},
               fmt::format("A learner ({}) was shown {} of each table and asked which are synthetic, in {} "
                           "folds. AUC 0.5 is guessing, 1 is always right. A high value says that the tables "
                           "differ somewhere, not that the synthetic one is useless.",
                           detection.learner, counted(detection.rows, "row", "rows"), detection.folds));
}

}  // namespace

void write_usefulness(Markup& page, const Evaluation& evaluation) {
  open_section(page, "use", "Utility and detection");
  write_part(page, "Utility: can it stand in for the original?", evaluation.judgements.utility);
  if (evaluation.utility) write_utility(page, *evaluation.utility);
  write_notes(page, evaluation, "utility");
  write_part(page, "Detection: can it be told from the original?", evaluation.judgements.detection);
  if (evaluation.detection) write_detection(page, *evaluation.detection);
  write_notes(page, evaluation, "detection");
  page.close();
}

}  // namespace ctgan::synth::report
