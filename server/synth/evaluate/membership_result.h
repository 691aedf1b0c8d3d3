// What attacks on membership reached; membership.h defines them. Part of evaluation.h.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "server/synth/evaluate/verdict.h"

namespace ctgan::synth::evaluate {

// How well scores tell members (training rows) from others; membership_scores.h measures it.
struct MembershipPower {
  Estimate auc{0.5, 0, 1};  // 0.5: not at all, 1: always
  Estimate tpr_at_1{0, 0,
                    1};  // share of the members that are found when 1 % of the others are taken for some
  Estimate tpr_at_10{0, 0, 1};  // the same at 10 %
  double epsilon = 0;           // the mechanism's epsilon is at least this, with 95 % confidence
};

struct MembershipAttack {
  std::string name;      // "closest record"; membership.h lists them
  std::string sentence;  // what the attacker goes by, for people
  MembershipPower power;
};

// The rows that are farthest from all others; worst_affected.h defines them.
struct WorstAffected {
  double share = 0;  // of the held-out rows under attack that are among them
  std::size_t members = 0;
  std::size_t others = 0;
  Estimate auc{0.5, 0, 1};  // of the attack "difference" among them
  double copied = 0;        // share of the members whose row the synthetic table has
  double others_copied = 0;
  Estimate copies_excess;  // copied - others_copied
};

// Training rows that single synthetic rows have surprisingly much in common with; near_copies.h defines them.
struct NearCopies {
  std::size_t members = 0;  // among the rows of the highest scores
  std::size_t others = 0;
  Estimate share;  // of the training rows under attack: those among them that are beyond chance
  // share is at least this with the confidence of an alarm (JudgementLimits::alarm_error).
  double certain = 0;
};

struct Membership {
  std::size_t members = 0;         // training rows under attack
  std::size_t others = 0;          // held-out rows under attack
  std::size_t reference_rows = 0;  // held-out rows that the attacker compares with: never one under attack
  std::size_t synthetic_rows = 0;
  std::vector<MembershipAttack> attacks;
  // The attack "closest record" on as many rows, with held-out rows in the place of the synthetic ones.
  MembershipPower attainable;
  std::optional<WorstAffected> worst_affected = {};  // absent where nobody is apart from the others
  std::optional<NearCopies> near_copies = {};        // absent with too few rows for any to be certain
};

}  // namespace ctgan::synth::evaluate
