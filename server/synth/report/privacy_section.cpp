#include <fmt/format.h>

#include "common/errors/error.h"
#include "server/synth/evaluate/judgement.h"
#include "server/synth/report/interval_chart.h"
#include "server/synth/report/lights.h"
#include "server/synth/report/privacy_parts.h"
#include "server/synth/report/sections.h"
#include "server/synth/report/text.h"

namespace ctgan::synth::report {
namespace {

using evaluate::Attack;
using evaluate::ClosestRecord;
using evaluate::Copies;
using evaluate::Estimate;
using evaluate::Evaluation;
using evaluate::k_limits;
using evaluate::Privacy;
using evaluate::RareCombinations;
using evaluate::Verdict;

Verdict verdict_of_attack(const Evaluation& evaluation, const Attack& attack) {
  return verdict_of(evaluation, {judge(attack).id});
}

void write_closest(Markup& page, const ClosestRecord& closest, Verdict verdict) {
  open_part(page, "Distance to the closest record", verdict);
  page.element(
      "p", {},
      fmt::format("If the model had learnt people by heart, its rows would lie closer to the rows that "
                  "it was trained on than to rows that it never saw. Of {}, {} lie closer to "
                  "training rows; 50 % is chance. The light is red by the interval's lower end, moved down "
                  "by a third "
                  "since a dozen tests are made: what is certain to be more than chance. It is green only "
                  "where the upper end "
                  "is within the limit too.",
                  counted(closest.synthetic_rows, "synthetic row", "synthetic rows"),
                  interval(closest.closer_to_training)));
  IntervalChart chart{"pc",
                      "Rows closer to training than to held-out rows",
                      "share of the rows",
                      {{"synthetic rows", closest.closer_to_training}},
                      k_limits.closer_to_training,
                      0.44,
                      0.58};
  if (closest.attainable) chart.lines.push_back({"attainable: held-out rows", *closest.attainable});
  draw_intervals(page, chart);
  write_table(
      page,
      {fmt::format(
           "Distances, 0 is equal, 1 is different in every column ({} each of training and held-out ones)",
           counted(closest.rows, "row", "rows")),
       {"Median", "Value"},
       {false, true},
       {{"from synthetic to the closest training row", distance(closest.median_to_training)},
        {"from synthetic to the closest held-out row", distance(closest.median_to_held_out)},
        {"from held-out to the closest training row", distance(closest.median_of_held_out)},
        {"closest as a share of second closest, synthetic", distance(closest.nndr_median)},
        {"closest as a share of second closest, held-out", distance(closest.nndr_held_out_median)}}});
  page.close();
}

void write_copies(Markup& page, const Copies& copies, Verdict verdict) {
  open_part(page, "Copies", verdict);
  std::string text =
      fmt::format("{} of {} ({}) equal a training row in every compared column.", count(copies.copies),
                  counted(copies.rows, "synthetic row", "synthetic rows"), percent(copies.share));
  if (copies.excess) {
    text +=
        fmt::format(" Of {} that the model never saw, {} ({}) do so by chance. Beyond chance: {}.",
                    counted(copies.held_out_rows, "held-out row", "held-out rows"),
                    count(copies.held_out_copies), percent(copies.held_out_share), interval(*copies.excess));
  } else {
    text += " There were no held-out rows that would say how many are chance.";
  }
  page.element("p", {}, text).close();
}

void write_rare(Markup& page, const RareCombinations& rare, Verdict verdict) {
  open_part(page, "Rare combinations", verdict);
  page.element(
      "p", {},
      fmt::format("Values of three columns together that exactly one row has can give that person away. "
                  "In {} of three columns the training rows have {}; {} ({}) are in the synthetic "
                  "table. Of the {} of held-out rows, which the model never saw, {} ({}) are there too, "
                  "by chance.{}",
                  counted(rare.column_sets, "set", "sets"),
                  counted(rare.combinations, "such combination", "such combinations"), count(rare.reproduced),
                  percent(rare.share), count(rare.held_out_combinations), count(rare.held_out_reproduced),
                  percent(rare.held_out_share),
                  rare.excess ? " Beyond chance: " + interval(*rare.excess) + "." : ""));
  page.close();
}

std::string name_of(const Attack& attack) {
  return sentence(attack.column.empty()
                      ? attack.name
                      : fmt::format("{} of {}", attack.name, errors::quoted(attack.column)));
}

void write_attack_words(Markup& page, const Evaluation& evaluation) {
  const std::vector<Attack>& attacks = evaluation.privacy->attacks;
  page.open("ul", {{"class", "attacks"}});
  for (const Attack& attack : attacks) {
    page.open("li");
    draw_light(page, verdict_of_attack(evaluation, attack));
    page.text(" ").element("strong", {}, name_of(attack)).text(" " + sentence(attack.sentence));
    if (attack.weak) page.text(" Here the attack was no better than chance and says nothing.");
    page.close();
  }
  page.close();
}

void write_inference(Markup& page, const Attack& attack) {
  if (attack.columns.size() < 2) return;
  TableText table{"Inference: every column that was tried",
                  {"Secret", "Training", "Held out", "Risk", "from", "to"},
                  {false, true, true, true, true, true},
                  {}};
  for (const evaluate::ColumnRisk& column : attack.columns) {
    table.rows.push_back({column.column, percent(column.main.value), percent(column.control.value),
                          percent(column.risk.value), percent(column.risk.low), percent(column.risk.high)});
  }
  page.open("details").element("summary", {}, table.caption);
  write_table(page, table);
  page.close();
}

void write_attack_table(Markup& page, const std::vector<Attack>& attacks) {
  TableText table{"Share of the attacker's guesses that were right",
                  {"Attack", "Guesses", "Training", "Held out", "Chance", "Risk"},
                  {false, true, true, true, true, true},
                  {}};
  for (const Attack& attack : attacks) {
    table.rows.push_back(
        {attack.column.empty() ? attack.name : fmt::format("{} of {}", attack.name, attack.column),
         count(attack.guesses), percent(attack.main.value), percent(attack.control.value),
         percent(attack.baseline.value), percent(attack.risk.value)});
  }
  write_table(page, table);
}

Verdict worst_attack(const Evaluation& evaluation) {
  Verdict worst = Verdict::good;
  for (const Attack& attack : evaluation.privacy->attacks)
    worst = evaluate::worse(worst, verdict_of_attack(evaluation, attack));
  return worst;
}

void write_attacks(Markup& page, const Evaluation& evaluation) {
  const std::vector<Attack>& attacks = evaluation.privacy->attacks;
  open_part(page, "Attacks", worst_attack(evaluation));
  page.element(
      "p", {},
      "What somebody who has only the synthetic table can find out about people in the original. The "
      "same is tried on people who are not in it: what succeeds there too is knowledge about people in "
      "general. The risk is what success on training rows has beyond that, as a share of what could "
      "have been gained.");
  write_attack_words(page, evaluation);
  IntervalChart chart{"pa", "Risk of each attack with its 95 % interval", "risk", {}, k_limits.attack_risk, 0,
                      0.14};
  for (const Attack& attack : attacks) {
    chart.lines.push_back(
        {attack.column.empty() ? attack.name : fmt::format("{} of {}", attack.name, attack.column),
         attack.risk});
  }
  draw_intervals(page, chart);
  write_attack_table(page, attacks);
  for (const Attack& attack : attacks) write_inference(page, attack);
  page.close();
}

}  // namespace

std::string interval(const Estimate& estimate) {
  return fmt::format("{} (95 % interval {} to {})", percent(estimate.value), percent(estimate.low),
                     percent(estimate.high));
}

Verdict verdict_of(const Evaluation& evaluation, std::initializer_list<std::string_view> ids) {
  Verdict worst = Verdict::skipped;
  for (const std::string_view id : ids) {
    const evaluate::Finding* found = evaluation.judgements.find(id);
    if (found != nullptr) worst = evaluate::worse(worst, found->verdict);
  }
  return worst;
}

void open_part(Markup& page, std::string_view heading, Verdict verdict) {
  page.open("div", {{"class", "part"}}).open("header").element("h3", {}, heading);
  draw_light(page, verdict);
  page.close();
}

void write_privacy(Markup& page, const Evaluation& evaluation) {
  open_section(page, "privacy", "Privacy", &evaluation.judgements.privacy);
  write_notes(page, evaluation, "privacy");
  if (evaluation.privacy) {
    const Privacy& privacy = *evaluation.privacy;
    if (evaluation.rows.trained > evaluation.rows.original) {
      page.element("p", {{"class", "limited"}},
                   fmt::format("Measured on {} of the {} training rows, drawn by chance.",
                               count(evaluation.rows.original), count(evaluation.rows.trained)));
    }
    page.open("div", {{"class", "parts"}});
    const auto verdict = [&](std::string_view id) { return verdict_of(evaluation, {id}); };
    if (privacy.closest) write_closest(page, *privacy.closest, verdict("closest_record"));
    if (privacy.copies) write_copies(page, *privacy.copies, verdict("copies"));
    if (privacy.rare) write_rare(page, *privacy.rare, verdict("rare_combinations"));
    if (!privacy.attacks.empty()) write_attacks(page, evaluation);
    if (privacy.membership) write_membership(page, evaluation);
    if (privacy.membership && privacy.membership->worst_affected) write_worst_affected(page, evaluation);
    if (privacy.membership && privacy.membership->near_copies) write_near_copies(page, evaluation);
    if (privacy.keys) write_keys(page, evaluation);
    write_attackers(page, evaluation);
    page.close();
  }
  page.close();
}

}  // namespace ctgan::synth::report
