#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "server/synth/evaluate/judgement.h"
#include "server/synth/report/axis.h"
#include "server/synth/report/distribution_chart.h"
#include "server/synth/report/lights.h"
#include "server/synth/report/sections.h"
#include "server/synth/report/text.h"

namespace ctgan::synth::report {
namespace {

using evaluate::ColumnResult;
using evaluate::ColumnShape;
using evaluate::Evaluation;
using evaluate::k_limits;

constexpr std::size_t k_name_characters = 40;
constexpr std::size_t k_shown_findings = 20;

std::string card_id(std::size_t number) {
  return fmt::format("c{}", number + 1);
}

bool is_compared(const ColumnResult& column) {
  return column.shape != ColumnShape::left_out;
}

// Columns of which the mean over all says nothing, the worst first; without what the section's light says already.
void write_findings(Markup& page, const std::vector<evaluate::Finding>& findings, const std::string& said) {
  std::size_t shown = 0;
  for (const evaluate::Finding& found : findings) {
    if (found.section != "quality" || found.subject.empty() || found.sentence == said) continue;
    if (shown == k_shown_findings) break;
    if (shown++ == 0) page.open("ul", {{"class", "attacks"}});
    page.open("li");
    draw_light(page, found.verdict);
    page.text(" " + sentence(found.sentence)).close();
  }
  if (shown > 0) page.close();
}

void write_overview(Markup& page, const std::vector<ColumnResult>& columns) {
  TableText table{"Scores of the columns, 1 is best",
                  {"Column", "Score", "Coverage", "Adherence", "Missing, original", "Missing, synthetic",
                   "Kind", "Metric"},
                  {false, true, true, true, true, true, false, false},
                  {}};
  for (const ColumnResult& column : columns) {
    if (!is_compared(column)) {
      table.rows.push_back({column.name, "n/a", "n/a", "n/a", "n/a", "n/a", column.kind, "left out"});
      continue;
    }
    table.rows.push_back({column.name, score(column.score), score(column.coverage), score(column.adherence),
                          percent(column.missing.original), percent(column.missing.synthetic), column.kind,
                          column.score_metric});
  }
  write_table(page, table);
}

void write_shares(Markup& page, const ColumnResult& column) {
  const std::vector<SharePair> pairs = share_pairs(column.distribution);
  if (pairs.empty()) return;
  page.open("details").element("summary", {}, "Shares as numbers").open("table");
  page.open("thead").open("tr");
  for (const char* head : {"Value", "Original", "Synthetic"}) page.element("th", {{"scope", "col"}}, head);
  page.close().close().open("tbody");
  for (const SharePair& pair : pairs) {
    page.open("tr").short_text("th", pair.label, k_name_characters, {{"scope", "row"}});
    page.element("td", {}, percent(pair.original)).element("td", {}, percent(pair.synthetic)).close();
  }
  page.close().close().close();
}

// What a chart does not draw to scale.
std::string tails_text(const evaluate::Distribution& shown) {
  if (!shown.tail_below && !shown.tail_above) return {};
  // Edges between whole numbers are no values of the column.
  const bool whole = std::all_of(shown.edges.begin(), shown.edges.end(),
                                 [](double edge) { return edge - std::floor(edge) == 0.5; });
  const auto value = [&](double edge, double inwards) {
    return axis_value(whole ? edge + inwards : edge, shown.axis);
  };
  const std::size_t bins = shown.edges.size() - 1;
  std::string text = " The axis is cut:";
  if (shown.tail_below)
    text += fmt::format(" the first step holds all from {} on", value(shown.edges.front(), 0.5));
  if (shown.tail_below && shown.tail_above) text += ",";
  if (shown.tail_above)
    text += fmt::format(" the last step holds all up to {}", value(shown.edges[bins], -0.5));
  return text + ".";
}

// A model that cannot reach further puts there what should be spread.
std::string edge_text(const evaluate::Distribution& shown) {
  constexpr double k_many = 0.01;
  constexpr double k_more = 2;
  std::string text;
  const auto add = [&](const char* end, const evaluate::Distribution::AtEdge& at) {
    if (at.synthetic < k_many || at.synthetic < k_more * at.original) return;
    text += fmt::format(" Values pile up at the {} end: {} of the synthetic ones, {} of the original's.", end,
                        percent(at.synthetic), percent(at.original));
  };
  add("lower", shown.least);
  add("upper", shown.greatest);
  return text;
}

std::string remarks(const ColumnResult& column) {
  std::string text = fmt::format("{}; {}.", column.kind, column.score_metric);
  if (column.coverage) {
    const char* const of = column.shape == ColumnShape::numeric ? "range" : "categories";
    text += fmt::format(" Covers {} of the original's {}", percent(*column.coverage), of);
    text += column.adherence ? fmt::format("; {} of its cells lie within.", percent(*column.adherence)) : ".";
  }
  text += tails_text(column.distribution);
  text += edge_text(column.distribution);
  if (column.missing.original > 0 || column.missing.synthetic > 0) {
    text += fmt::format(" Missing: {} in the original, {} in the synthetic table.",
                        percent(column.missing.original), percent(column.missing.synthetic));
  }
  return text;
}

void write_card(Markup& page, const ColumnResult& column, std::size_t number) {
  const std::string id = card_id(number);
  page.open("article", {{"class", "card"}, {"id", id}});
  page.open("header");
  page.short_text("h3", column.name, k_name_characters);
  const bool scored = column.score && std::isfinite(*column.score);
  draw_light(page,
             scored ? evaluate::from_below(*column.score, k_limits.quality) : evaluate::Verdict::skipped,
             score(column.score));
  page.close();
  page.element("p", {{"class", "quiet"}}, remarks(column));
  draw_distribution(page, column, id);
  write_shares(page, column);
  page.close();
}

std::string introduction() {
  return fmt::format(
      "The original is filled, the synthetic table is the line over it (or the thin bar). A score of 1 means "
      "equal distributions; marks follow the limits of the whole table: good from {:.2f}, bad below {:.2f}. "
      "Shares are of the cells that are not missing.",
      k_limits.quality.good, k_limits.quality.bad);
}

}  // namespace

void write_columns(Markup& page, const Evaluation& evaluation) {
  open_section(page, "columns", "Columns", &evaluation.judgements.quality);
  page.element("p", {}, introduction());
  page.element("p", {{"class", "limited"}}, k_marginals_prove_nothing);
  write_notes(page, evaluation, "quality");
  write_findings(page, evaluation.judgements.findings, evaluation.judgements.quality.sentence);
  write_overview(page, evaluation.columns);
  page.open("div", {{"class", "cards"}});
  for (std::size_t i = 0; i < evaluation.columns.size(); ++i) {
    if (is_compared(evaluation.columns[i])) write_card(page, evaluation.columns[i], i);
  }
  page.close().close();
}

}  // namespace ctgan::synth::report
