#include <fmt/format.h>

#include "server/synth/evaluate/judgement.h"
#include "server/synth/report/interval_chart.h"
#include "server/synth/report/privacy_parts.h"
#include "server/synth/report/sections.h"
#include "server/synth/report/text.h"

namespace ctgan::synth::report {
namespace {

using evaluate::Estimate;
using evaluate::k_limits;
using evaluate::Membership;
using evaluate::MembershipAttack;
using evaluate::MembershipPower;

std::string auc_text(const Estimate& auc) {
  return fmt::format("{} ({} to {})", score(auc.value), score(auc.low), score(auc.high));
}

std::string share_text(const Estimate& share) {
  return fmt::format("{} ({} to {})", percent(share.value), percent(share.low), percent(share.high));
}

std::vector<std::string> row_of(const std::string& name, const MembershipPower& power) {
  return {name, auc_text(power.auc), share_text(power.tpr_at_1), share_text(power.tpr_at_10),
          score(power.epsilon)};
}

void write_attacks(Markup& page, const Membership& membership) {
  TableText table{
      "How well each attack tells members, with 95 % intervals",
      {"Attack", "AUC", "Found at 1\xC2\xA0% false alarms", "Found at 10\xC2\xA0%", "Epsilon at least"},
      {false, true, true, true, true},
      {}};
  for (const MembershipAttack& attack : membership.attacks) {
    table.rows.push_back(row_of(attack.name, attack.power));
  }
  table.rows.push_back(row_of("attainable", membership.attainable));
  write_table(page, table);
}

}  // namespace

void write_membership(Markup& page, const evaluate::Evaluation& evaluation) {
  const Membership& membership = *evaluation.privacy->membership;
  open_part(page, "Membership",
            verdict_of(evaluation, {"membership", "membership_tail", "membership_epsilon"}));
  page.element(
      "p", {},
      fmt::format(
          "Given somebody's record, was it among the rows that the model was trained on? The attacker has "
          "the "
          "record, the {} and {} of the same origin, and is tried on {} and on {}, which the model never "
          "saw. "
          "Chance is an AUC of 0.5, and as many members found as false alarms. The row \"attainable\" is the "
          "first attack with held-out rows in the place of the synthetic table.",
          counted(membership.synthetic_rows, "synthetic row", "synthetic rows"),
          counted(membership.reference_rows, "other row", "other rows"),
          counted(membership.members, "training row", "training rows"),
          counted(membership.others, "held-out row", "held-out rows")));
  IntervalChart chart{"pm",
                      "AUC of each attack with its 95 % interval",
                      "AUC, 50 % is chance",
                      {},
                      k_limits.membership_auc,
                      0.44,
                      0.62};
  for (const MembershipAttack& attack : membership.attacks) {
    chart.lines.push_back({attack.name, attack.power.auc});
  }
  chart.lines.push_back({"attainable", membership.attainable.auc});
  draw_intervals(page, chart);
  write_attacks(page, membership);
  page.open("ul", {{"class", "attacks"}});
  for (const MembershipAttack& attack : membership.attacks) {
    page.open("li")
        .element("strong", {}, sentence(attack.name))
        .text(" " + sentence(attack.sentence))
        .close();
  }
  page.close().close();
}

void write_near_copies(Markup& page, const evaluate::Evaluation& evaluation) {
  const evaluate::NearCopies& near = *evaluation.privacy->membership->near_copies;
  open_part(page, "Near copies of a few", verdict_of(evaluation, {"near_copies"}));
  page.element(
      "p", {},
      fmt::format(
          "A mean over all rows hides a few training rows that were repeated with little changed. Of the "
          "rows "
          "that one synthetic row has surprisingly much in common with, {} are training rows and {} are "
          "held-out rows; without memorization they are among them as often. Beyond chance: {} of the "
          "training "
          "rows, certain {}.",
          near.members, near.others, interval(near.share), percent(near.certain)));
  page.close();
}

void write_worst_affected(Markup& page, const evaluate::Evaluation& evaluation) {
  const evaluate::WorstAffected& worst = *evaluation.privacy->membership->worst_affected;
  open_part(page, "The people at most risk",
            verdict_of(evaluation, {"worst_affected", "worst_affected_copies"}));
  page.element(
      "p", {},
      fmt::format(
          "Whoever is like nobody else is given away first, and a mean over all rows hides it. Of the rows "
          "that are farthest from all others ({} of all: {} and {}), the attack \"difference\" tells members "
          "with an AUC of {}; 0.5 is chance. {} of these training rows and {} of these held-out rows are in "
          "the "
          "synthetic table as they are. Beyond chance: {}.",
          percent(worst.share), counted(worst.members, "training row", "training rows"),
          counted(worst.others, "held-out row", "held-out rows"), auc_text(worst.auc), percent(worst.copied),
          percent(worst.others_copied), interval(worst.copies_excess)));
  page.close();
}

}  // namespace ctgan::synth::report
