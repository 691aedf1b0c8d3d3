// What it means that the synthetic table keeps less of what held between the original's columns. Part of
// judgement.h.
#pragma once

#include <string>
#include <vector>

#include "server/synth/evaluate/evaluation.h"
#include "server/synth/evaluate/judgement.h"

namespace ctgan::synth::evaluate {

// Of the rows that keep it on the held-out side, or in the original, the share that keeps it in the synthetic
// table; from below. Linear: of R2.
inline constexpr Limits k_rule_limits{0.95, 0.80};

// What is held against the limits, 0 to 1.
double kept_share(const RuleResult& rule);
Verdict judge(const RuleResult& rule);
// "'a = b' holds in 100.0 % of the original rows and in 3.1 % of the synthetic ones: \"fit --rule 'a = b'\"
// keeps it"
std::string sentence_of(const RuleResult& rule);

// "rule_lost" in the section of quality, for each rule whose light is doubtful or bad, the worst first; at
// most five.
void append_lost_rules(const Evaluation& evaluation, std::vector<Finding>& findings);

}  // namespace ctgan::synth::evaluate
