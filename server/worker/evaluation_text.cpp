#include "server/worker/evaluation_text.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <string_view>
#include <vector>

#include "common/console/console.h"
#include "common/errors/error.h"
#include "server/synth/evaluate/judgement.h"
#include "server/synth/evaluate/rule_judgement.h"

namespace ctgan::server::worker {
namespace {

using namespace synth::evaluate;
using console::Align;
using Row = std::vector<std::string>;

constexpr std::size_t k_shown_columns = 100;
constexpr std::size_t k_shown_pairs = 20;
constexpr std::size_t k_shown_targets = 5;

std::string number(const std::optional<double>& value) {
  return value ? fmt::format("{:.3f}", *value) : "-";
}

std::string interval(const Estimate& estimate) {
  return fmt::format("{} ({} to {})", percent(estimate.value), percent(estimate.low), percent(estimate.high));
}

std::string table_text(const std::vector<console::TextColumn>& columns, const std::vector<Row>& rows) {
  return console::text_table(columns, rows) + "\n";
}

std::string headline(std::string_view title, const Judgement& judgement) {
  return fmt::format("\n{}: {}\n  {}\n", title, verdict_words(judgement.verdict),
                     errors::visible(judgement.sentence));
}

std::string columns_text(const Evaluation& evaluation) {
  std::vector<Row> rows;
  for (const ColumnResult& column : evaluation.columns) {
    if (column.shape == ColumnShape::left_out || rows.size() == k_shown_columns) continue;
    rows.push_back({column.name, column.kind, column.score_metric, number(column.score),
                    number(column.coverage), number(column.adherence), percent(column.missing.original),
                    percent(column.missing.synthetic)});
  }
  return table_text({{"column"},
                     {"kind"},
                     {"metric"},
                     {"score", Align::right},
                     {"coverage", Align::right},
                     {"adherence", Align::right},
                     {"missing", Align::right},
                     {"synthetic", Align::right}},
                    rows);
}

std::string pairs_text(const Evaluation& evaluation) {
  std::vector<const PairResult*> worst;
  for (const PairResult& pair : evaluation.pairs) {
    if (pair.score) worst.push_back(&pair);
  }
  if (worst.empty()) return "";
  std::stable_sort(worst.begin(), worst.end(),
                   [](const PairResult* a, const PairResult* b) { return *a->score < *b->score; });
  worst.resize(std::min(worst.size(), k_shown_pairs));
  std::vector<Row> rows;
  rows.reserve(worst.size());
  for (const PairResult* pair : worst) {
    rows.push_back({evaluation.columns[pair->first].name, evaluation.columns[pair->second].name, pair->metric,
                    number(pair->score), number(pair->original_association),
                    number(pair->synthetic_association)});
  }
  return "\nthe pairs that differ most\n" + table_text({{"first"},
                                                        {"second"},
                                                        {"metric"},
                                                        {"score", Align::right},
                                                        {"original", Align::right},
                                                        {"synthetic", Align::right}},
                                                       rows);
}

// A score and its interval; "-" where there is none.
std::string area(const std::optional<Estimate>& estimate) {
  if (!estimate) return "-";
  return fmt::format("{:.3f} ({:.3f} to {:.3f})", estimate->value, estimate->low, estimate->high);
}

std::string fidelity_text(const Evaluation& evaluation) {
  if (!evaluation.fidelity) return "";
  const Fidelity& fidelity = *evaluation.fidelity;
  std::vector<Row> rows;
  const auto add = [&](const char* name, const std::optional<Measured>& found) {
    if (found)
      rows.push_back({name, std::to_string(found->rows), area(found->synthetic), area(found->attainable)});
  };
  add("distance of triples (0 is best)", fidelity.three_way);
  add("information kept, wNMIS (1 is best)", fidelity.mutual_information);
  add("density (1)", fidelity.density);
  add("coverage (1)", fidelity.coverage);
  if (rows.empty()) return "";
  return "\nwhat joins the columns, beside what as many held-out rows attain\n" +
         table_text({{"measure"}, {"rows of each", Align::right}, {"synthetic"}, {"attainable"}}, rows);
}

std::string rules_text(const Evaluation& evaluation) {
  if (evaluation.rules.empty()) return "";
  std::vector<Row> rows;
  for (const RuleResult& rule : evaluation.rules)
    rows.push_back({rule.rule, rule.form, percent(rule.original), percent(rule.synthetic),
                    std::string(verdict_name(judge(rule)))});
  return "\nwhat holds between the original's columns, and what is left of it\n" +
         table_text({{"rule"}, {"kind"}, {"original", Align::right}, {"synthetic", Align::right}, {""}},
                    rows);
}

std::string quality_text(const Evaluation& evaluation) {
  std::string text = headline("quality", evaluation.judgements.quality);
  if (!evaluation.quality) return text + "\n" + columns_text(evaluation);
  const QualityScore& quality = *evaluation.quality;
  text += fmt::format("  column shapes {}, pair trends {} ({} related pairs; all pairs {})\n\n",
                      number(quality.shapes), number(quality.trends), quality.counted_pairs,
                      number(quality.all_trends));
  return text + columns_text(evaluation) + pairs_text(evaluation) + fidelity_text(evaluation) +
         rules_text(evaluation);
}

std::string utility_text(const Evaluation& evaluation) {
  std::string text = headline("utility", evaluation.judgements.utility);
  if (!evaluation.utility) return text;
  const Utility& utility = *evaluation.utility;
  text += fmt::format("  {}, {}, tested on {} held-out rows\n\n", task_name(utility.task), utility.learner,
                      utility.test_rows);
  const auto row = [](const char* name, std::size_t rows, const LearnerScores& scores) {
    return Row{name, std::to_string(rows), number(scores.auc), number(scores.f1), number(scores.r2)};
  };
  return text + table_text({{"trained on"},
                            {"rows", Align::right},
                            {"AUC", Align::right},
                            {"F1 (macro)", Align::right},
                            {"R2", Align::right}},
                           {row("original", utility.original_rows, utility.train_on_original),
                            row("synthetic", utility.synthetic_rows, utility.train_on_synthetic)});
}

std::string global_utility_text(const Evaluation& evaluation) {
  if (!evaluation.global_utility) return "";
  const GlobalUtility& utility = *evaluation.global_utility;
  std::vector<const ColumnUtility*> order;
  for (const ColumnUtility& target : utility.targets) order.push_back(&target);
  std::stable_sort(order.begin(), order.end(),
                   [](const ColumnUtility* a, const ColumnUtility* b) { return a->ratio < b->ratio; });
  order.resize(std::min(order.size(), k_shown_targets));
  std::vector<Row> rows;
  rows.reserve(order.size());
  for (const ColumnUtility* target : order)
    rows.push_back(
        {target->column, percent(target->ratio), number(target->synthetic), number(target->original)});
  const std::string tried =
      utility.columns == utility.all_columns
          ? "every column as the target"
          : fmt::format("{} drawn of {} columns as the target", utility.columns, utility.all_columns);
  return fmt::format(
             "\n  {}: of what original rows tell, synthetic rows tell {} (median of {} columns), other "
             "original rows {}\n\n",
             tried, area(utility.synthetic), utility.targets.size(), area(utility.attainable)) +
         table_text({{"told least"},
                     {"kept", Align::right},
                     {"synthetic", Align::right},
                     {"original", Align::right}},
                    rows);
}

std::string detection_text(const Evaluation& evaluation) {
  std::string text = headline("detection", evaluation.judgements.detection);
  if (!evaluation.detection) return text;
  const Detection& detection = *evaluation.detection;
  text += fmt::format("  {}, {} folds, {} rows of each table\n\n", detection.learner, detection.folds,
                      detection.rows);
  std::vector<Row> rows{{"synthetic from training rows", std::to_string(detection.rows),
                         number(detection.auc), number(detection.score)}};
  const auto add = [&](const char* name, const ToldApart& found) {
    rows.push_back({name, std::to_string(detection.unseen->rows), area(found.auc), number(found.score)});
  };
  if (detection.unseen) {
    add("synthetic from held-out rows", detection.unseen->against_held_out);
    add("synthetic from training rows", detection.unseen->against_training);
    add("attainable: held-out from training rows", detection.unseen->attainable);
  }
  text += table_text(
      {{"told apart"}, {"rows of each", Align::right}, {"AUC"}, {"score (C2ST)", Align::right}}, rows);
  if (detection.unseen)
    text += fmt::format("  memorization (AUC against held-out less that against training rows): {}\n",
                        area(detection.unseen->memorization));
  return text;
}

std::string records_text(const Privacy& privacy) {
  std::string text;
  if (privacy.copies) {
    text += fmt::format("  copies of training rows: {} of {} synthetic rows, {} of {} held-out rows\n",
                        privacy.copies->copies, privacy.copies->rows, privacy.copies->held_out_copies,
                        privacy.copies->held_out_rows);
  }
  if (privacy.closest) {
    const ClosestRecord& closest = *privacy.closest;
    text += fmt::format("  closer to training than to held-out rows: {}{}\n",
                        interval(closest.closer_to_training),
                        closest.attainable ? "; attainable " + interval(*closest.attainable) : "");
    text += fmt::format("  median distance to the closest training row {:.4f}, of held-out rows {:.4f}\n",
                        closest.median_to_training, closest.median_of_held_out);
    text += fmt::format("  median nearest-neighbour ratio {:.3f}, of held-out rows {:.3f}\n",
                        closest.nndr_median, closest.nndr_held_out_median);
  }
  if (privacy.rare) {
    const RareCombinations& rare = *privacy.rare;
    text += fmt::format(
        "  rare combinations reproduced: {} of {} ({}) of training rows, {} of {} ({}) of held-out rows\n",
        rare.reproduced, rare.combinations, percent(rare.share), rare.held_out_reproduced,
        rare.held_out_combinations, percent(rare.held_out_share));
  }
  return text;
}

std::string attacks_text(const std::vector<Attack>& attacks) {
  if (attacks.empty()) return "";
  std::vector<Row> rows;
  for (const Attack& attack : attacks) {
    const std::string name =
        attack.column.empty() ? attack.name : fmt::format("{} of {}", attack.name, attack.column);
    rows.push_back({name, std::to_string(attack.guesses), percent(attack.main.value),
                    percent(attack.control.value), percent(attack.baseline.value), interval(attack.risk)});
  }
  return "\n" + table_text({{"attack"},
                            {"guesses", Align::right},
                            {"training", Align::right},
                            {"held out", Align::right},
                            {"chance", Align::right},
                            {"risk"}},
                           rows);
}

std::string membership_text(const std::optional<Membership>& membership) {
  if (!membership) return "";
  std::vector<Row> rows;
  const auto add = [&](const std::string& name, const MembershipPower& power) {
    rows.push_back(
        {name, fmt::format("{:.3f} ({:.3f} to {:.3f})", power.auc.value, power.auc.low, power.auc.high),
         interval(power.tpr_at_1), interval(power.tpr_at_10), fmt::format("{:.2f}", power.epsilon)});
  };
  for (const MembershipAttack& attack : membership->attacks) add(attack.name, attack.power);
  add("attainable", membership->attainable);
  return "\n" +
         table_text({{"membership by"}, {"AUC"}, {"found at 1 %"}, {"found at 10 %"}, {"epsilon >="}}, rows);
}

std::string worst_text(const Membership& membership) {
  if (!membership.worst_affected) return "";
  const WorstAffected& worst = *membership.worst_affected;
  return fmt::format(
      "\n  of the {} of the rows that are farthest from all others: AUC {:.3f} ({:.3f} to {:.3f}); in the "
      "synthetic "
      "table {} of training rows, {} of held-out rows\n",
      percent(worst.share), worst.auc.value, worst.auc.low, worst.auc.high, percent(worst.copied),
      percent(worst.others_copied));
}

std::string keys_text(const KeyDisclosure& keys) {
  std::string text = fmt::format(
      "\n  unique on the keys: {} of training rows, {} of synthetic rows; unique in both (repU): {} of "
      "training rows\n",
      percent(keys.original_unique), percent(keys.synthetic_unique), percent(keys.replicated));
  if (keys.excess) {
    text += fmt::format("  replicated of the rows alone: {} of training rows, {} of held-out rows\n",
                        percent(*keys.alone_replicated), percent(*keys.held_out_replicated));
  }
  std::vector<Row> rows;
  for (const KeyTarget& target : keys.targets) {
    rows.push_back({target.column, percent(target.original), percent(target.synthetic),
                    target.held_out ? percent(*target.held_out) : "-",
                    target.excess ? interval(*target.excess) : "-"});
  }
  return text + "\n" +
         table_text({{"told by the keys"},
                     {"original", Align::right},
                     {"synthetic (DiSCO)", Align::right},
                     {"held out", Align::right},
                     {"beyond"}},
                    rows);
}

std::string notes_text(const Evaluation& evaluation) {
  if (evaluation.notes.empty()) return "";
  std::string text = "\nnotes\n";
  for (const Note& note : evaluation.notes) {
    text += fmt::format("  {}: {}\n", note.section, errors::visible(note.sentence));
  }
  return text;
}

}  // namespace

std::string text_of(const Evaluation& evaluation) {
  const Judgements& judgements = evaluation.judgements;
  std::string mark;
  if (evaluation.of_private)
    mark = fmt::format("{}\n{}\n", mark_of(*evaluation.of_private), notice_of(*evaluation.of_private));
  std::string text =
      mark + fmt::format("{}: {}\n{}\nmay it be handed out? {}\n", verdict_words(judgements.summary.verdict),
                         judgements.summary.sentence, judgements.headline,
                         errors::visible(judgements.release.sentence));
  for (const Remedy& remedy : judgements.remedies) text += errors::visible(remedy.sentence) + "\n";
  if (!evaluation.purpose.empty()) text += fmt::format("purpose: {}\n", errors::visible(evaluation.purpose));
  text += fmt::format("{} original, {} held-out, {} synthetic rows; seed {}\n", evaluation.rows.original,
                      evaluation.rows.held_out, evaluation.rows.synthetic, evaluation.seed);
  text += quality_text(evaluation) + utility_text(evaluation) + global_utility_text(evaluation) +
          detection_text(evaluation);
  text += headline("privacy", evaluation.judgements.privacy);
  if (evaluation.privacy) {
    text += records_text(*evaluation.privacy) + attacks_text(evaluation.privacy->attacks) +
            membership_text(evaluation.privacy->membership);
    if (evaluation.privacy->membership) text += worst_text(*evaluation.privacy->membership);
    if (evaluation.privacy->keys) text += keys_text(*evaluation.privacy->keys);
  }
  return text + notes_text(evaluation);
}

}  // namespace ctgan::server::worker
