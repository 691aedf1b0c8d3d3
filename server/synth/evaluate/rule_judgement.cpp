#include "server/synth/evaluate/rule_judgement.h"

#include <fmt/format.h>

#include <algorithm>

#include "common/errors/error.h"

namespace ctgan::synth::evaluate {
namespace {

// "99.98 %" is not "100 %".
std::string held_share(double share) {
  if (share < 1 && share >= 0.999) return "99.9 %";
  return fmt::format("{:.3g} %", 100 * share);
}

}  // namespace

double kept_share(const RuleResult& rule) {
  // Rows that nobody trained on break a rule as often as chance says.
  const double usual =
      rule.held_out && *rule.held_out > 0 ? std::min(*rule.held_out, rule.original) : rule.original;
  return usual > 0 ? std::min(1.0, rule.synthetic / usual) : 1.0;
}

Verdict judge(const RuleResult& rule) {
  if (rule.rows == 0) return Verdict::skipped;
  return from_below(kept_share(rule), k_rule_limits);
}

std::string sentence_of(const RuleResult& rule) {
  if (rule.form == "linear")
    return fmt::format(
        "the other numbers explain {} of column {} in the original, and {} in the synthetic table",
        held_share(rule.original), errors::quoted(rule.rule), held_share(rule.synthetic));
  const char* const what =
      rule.form == "combination"
          ? "the combinations of {} are those of {} of the original rows, and of {} of the synthetic ones"
          : "{} holds in {} of the original rows, and in {} of the synthetic ones";
  std::string text = fmt::format(fmt::runtime(what), errors::quoted(rule.rule), held_share(rule.original),
                                 held_share(rule.synthetic));
  if (!rule.asked) text += fmt::format(": fit with --rule {} to keep it", errors::quoted(rule.rule));
  return text;
}

namespace {

std::vector<const RuleResult*> lost_rules(const Evaluation& evaluation) {
  constexpr std::size_t k_named = 5;
  std::vector<const RuleResult*> lost;
  for (const RuleResult& rule : evaluation.rules)
    if (judge(rule) == Verdict::bad || judge(rule) == Verdict::doubtful) lost.push_back(&rule);
  std::stable_sort(lost.begin(), lost.end(),
                   [](const RuleResult* a, const RuleResult* b) { return kept_share(*a) < kept_share(*b); });
  if (lost.size() > k_named) lost.resize(k_named);
  return lost;
}

}  // namespace

void append_lost_rules(const Evaluation& evaluation, std::vector<Finding>& findings) {
  for (const RuleResult* rule : lost_rules(evaluation)) {
    const double kept = kept_share(*rule);
    Finding found{.id = "rule_lost", .section = "quality", .subject = rule->rule, .verdict = judge(*rule)};
    found.value = Estimate{kept, kept, kept};
    found.limits = k_rule_limits;
    found.sentence = sentence_of(*rule);
    found.brief = fmt::format("{} is lost", errors::quoted(rule->rule));
    findings.push_back(std::move(found));
  }
}

}  // namespace ctgan::synth::evaluate
