#include "server/synth/evaluate/membership_judgement.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <iterator>

#include "server/synth/evaluate/judgement.h"
#include "server/synth/evaluate/privacy_judgement.h"

namespace ctgan::synth::evaluate {
namespace {

using Attacks = std::vector<MembershipAttack>;

constexpr double k_chance_tail = 0.01;

const MembershipAttack& surest(const Attacks& attacks, Estimate MembershipPower::*part) {
  return *std::max_element(attacks.begin(), attacks.end(),
                           [&](const MembershipAttack& a, const MembershipAttack& b) {
                             return (a.power.*part).low < (b.power.*part).low;
                           });
}

double highest(const Attacks& attacks, Estimate MembershipPower::*part) {
  double high = 0;
  for (const MembershipAttack& attack : attacks) high = std::max(high, (attack.power.*part).high);
  return high;
}

Finding judge_auc(const Attacks& attacks) {
  const MembershipAttack& worst = surest(attacks, &MembershipPower::auc);
  const Estimate& auc = worst.power.auc;
  Finding found = privacy_finding("membership", k_limits.membership_auc);
  found.value = auc;
  found.sentence = fmt::format(
      "membership inference by {} tells training from held-out rows with AUC {:.3f} (interval {:.3f} to "
      "{:.3f}); 0.5 is chance",
      worst.name, auc.value, auc.low, auc.high);
  hold_against(found, highest(attacks, &MembershipPower::auc), k_limits.membership_auc,
               fmt::format("membership AUC {:.3f}", auc.value));
  return found;
}

// Few others make a 1 % of very few, of which percentiles of resamples promise too much: what counts as certain must
// be so by the exact bound too.
Attacks certain_of(const Attacks& attacks) {
  Attacks certain;
  std::copy_if(attacks.begin(), attacks.end(), std::back_inserter(certain),
               [](const MembershipAttack& attack) { return attack.power.epsilon > 0; });
  return certain;
}

Finding judge_tail(const Attacks& attacks) {
  const Attacks certain = certain_of(attacks);
  const MembershipAttack& worst = surest(certain.empty() ? attacks : certain, &MembershipPower::tpr_at_1);
  const Estimate& tpr = worst.power.tpr_at_1;
  Finding found = privacy_finding("membership_tail", k_limits.membership_tpr);
  found.value = tpr;
  if (certain.empty()) found.value->low = std::min(tpr.low, k_chance_tail);
  found.sentence = fmt::format(
      "membership inference by {} finds {} of the training rows where it is wrong about 1 % of others "
      "(interval {} to {}); 1 % is chance",
      worst.name, percent(tpr.value), percent(found.value->low), percent(tpr.high));
  hold_against(found, highest(attacks, &MembershipPower::tpr_at_1), k_limits.membership_tpr,
               fmt::format("membership {} at 1 % false alarms", percent(tpr.value)));
  return found;
}

// A bound from below has no other end: where it is low, it says nothing, and the tail must.
Finding judge_epsilon(const Attacks& attacks) {
  const MembershipAttack& worst = *std::max_element(
      attacks.begin(), attacks.end(),
      [](const MembershipAttack& a, const MembershipAttack& b) { return a.power.epsilon < b.power.epsilon; });
  const double epsilon = worst.power.epsilon;
  Finding found{.id = "membership_epsilon", .section = "privacy"};
  found.limits = k_limits.membership_epsilon;
  found.value = Estimate{epsilon, epsilon, epsilon};
  found.verdict = from_above(epsilon, k_limits.membership_epsilon);
  found.brief = fmt::format("epsilon at least {:.2f}", epsilon);
  found.sentence = fmt::format(
      "membership inference by {} shows that epsilon is at least {:.2f}: certain of its guesses are right "
      "{:.1f} times as often for training rows as for others",
      worst.name, epsilon, std::exp(epsilon));
  return found;
}

Finding judge_worst(const WorstAffected& worst) {
  Finding found = privacy_finding("worst_affected", k_limits.worst_affected_auc);
  found.value = worst.auc;
  found.sentence = fmt::format(
      "among the {} of the rows that are farthest from all others, training and held-out rows are told apart "
      "with "
      "AUC {:.3f} (interval {:.3f} to {:.3f}); 0.5 is chance",
      percent(worst.share), worst.auc.value, worst.auc.low, worst.auc.high);
  hold_against(found, worst.auc.high, k_limits.worst_affected_auc,
               fmt::format("membership AUC {:.3f} of rows apart", worst.auc.value));
  return found;
}

Finding judge_worst_copies(const WorstAffected& worst) {
  Finding found = privacy_finding("worst_affected_copies", k_limits.worst_affected_copies);
  found.value = worst.copies_excess;
  found.sentence = fmt::format(
      "of the {} of the rows that are farthest from all others, {} of the training rows and {} of the "
      "held-out rows "
      "are in the synthetic table",
      percent(worst.share), percent(worst.copied), percent(worst.others_copied));
  hold_against(found, worst.copies_excess.high, k_limits.worst_affected_copies,
               fmt::format("copies {} of rows apart", percent(worst.copied)));
  return found;
}

// Its bound is that of an alarm already.
Finding judge_near_copies(const NearCopies& near) {
  Finding found = privacy_finding("near_copies", k_limits.near_copies);
  found.value = near.share;
  found.sentence = fmt::format(
      "{} training and {} held-out rows are those that one synthetic row has most in common with: certain to "
      "be "
      "more than chance are {} of the training rows",
      near.members, near.others, percent(near.certain));
  found.verdict = from_above(near.certain, near.share.high, k_limits.near_copies);
  found.brief = fmt::format("near copies of {} of the training rows", percent(near.certain));
  if (found.verdict != Verdict::unsure) return found;
  found.sentence += fmt::format(" ({})", k_too_few);
  found.brief = k_too_few;
  return found;
}

}  // namespace

std::vector<Finding> judge(const Membership& membership) {
  std::vector<Finding> findings{judge_auc(membership.attacks), judge_tail(membership.attacks),
                                judge_epsilon(membership.attacks)};
  if (membership.worst_affected) {
    findings.push_back(judge_worst(*membership.worst_affected));
    findings.push_back(judge_worst_copies(*membership.worst_affected));
  }
  if (membership.near_copies) findings.push_back(judge_near_copies(*membership.near_copies));
  return findings;
}

}  // namespace ctgan::synth::evaluate
