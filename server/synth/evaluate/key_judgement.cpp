#include "server/synth/evaluate/key_judgement.h"

#include <fmt/format.h>

#include <algorithm>

#include "common/errors/error.h"
#include "server/synth/evaluate/judgement.h"
#include "server/synth/evaluate/privacy_judgement.h"

namespace ctgan::synth::evaluate {
namespace {

std::string joined(const std::vector<std::string>& keys) {
  std::string text;
  for (const std::string& key : keys) text += (text.empty() ? "" : ", ") + errors::quoted(key);
  return text;
}

// The upper end is of rows: where few are alone with their keys, few can be found by them.
Finding judge_identity(const KeyDisclosure& keys, std::size_t training_rows) {
  Finding found = privacy_finding("replicated_uniques", k_limits.rare_excess);
  if (!keys.excess) {
    const bool none = keys.alone == 0 && keys.held_out_alone == 0;
    found.verdict = none ? Verdict::good : Verdict::unsure;
    found.sentence = none ? fmt::format("nobody is alone with the keys {}", joined(keys.keys))
                          : fmt::format(
                                "rows that are alone with the keys {} are in one of training and held-out "
                                "rows only (too few rows to say)",
                                joined(keys.keys));
    found.brief = k_too_few;
    return found;
  }
  found.value = keys.excess;
  found.sentence = fmt::format(
      "of rows that are alone with the keys {}, exactly one synthetic row has the keys of {} of the training "
      "rows "
      "and of {} of the held-out rows",
      joined(keys.keys), percent(*keys.alone_replicated), percent(*keys.held_out_replicated));
  const double a_row = static_cast<double>(keys.alone) / static_cast<double>(training_rows);
  hold_against(found, keys.excess->high * a_row, k_limits.rare_excess,
               fmt::format("replicated uniques {} against {}", percent(*keys.alone_replicated),
                           percent(*keys.held_out_replicated)));
  return found;
}

Finding judge_attributes(const std::vector<KeyTarget>& targets, const std::vector<std::string>& keys) {
  Finding found = privacy_finding("attribute_disclosure", k_limits.attack_risk);
  const KeyTarget& worst = *std::max_element(
      targets.begin(), targets.end(),
      [](const KeyTarget& a, const KeyTarget& b) { return a.together->low < b.together->low; });
  double high = worst.excess->high;
  for (const KeyTarget& target : targets) high = std::max(high, target.excess->high);
  found.subject = worst.column;
  found.value = worst.together;
  found.sentence = fmt::format(
      "the keys {} tell {} of {} of the training rows and of {} of the held-out rows by the synthetic table",
      joined(keys), errors::quoted(worst.column), percent(worst.synthetic), percent(*worst.held_out));
  hold_against(
      found, high, k_limits.attack_risk,
      fmt::format("attribute disclosure {} against {}", percent(worst.synthetic), percent(*worst.held_out)));
  return found;
}

}  // namespace

std::vector<Finding> judge(const KeyDisclosure& keys, std::size_t training_rows) {
  std::vector<Finding> findings;
  const bool held = !keys.targets.empty() && keys.targets.front().held_out;
  if (keys.excess || keys.alone + keys.held_out_alone > 0 || held) {
    findings.push_back(judge_identity(keys, training_rows));
  }
  if (held) findings.push_back(judge_attributes(keys.targets, keys.keys));
  return findings;
}

}  // namespace ctgan::synth::evaluate
