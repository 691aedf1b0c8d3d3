// The limits that results are held against: the only place that has them. They are this project's choice,
// made so that tables that held-out rows would pass for are good; none is a proof of safety.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

#include "server/synth/evaluate/evaluation.h"

namespace ctgan::synth::evaluate {

// Where good ends and where bad begins; between the two lies doubtful.
struct Limits {
  double good = 0;
  double bad = 0;
};

struct JudgementLimits {
  Limits quality{0.85, 0.70};  // QualityScore::overall, from below
  // What training on synthetic rows loses of AUC (or of R2) against training on the original, from above.
  Limits utility_loss{0.05, 0.15};
  Limits detection{0.75, 0.95};  // AUC, from above; alone it never makes the summary worse than doubtful
  // Privacy, from above. Of intervals the lower end counts: what is certain to be more than chance.
  Limits copies_excess{0.0, 0.005};
  Limits closer_to_training{0.51, 0.55};
  Limits rare_excess{0.01, 0.05};
  Limits attack_risk{0.02, 0.10};
  // Below this AUC (or R2) on the original there is nothing that synthetic rows could lose.
  double least_auc = 0.6;
  double least_r2 = 0.1;
  // A column below this score makes no quality good, nor held-out rows of which more are training rows a
  // measure of chance.
  double least_column = 0.5;
  double most_held_out_copies = 0.5;
};
inline constexpr JudgementLimits k_limits;

// A value held against limits. What is no number is bad.
Verdict from_above(double value, const Limits& limits);
Verdict from_below(double value, const Limits& limits);
// Skipped counts for nothing.
Verdict worse(Verdict a, Verdict b);

// The parts of the privacy light.
Judgement judge(const Copies& copies);
Judgement judge(const ClosestRecord& closest);
Judgement judge(const RareCombinations& rare);
Judgement judge(const Attack& attack);
// What detection counts for in the summary: to be told apart makes no table useless, so bad is doubtful.
Verdict counted_detection(const Judgements& all);

// A light for each section, and the worst of them. A section that was skipped is skipped.
Judgements judge(const Evaluation& evaluation);

// The summary in short, {"summary":"good","sentence":"..."}.
nlohmann::json verdict_json(const Evaluation& evaluation);

// Why a table should not leave the house: one sentence for each of copies, closest record and rare
// combinations that is bad. Empty: nothing speaks against it, or nothing could be measured (then privacy is
// skipped). Names no row and no value.
std::vector<std::string> release_objections(const Evaluation& evaluation);

// {"quality":{"good":0.85,"bad":0.7},...} for reports.
nlohmann::json limits_json();

}  // namespace ctgan::synth::evaluate
