#include "server/synth/evaluate/judgement.h"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "common/errors/error.h"
#include "server/synth/evaluate/fidelity_judgement.h"
#include "server/synth/evaluate/headline.h"
#include "server/synth/evaluate/privacy_judgement.h"
#include "server/synth/evaluate/quality_judgement.h"
#include "server/synth/evaluate/remedies.h"
#include "server/synth/evaluate/rule_judgement.h"

namespace ctgan::synth::evaluate {

std::string percent(double share) {
  return fmt::format("{:.1f} %", 100 * share);
}

namespace {

// Worse ones have higher numbers; skipped is none.
int rank(Verdict verdict) {
  return verdict == Verdict::skipped ? -1 : static_cast<int>(verdict);
}

Finding judge_utility(const Utility& utility) {
  Finding found{.id = "utility_loss", .section = "utility", .subject = utility.target};
  const bool classes = utility.task != Task::regression;
  const auto& real = classes ? utility.train_on_original.auc : utility.train_on_original.r2;
  const auto& made = classes ? utility.train_on_synthetic.auc : utility.train_on_synthetic.r2;
  const char* const score = classes ? "AUC" : "R2";
  if (!real || !made) {
    found.sentence = fmt::format("{} is undefined for the held-out rows", score);
    return found;
  }
  if (*real < (classes ? k_limits.least_auc : k_limits.least_r2)) {
    found.sentence = fmt::format(
        "{} cannot be predicted from the other columns of the original either ({} {:.3f}): another "
        "'--target' "
        "may say more",
        errors::quoted(utility.target), score, *real);
    return found;
  }
  const double loss = *real - *made;
  found.value = utility.loss.value_or(Estimate{loss, loss, loss});
  found.limits = k_limits.utility_loss;
  found.verdict = from_above(loss, k_limits.utility_loss);
  found.brief = fmt::format("{}: {:.3f} against {:.3f}", errors::visible(utility.target), *made, *real);
  found.sentence = fmt::format(
      "predicting {}: {} {:.3f} when trained on synthetic rows, {:.3f} on the original; a loss up to {:.2f} "
      "is "
      "good, above {:.2f} bad",
      errors::quoted(utility.target), score, *made, *real, k_limits.utility_loss.good,
      k_limits.utility_loss.bad);
  if (found.verdict == Verdict::good && found.value->high > k_limits.utility_loss.bad) {
    found.verdict = Verdict::unsure;
    found.sentence += fmt::format("; too few rows to say: by {} held-out rows it may be up to {:.2f}",
                                  utility.test_rows, found.value->high);
    found.brief = fmt::format("{} held-out rows are too few", utility.test_rows);
  }
  return found;
}

// How well synthetic rows can be told from real ones: the better of two ways. Of few held-out rows counts what is
// certain. Where they are there, an area below 1/2 among training rows is a sign of copies, whose twins stand on
// the other side; without them it is told apart the other way round.
double told_apart(const Detection& detection) {
  if (!detection.unseen) return std::max(detection.auc, 1 - detection.auc);
  const Estimate& unseen = detection.unseen->against_held_out.auc;
  return std::max({detection.auc, unseen.low, 1 - unseen.high, 0.5});
}

Finding judge_detection(const Detection& detection) {
  Finding found{.id = "detection", .section = "detection"};
  found.limits = k_limits.detection;
  found.value = detection.unseen ? detection.unseen->against_held_out.auc
                                 : Estimate{detection.auc, detection.auc, detection.auc};
  found.verdict = from_above(told_apart(detection), k_limits.detection);
  const std::string unseen = detection.unseen
                                 ? fmt::format("held-out rows with AUC {:.3f} ({:.3f} to {:.3f}), from ",
                                               found.value->value, found.value->low, found.value->high)
                                 : "";
  found.sentence = fmt::format(
      "a learner tells synthetic from {}original rows with AUC {:.3f}: 0.5 is blind, up to {:.2f} "
      "good, above {:.2f} bad",
      unseen, detection.auc, k_limits.detection.good, k_limits.detection.bad);
  return found;
}

Judgement worst_of(const std::vector<Finding>& findings, std::string_view section) {
  Judgement worst{Verdict::skipped, "not measured"};
  for (const Finding& finding : findings) {
    if (finding.section != section) continue;
    const bool first = worst.verdict == Verdict::skipped && worst.sentence == "not measured";
    if (first || rank(finding.verdict) > rank(worst.verdict)) worst = {finding.verdict, finding.sentence};
  }
  return worst;
}

// What is worst, by its sections.
std::string sections_with(const Judgements& all, Verdict verdict, Verdict detection) {
  std::string names;
  const auto add = [&](const char* name, Verdict found) {
    if (found == verdict) names += (names.empty() ? "" : ", ") + std::string(name);
  };
  add("quality", all.quality.verdict);
  add("utility", all.utility.verdict);
  add("detection", detection);
  add("privacy", all.privacy.verdict);
  return names;
}

Judgement summarise(const Judgements& all, Verdict detection, bool guaranteed) {
  const Verdict worst =
      worse(worse(all.quality.verdict, all.utility.verdict), worse(detection, all.privacy.verdict));
  const std::string names = sections_with(all, worst, detection);
  switch (worst) {
    case Verdict::good:
      return {worst, "nothing that was measured speaks against using this table"};
    case Verdict::unsure:
      return {worst, fmt::format("nothing speaks against it so far, but too little is known: {}", names)};
    case Verdict::doubtful:
      return {worst, fmt::format("usable with care: doubtful in {}", names)};
    case Verdict::bad:
      if (all.privacy.verdict == Verdict::bad && guaranteed)
        return {worst,
                "training rows show through: look at the privacy section before the guarantee is relied on"};
      if (all.privacy.verdict == Verdict::bad)
        return {worst, "not to be handed out: training rows show through"};
      return {worst, fmt::format("not as it is: too unlike the original in {}", names)};
    case Verdict::skipped:
      break;
  }
  return {worst, "nothing could be measured"};
}

nlohmann::json to_json(const Limits& limits) {
  return {{"good", limits.good}, {"bad", limits.bad}};
}

nlohmann::json to_json(const IntervalLimits& limits) {
  return {{"good", limits.good}, {"bad", limits.bad}, {"sure", limits.sure}};
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

Verdict from_above(double low, double high, const IntervalLimits& limits) {
  const Verdict certain = from_above(low, static_cast<const Limits&>(limits));
  return certain == Verdict::good && !(high <= limits.sure) ? Verdict::unsure : certain;
}

Verdict worse(Verdict a, Verdict b) {
  return rank(a) < rank(b) ? b : a;
}

Verdict counted_detection(const Evaluation& evaluation, const Judgement& detection) {
  if (detection.verdict != Verdict::bad || !evaluation.detection) return detection.verdict;
  return told_apart(*evaluation.detection) >= k_limits.certain_detection ? Verdict::bad : Verdict::doubtful;
}

const Finding* Judgements::find(std::string_view id) const {
  const auto found = std::find_if(findings.begin(), findings.end(),
                                  [&](const Finding& finding) { return finding.id == id; });
  return found == findings.end() ? nullptr : &*found;
}

Judgements judge(const Evaluation& evaluation) {
  Judgements all;
  append_quality(evaluation, all.findings);
  append_lost_rules(evaluation, all.findings);
  append_fidelity(evaluation, all.findings);
  if (evaluation.utility) all.findings.push_back(judge_utility(*evaluation.utility));
  append_global_utility(evaluation, all.findings);
  if (evaluation.detection) all.findings.push_back(judge_detection(*evaluation.detection));
  append_privacy(evaluation, all.findings);
  all.quality = worst_of(all.findings, "quality");
  all.utility = worst_of(all.findings, "utility");
  all.detection = worst_of(all.findings, "detection");
  all.privacy = judge_privacy(all.findings);
  all.release = evaluation.of_private ? evaluation.of_private->release : may_be_handed_out(all);
  all.summary =
      summarise(all, counted_detection(evaluation, all.detection), evaluation.of_private.has_value());
  all.remedies = remedies(evaluation, all);
  all.headline = headline(evaluation, all);
  return all;
}

nlohmann::json limits_json() {
  return {{"quality", to_json(k_limits.quality)},
          {"utility_loss", to_json(k_limits.utility_loss)},
          {"detection", to_json(k_limits.detection)},
          {"information_loss", to_json(k_limits.information_loss)},
          {"coverage_loss", to_json(k_limits.coverage_loss)},
          {"global_utility_loss", to_json(k_limits.global_utility_loss)},
          {"copies_excess", to_json(k_limits.copies_excess)},
          {"closer_to_training", to_json(k_limits.closer_to_training)},
          {"rare_excess", to_json(k_limits.rare_excess)},
          {"attack_risk", to_json(k_limits.attack_risk)},
          {"membership_auc", to_json(k_limits.membership_auc)},
          {"membership_tpr", to_json(k_limits.membership_tpr)},
          {"membership_epsilon", to_json(k_limits.membership_epsilon)},
          {"worst_affected_auc", to_json(k_limits.worst_affected_auc)},
          {"worst_affected_copies", to_json(k_limits.worst_affected_copies)},
          {"near_copies", to_json(k_limits.near_copies)},
          {"column", to_json(k_limits.column)},
          {"distorted_factor", to_json(k_limits.distorted_factor)},
          {"distorted_share", to_json(k_limits.distorted_share)}};
}

}  // namespace ctgan::synth::evaluate
