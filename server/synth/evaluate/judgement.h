// The limits that results are held against, and the one verdict that follows: the only place that has them.
// They are this project's choice, made so that tables that held-out rows would pass for are good; none is a
// proof of safety.
//
// Findings, by section:
//
//   quality     "quality_score"; "column_lost", "column_distorted", "column_score" for each column that is
//               one; "rule_lost" for each rule that held between columns and does no longer; "information",
//               "coverage" where held-out rows say what is attainable
//   utility     "utility_loss", "global_utility"
//   detection   "detection"
//   privacy     "copies", "closest_record", "rare_combinations", "singling_out_by_one_column",
//               "singling_out_by_several_columns", "linkability", "inference", "membership", "membership_tail",
//               "membership_epsilon", "worst_affected", "worst_affected_copies", "near_copies"; with keys
//               "replicated_uniques", "attribute_disclosure"; "held_out_rows" where there are too few of them,
//               "drawn_alike" where they are not like the original's
//
// Of an interval the end that speaks for a leak is what counts: bad is what is certain to be beyond chance
// (the lower end, moved down by alarm_distance, is above a limit), good is what is certain to be within it (the
// upper end is); between them nothing can be said, and more held-out rows are the remedy.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

#include "server/synth/evaluate/evaluation.h"

namespace ctgan::synth::evaluate {

// Limits of an interval: its lower end is held against the first two, its upper end must not be above `sure`
// for good.
struct IntervalLimits : Limits {
  double sure = 0;
};

struct JudgementLimits {
  Limits quality{0.85, 0.70};  // QualityScore::overall, from below
  // What training on synthetic rows loses of AUC (or of R2) against training on the original, from above. The
  // loss itself counts, since few held-out rows excuse nothing; for good its upper end must not be bad.
  Limits utility_loss{0.05, 0.15};
  // AUC, from above: that against all training rows, or what is certain (the interval's lower end) against
  // held-out rows, whichever is higher: to repeat training rows does not pay. Below `certain_detection` it alone
  // never makes the summary worse than doubtful.
  Limits detection{0.75, 0.95};
  double certain_detection = 0.985;
  // Privacy, from above. A dozen findings are made of one table, and a few alarms of 2.5 % each would be a false alarm
  // too often: what counts as certain lies as much farther below the value as six one-sided intervals that hold
  // together do (Bonferroni: the normal quantiles of 1 - 0.025 / 6 and 0.975).
  double alarm_distance = 2.638 / 1.960;
  // Of what has exact bounds, one-sided and for all its tests together.
  double alarm_error = 0.01;
  IntervalLimits copies_excess{{0.0, 0.005}, 0.02};
  IntervalLimits closer_to_training{{0.51, 0.55}, 0.55};
  IntervalLimits rare_excess{{0.01, 0.05}, 0.05};
  // The upper end is that of Attack::excess: of a hundred people, how many more are hit than by chance.
  IntervalLimits attack_risk{{0.02, 0.10}, 0.10};
  // What falls short of attainable: wNMIS, coverage, and the median share of skill that is kept. The columns of Adult
  // shuffled one by one lose 0.22, 0.60 and 1.00 of them, CTGAN and TVAE 0.06 to 0.08, 0.04 to 0.06 and 0.04 to 0.08.
  Limits information_loss{0.10, 0.20};
  Limits coverage_loss{0.15, 0.40};
  Limits global_utility_loss{0.20, 0.50};
  // Membership: AUC, the share of members that are found at 1 % false alarms, the lower bound of epsilon.
  IntervalLimits membership_auc{{0.52, 0.60}, 0.60};
  IntervalLimits membership_tpr{{0.02, 0.05}, 0.05};
  Limits membership_epsilon{0.5, 2};
  // The same of the rows that are farthest from all others, and how many more of the training rows are copied.
  IntervalLimits worst_affected_auc{{0.60, 0.75}, 0.80};
  IntervalLimits worst_affected_copies{{0.02, 0.05}, 0.15};
  // Training rows that a synthetic row has surprisingly much in common with, certain and (`sure`) at most: less than a
  // copy tells, so four times as many are bad.
  IntervalLimits near_copies{{0.0, 0.02}, 0.02};
  // Below this AUC (or R2) on the original there is nothing that synthetic rows could lose.
  double least_auc = 0.6;
  double least_r2 = 0.1;
  // A column below the first makes no quality good, one below the second makes it bad.
  Limits column{0.5, 0.2};
  // A share that changed by these factors, and by these parts of all rows, is doubtful or bad.
  Limits distorted_factor{3, 10};
  Limits distorted_share{0.02, 0.05};
  // Held-out rows of which more are training rows are no measure of chance.
  double most_held_out_copies = 0.5;
};
inline constexpr JudgementLimits k_limits;

// As sentences of findings have a share: "12.3 %".
std::string percent(double share);

// A value held against limits. What is no number is bad.
Verdict from_above(double value, const Limits& limits);
Verdict from_below(double value, const Limits& limits);
// By both ends of an interval.
Verdict from_above(double low, double high, const IntervalLimits& limits);
// Skipped counts for nothing.
Verdict worse(Verdict a, Verdict b);

// The parts of the privacy light, each by itself.
Finding judge(const Copies& copies);
Finding judge(const ClosestRecord& closest);
// The upper end is of rows: where few have a rare combination, few can be given away by one.
Finding judge(const RareCombinations& rare, std::size_t training_rows);
Finding judge(const Attack& attack);
// What detection counts for in the summary: to be told apart makes no table useless, so bad is doubtful,
// unless the learner is never wrong.
Verdict counted_detection(const Evaluation& evaluation, const Judgement& detection);

// Findings, lights, the answer, remedies.
Judgements judge(const Evaluation& evaluation);

// {"quality":{"good":0.85,"bad":0.7},...} for reports.
nlohmann::json limits_json();

}  // namespace ctgan::synth::evaluate
