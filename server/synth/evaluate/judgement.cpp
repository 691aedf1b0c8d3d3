#include "server/synth/evaluate/judgement.h"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "common/errors/error.h"
#include "server/synth/evaluate/rule_judgement.h"

namespace ctgan::synth::evaluate {
namespace {

// Worse ones have higher numbers; skipped is none.
int rank(Verdict verdict) {
  return verdict == Verdict::skipped ? -1 : static_cast<int>(verdict);
}

std::string percent(double share) {
  return fmt::format("{:.1f} %", 100 * share);
}

const ColumnResult* worst_column(const std::vector<ColumnResult>& columns) {
  const ColumnResult* worst = nullptr;
  for (const ColumnResult& column : columns) {
    if (column.score && (worst == nullptr || *column.score < *worst->score)) worst = &column;
  }
  return worst;
}

Judgement judge_quality(const Evaluation& evaluation) {
  if (!evaluation.quality || !evaluation.quality->overall) return {Verdict::skipped, "not measured"};
  const double score = *evaluation.quality->overall;
  Judgement judged{from_below(score, k_limits.quality),
                   fmt::format("quality score {:.3f}: good from {:.2f}, bad below {:.2f}", score,
                               k_limits.quality.good, k_limits.quality.bad)};
  const ColumnResult* worst = worst_column(evaluation.columns);
  if (worst != nullptr && *worst->score < k_limits.least_column) {
    judged.verdict = worse(judged.verdict, Verdict::doubtful);
    judged.sentence += fmt::format("; column {} scores {:.3f}", errors::quoted(worst->name), *worst->score);
  }
  for (const RuleResult* rule : lost_rules(evaluation)) {
    judged.verdict = worse(judged.verdict, judge(*rule));
    judged.sentence += "; " + sentence_of(*rule);
  }
  return judged;
}

Judgement judge_utility(const Evaluation& evaluation) {
  if (!evaluation.utility) return {Verdict::skipped, "not measured"};
  const Utility& utility = *evaluation.utility;
  const bool classes = utility.task != Task::regression;
  const auto& real = classes ? utility.train_on_original.auc : utility.train_on_original.r2;
  const auto& made = classes ? utility.train_on_synthetic.auc : utility.train_on_synthetic.r2;
  const char* const score = classes ? "AUC" : "R2";
  if (!real || !made) {
    return {Verdict::skipped, fmt::format("{} is undefined for the held-out rows", score)};
  }
  if (*real < (classes ? k_limits.least_auc : k_limits.least_r2)) {
    return {Verdict::skipped,
            fmt::format("{} cannot be predicted from the other columns of the original either ({} {:.3f}): "
                        "another '--target' may say more",
                        errors::quoted(utility.target), score, *real)};
  }
  return {
      from_above(*real - *made, k_limits.utility_loss),
      fmt::format("predicting {}: {} {:.3f} when trained on synthetic rows, {:.3f} on the original; a loss "
                  "up to {:.2f} is good, above {:.2f} bad",
                  errors::quoted(utility.target), score, *made, *real, k_limits.utility_loss.good,
                  k_limits.utility_loss.bad)};
}

Judgement judge_detection(const Evaluation& evaluation) {
  if (!evaluation.detection) return {Verdict::skipped, "not measured"};
  const double auc = evaluation.detection->auc;
  return {
      from_above(std::max(auc, 1 - auc), k_limits.detection),
      fmt::format("a learner tells synthetic from original rows with AUC {:.3f}: 0.5 is blind, up to {:.2f} "
                  "good, above {:.2f} bad",
                  auc, k_limits.detection.good, k_limits.detection.bad)};
}

Judgement worst_of(const std::vector<Judgement>& parts) {
  Judgement worst{Verdict::skipped, "not measured"};
  for (const Judgement& part : parts) {
    if (worse(worst.verdict, part.verdict) != worst.verdict) worst = part;
  }
  return worst;
}

std::vector<Judgement> judge_records(const Privacy& privacy) {
  std::vector<Judgement> parts;
  if (privacy.copies) parts.push_back(judge(*privacy.copies));
  if (privacy.closest) parts.push_back(judge(*privacy.closest));
  if (privacy.rare) parts.push_back(judge(*privacy.rare));
  return parts;
}

// The worst part speaks; when all are good, the closest record does, which people ask about first.
Judgement judge_privacy(const Evaluation& evaluation) {
  if (!evaluation.privacy) return {Verdict::skipped, "not measured"};
  std::vector<Judgement> parts = judge_records(*evaluation.privacy);
  for (const Attack& attack : evaluation.privacy->attacks) parts.push_back(judge(attack));
  Judgement worst = worst_of(parts);
  if (worst.verdict != Verdict::good) return worst;
  if (evaluation.privacy->closest) return {Verdict::good, judge(*evaluation.privacy->closest).sentence};
  return {Verdict::doubtful, worst.sentence + ": without held-out rows privacy is measured only in part"};
}

std::string summary_sentence(Verdict verdict) {
  switch (verdict) {
    case Verdict::good:
      return "nothing that was measured speaks against using this table";
    case Verdict::doubtful:
      return "usable with care: at least one result is doubtful";
    case Verdict::bad:
      return "not as it is: at least one result is bad";
    case Verdict::skipped:
      break;
  }
  return "nothing could be measured";
}

Judgement summarise(const Judgements& all) {
  const Verdict worst = worse(worse(all.quality.verdict, all.utility.verdict),
                              worse(counted_detection(all), all.privacy.verdict));
  return {worst, summary_sentence(worst)};
}

nlohmann::json to_json(const Limits& limits) {
  return {{"good", limits.good}, {"bad", limits.bad}};
}

}  // namespace

Verdict from_above(double value, const Limits& limits) {
  if (value <= limits.good) return Verdict::good;
  return value <= limits.bad ? Verdict::doubtful : Verdict::bad;
}

Verdict from_below(double value, const Limits& limits) {
  if (value >= limits.good) return Verdict::good;
  return value >= limits.bad ? Verdict::doubtful : Verdict::bad;
}

Verdict worse(Verdict a, Verdict b) {
  return rank(a) < rank(b) ? b : a;
}

Judgement judge(const Copies& copies) {
  const double excess = copies.excess ? copies.excess->low : copies.share;
  const std::string against = copies.excess
                                  ? fmt::format("{} of the held-out rows", percent(copies.held_out_share))
                                  : "no held-out rows to compare with";
  Judgement judged{
      from_above(excess, k_limits.copies_excess),
      fmt::format("{} of the synthetic rows equal a training row, {}", percent(copies.share), against)};
  if (copies.held_out_rows > 0 && copies.held_out_share > k_limits.most_held_out_copies) {
    judged.verdict = worse(judged.verdict, Verdict::doubtful);
    judged.sentence += ": held-out rows that are training rows themselves say nothing of chance";
  }
  return judged;
}

Judgement judge(const ClosestRecord& closest) {
  return {from_above(closest.closer_to_training.low, k_limits.closer_to_training),
          fmt::format("{} of the synthetic rows are closer to training than to held-out rows (interval {} to "
                      "{}); 50 % is chance",
                      percent(closest.closer_to_training.value), percent(closest.closer_to_training.low),
                      percent(closest.closer_to_training.high))};
}

Judgement judge(const RareCombinations& rare) {
  if (!rare.excess) return {Verdict::good, "no combination of three columns is rare"};
  return {
      from_above(rare.excess->low, k_limits.rare_excess),
      fmt::format("of combinations of three columns that one person alone has, {} of the training rows' and "
                  "{} of the held-out rows' are in the synthetic table",
                  percent(rare.share), percent(rare.held_out_share))};
}

Judgement judge(const Attack& attack) {
  return {from_above(attack.risk.low, k_limits.attack_risk),
          fmt::format("{}: risk {} (interval {} to {}){}", attack.name, percent(attack.risk.value),
                      percent(attack.risk.low), percent(attack.risk.high),
                      attack.weak ? ", but the attack is no better than chance" : "")};
}

Verdict counted_detection(const Judgements& all) {
  return all.detection.verdict == Verdict::bad ? Verdict::doubtful : all.detection.verdict;
}

Judgements judge(const Evaluation& evaluation) {
  Judgements all;
  all.quality = judge_quality(evaluation);
  all.utility = judge_utility(evaluation);
  all.detection = judge_detection(evaluation);
  all.privacy = judge_privacy(evaluation);
  all.summary = summarise(all);
  return all;
}

nlohmann::json verdict_json(const Evaluation& evaluation) {
  const Judgement& summary = evaluation.judgements.summary;
  return {{"summary", verdict_name(summary.verdict)}, {"sentence", summary.sentence}};
}

std::vector<std::string> release_objections(const Evaluation& evaluation) {
  std::vector<std::string> objections;
  if (!evaluation.privacy) return objections;
  for (Judgement& part : judge_records(*evaluation.privacy)) {
    if (part.verdict == Verdict::bad) objections.push_back(std::move(part.sentence));
  }
  return objections;
}

nlohmann::json limits_json() {
  return {{"quality", to_json(k_limits.quality)},
          {"utility_loss", to_json(k_limits.utility_loss)},
          {"detection", to_json(k_limits.detection)},
          {"copies_excess", to_json(k_limits.copies_excess)},
          {"closer_to_training", to_json(k_limits.closer_to_training)},
          {"rare_excess", to_json(k_limits.rare_excess)},
          {"attack_risk", to_json(k_limits.attack_risk)}};
}

}  // namespace ctgan::synth::evaluate
