#include "server/synth/evaluate/privacy_judgement.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>

#include "common/errors/error.h"
#include "server/synth/evaluate/attacks.h"
#include "server/synth/evaluate/judgement.h"
#include "server/synth/evaluate/key_judgement.h"
#include "server/synth/evaluate/membership_judgement.h"
#include "server/synth/evaluate/privacy.h"

namespace ctgan::synth::evaluate {
namespace {

constexpr const char* k_section = "privacy";

std::string too_few(std::size_t held_out) {
  return fmt::format("{} held-out rows are too few", held_out);
}

// Without held-out rows to say what is chance, the training rows say how often a row repeats another.
Finding judge_alone(const Copies& copies) {
  Finding found = privacy_finding("copies", k_limits.copies_excess);
  const double excess = copies.share - copies.repeated_share;
  found.value = Estimate{excess, excess, excess};
  found.verdict = from_above(excess, static_cast<const Limits&>(k_limits.copies_excess));
  found.brief = fmt::format("copies {}", percent(copies.share));
  found.sentence =
      fmt::format("{} of the synthetic rows equal a training row, {} of the training rows equal another",
                  percent(copies.share), percent(copies.repeated_share));
  return found;
}

std::string attack_id(const std::string& name) {
  std::string id = name;
  std::replace(id.begin(), id.end(), ' ', '_');
  return id;
}

Finding too_few_held_out(std::size_t rows) {
  Finding found{.id = "held_out_rows", .section = k_section, .verdict = Verdict::unsure};
  const double count = static_cast<double>(rows);
  found.value = Estimate{count, count, count};
  if (rows == 0) {
    found.sentence =
        "too few rows to say: no rows were held out, and without them privacy is measured only "
        "in part";
    found.brief = "no held-out rows";
  } else {
    found.sentence = fmt::format("too few rows to say: {} held-out rows, and the attacks need {}", rows,
                                 k_least_attacked_rows);
    found.brief = too_few(rows);
  }
  return found;
}

void append(std::vector<Finding> more, std::vector<Finding>& findings) {
  std::move(more.begin(), more.end(), std::back_inserter(findings));
}

Finding not_alike(const DrawnAlike& found_out) {
  Finding found{.id = "drawn_alike", .section = k_section, .verdict = Verdict::unsure};
  const double share =
      static_cast<double>(found_out.different.size()) / static_cast<double>(found_out.columns);
  found.value = Estimate{share, share, share};
  found.subject = found_out.different.front();
  found.sentence = fmt::format(
      "held-out rows are not drawn like the original's ({}{}): shuffle before splitting",
      errors::quoted(found_out.different.front()),
      found_out.different.size() > 1 ? fmt::format(" and {} more", found_out.different.size() - 1) : "");
  found.brief = "held-out rows are not drawn like the original's";
  return found;
}

}  // namespace

Finding privacy_finding(std::string id, const IntervalLimits& limits) {
  Finding found{.id = std::move(id), .section = k_section};
  found.limits = limits;
  return found;
}

void hold_against(Finding& found, double high, const IntervalLimits& limits, const std::string& brief) {
  const Estimate& value = *found.value;
  const double certain = value.value - k_limits.alarm_distance * (value.value - value.low);
  found.verdict = from_above(certain, high, limits);
  found.brief = brief;
  if (found.verdict != Verdict::unsure) return;
  found.sentence += fmt::format(" ({})", k_too_few);
  found.brief = k_too_few;
}

Finding judge(const Copies& copies) {
  if (!copies.excess) return judge_alone(copies);
  Finding found = privacy_finding("copies", k_limits.copies_excess);
  found.value = copies.excess;
  found.sentence = fmt::format("{} of the synthetic rows equal a training row, {} of the held-out rows",
                               percent(copies.share), percent(copies.held_out_share));
  hold_against(found, copies.excess->high, k_limits.copies_excess,
               fmt::format("copies {} against {}", percent(copies.share), percent(copies.held_out_share)));
  if (copies.held_out_rows > 0 && copies.held_out_share > k_limits.most_held_out_copies &&
      (found.verdict == Verdict::good || found.verdict == Verdict::unsure)) {
    found.verdict = Verdict::unsure;
    found.sentence += ": held-out rows that are training rows themselves say nothing of chance";
    found.brief = "held-out rows are training rows themselves";
  }
  return found;
}

Finding judge(const ClosestRecord& closest) {
  Finding found = privacy_finding("closest_record", k_limits.closer_to_training);
  found.value = closest.closer_to_training;
  found.sentence = fmt::format(
      "{} of the synthetic rows are closer to training than to held-out rows (interval {} to {}); 50 % is "
      "chance",
      percent(closest.closer_to_training.value), percent(closest.closer_to_training.low),
      percent(closest.closer_to_training.high));
  hold_against(found, closest.closer_to_training.high, k_limits.closer_to_training,
               fmt::format("closest record {}, chance is 50 %", percent(closest.closer_to_training.value)));
  return found;
}

Finding judge(const RareCombinations& rare, std::size_t training_rows) {
  Finding found = privacy_finding("rare_combinations", k_limits.rare_excess);
  if (!rare.excess) {
    const bool none = rare.combinations == 0 && rare.held_out_combinations == 0;
    found.verdict = none ? Verdict::good : Verdict::unsure;
    found.sentence =
        none ? "no combination of three columns is rare"
             : "rare combinations are in one of training and held-out rows only (too few rows to say)";
    found.brief = k_too_few;
    return found;
  }
  found.value = rare.excess;
  found.sentence = fmt::format(
      "of combinations of three columns that one person alone has, {} of the training rows' and {} of the "
      "held-out rows' are in the synthetic table",
      percent(rare.share), percent(rare.held_out_share));
  const double rows = static_cast<double>(std::clamp<std::size_t>(training_rows, 1, k_most_combined_rows));
  const double a_row = std::min(1.0, static_cast<double>(rare.combinations) / rows);
  hold_against(
      found, rare.excess->high * a_row, k_limits.rare_excess,
      fmt::format("rare combinations {} against {}", percent(rare.share), percent(rare.held_out_share)));
  return found;
}

Finding judge(const Attack& attack) {
  Finding found = privacy_finding(attack_id(attack.name), k_limits.attack_risk);
  found.subject = attack.column;
  found.value = attack.risk;
  found.sentence = fmt::format("{}: risk {} (interval {} to {}){}", attack.name, percent(attack.risk.value),
                               percent(attack.risk.low), percent(attack.risk.high),
                               attack.weak ? ", but the attack is no better than chance" : "");
  hold_against(found, attack.excess.high, k_limits.attack_risk,
               fmt::format("{} {}", attack.name, percent(attack.risk.value)));
  if (found.verdict == Verdict::unsure) {
    found.sentence += fmt::format(": up to {} more of the training rows may be hit than of others",
                                  percent(attack.excess.high));
  }
  return found;
}

void append_privacy(const Evaluation& evaluation, std::vector<Finding>& findings) {
  if (!evaluation.privacy || (!evaluation.privacy->copies && !evaluation.privacy->closest)) return;
  const Privacy& privacy = *evaluation.privacy;
  const bool alike = !evaluation.drawn_alike || evaluation.drawn_alike->different.empty();
  std::vector<Finding> parts;
  if (!alike) {
    parts.push_back(not_alike(*evaluation.drawn_alike));
  } else if (!privacy.closest || evaluation.rows.held_out < k_least_attacked_rows) {
    parts.push_back(too_few_held_out(evaluation.rows.held_out));
  }
  if (privacy.copies) parts.push_back(alike ? judge(*privacy.copies) : judge_alone(*privacy.copies));
  if (privacy.closest) parts.push_back(judge(*privacy.closest));
  if (privacy.rare) parts.push_back(judge(*privacy.rare, evaluation.rows.original));
  for (const Attack& attack : privacy.attacks) parts.push_back(judge(attack));
  if (privacy.membership) append(judge(*privacy.membership), parts);
  if (privacy.keys) append(judge(*privacy.keys, evaluation.rows.original), parts);
  for (Finding& found : parts) {
    if (!alike && found.id != "copies" && found.id != "drawn_alike") {
      found.verdict = Verdict::unsure;
      found.sentence += "; held-out rows that are drawn otherwise say nothing of chance";
    }
    if (found.brief == k_too_few) found.brief = too_few(evaluation.rows.held_out);
  }
  append(std::move(parts), findings);
}

Judgement judge_privacy(const std::vector<Finding>& findings) {
  const Finding* worst = nullptr;
  const Finding* closest = nullptr;
  for (const Finding& found : findings) {
    if (found.section != k_section) continue;
    if (found.id == "closest_record") closest = &found;
    if (worst == nullptr || worse(worst->verdict, found.verdict) != worst->verdict) worst = &found;
  }
  if (worst == nullptr) return {Verdict::skipped, "not measured"};
  if (worst->verdict == Verdict::good && closest != nullptr) worst = closest;
  return {worst->verdict, worst->sentence};
}

Judgement may_be_handed_out(const Judgements& judgements) {
  for (const char* id : {"held_out_rows", "drawn_alike"}) {
    // It is why the others cannot be told either.
    const Finding* found = judgements.find(id);
    const bool speaks = found != nullptr && judgements.privacy.verdict == Verdict::unsure;
    if (speaks) return {Verdict::unsure, "cannot say: " + found->sentence};
  }
  std::string reasons;
  for (const Finding& found : judgements.findings) {
    if (found.section == k_section && found.verdict == judgements.privacy.verdict)
      reasons += (reasons.empty() ? "" : "; ") + found.sentence;
  }
  switch (judgements.privacy.verdict) {
    case Verdict::good:
      return {Verdict::good, "nothing that was measured speaks against it"};
    case Verdict::unsure:
      return {Verdict::unsure, "cannot say: " + reasons};
    case Verdict::doubtful:
      return {Verdict::doubtful, "only after somebody has looked at it: " + reasons};
    case Verdict::bad:
      return {Verdict::bad, "no, training rows show through: " + reasons};
    case Verdict::skipped:
      break;
  }
  return {Verdict::unsure, "cannot say: privacy was not measured"};
}

}  // namespace ctgan::synth::evaluate
