#include <fmt/format.h>

#include <algorithm>
#include <string>
#include <vector>

#include "server/synth/report/lights.h"
#include "server/synth/report/sections.h"
#include "server/synth/report/text.h"

namespace ctgan::synth::report {
namespace {

using evaluate::PaidColumn;
using evaluate::PaidComparison;
using evaluate::PaidDistance;

constexpr std::size_t k_most_pairs = 100;
constexpr std::size_t k_most_parts = 40;

std::string names_of(const PaidDistance& distance) {
  std::string names;
  for (const std::string& name : distance.columns) names += (names.empty() ? "" : ", ") + name;
  return names;
}

// Farthest from what noise explains first.
std::vector<PaidDistance> sorted(const PaidComparison& comparison, std::size_t columns) {
  std::vector<PaidDistance> found;
  for (const PaidDistance& one : comparison.distances)
    if (one.columns.size() == columns) found.push_back(one);
  std::stable_sort(found.begin(), found.end(), [](const PaidDistance& a, const PaidDistance& b) {
    return a.distance - a.of_noise > b.distance - b.of_noise;
  });
  return found;
}

void write_distances(Markup& page, const PaidComparison& comparison, std::size_t columns,
                     std::string caption) {
  const std::vector<PaidDistance> found = sorted(comparison, columns);
  if (found.empty()) return;
  TableText table{
      std::move(caption), {"Columns", "Parts", "Distance", "Of noise alone"}, {false, true, true, true}, {}};
  for (std::size_t i = 0; i < std::min(found.size(), k_most_pairs); ++i)
    table.rows.push_back(
        {names_of(found[i]), count(found[i].parts), score(found[i].distance), score(found[i].of_noise)});
  write_table(page, table);
  if (found.size() > k_most_pairs)
    page.element("p", {{"class", "quiet"}},
                 fmt::format("{} more are in the report as JSON.", found.size() - k_most_pairs));
}

void write_shares(Markup& page, const PaidColumn& column) {
  std::vector<evaluate::PaidShare> shares = column.shares;
  std::stable_sort(shares.begin(), shares.end(),
                   [](const auto& a, const auto& b) { return a.measured > b.measured; });
  TableText table{column.name, {"Part", "Measured", "Drawn"}, {false, true, true}, {}};
  for (std::size_t i = 0; i < std::min(shares.size(), k_most_parts); ++i)
    table.rows.push_back({shares[i].part, fmt::format("{:.1f} %", 100 * shares[i].measured),
                          fmt::format("{:.1f} %", 100 * shares[i].drawn)});
  write_table(page, table);
}

}  // namespace

void write_paid_comparison(Markup& page, const PaidComparison& comparison) {
  open_section(page, "summary", "Summary");
  page.open("p", {{"class", "caution"}}).element("strong", {}, sentence(evaluate::k_paid_mark) + " ");
  page.text(evaluate::k_paid_notice).close();
  page.element("p", {}, sentence(headline(comparison)));
  page.open("p");
  draw_light(page, comparison.release.verdict, "May the synthetic table be handed out?");
  page.text(" " + sentence(comparison.release.sentence)).close();
  page.element(
      "p", {},
      fmt::format(
          "The table has about {:.0f} rows, as the counts say, and {:.0f} of the model were drawn. Each "
          "count is off by {:.1f} rows in the mean, that is {:.2f} % of them; they cost {:.0f} % of the "
          "budget. A distance is half the sum of what shares differ by: 0 where all are equal, 1 where "
          "none is.",
          comparison.rows, comparison.drawn_rows, comparison.noise, 100 * comparison.noise / comparison.rows,
          100 * comparison.budget_share));
  page.close();
  open_section(page, "columns", "Columns");
  write_distances(page, comparison, 1, "Columns, the farthest beyond noise first");
  for (const PaidColumn& column : comparison.columns) write_shares(page, column);
  page.close();
  if (sorted(comparison, 2).empty()) return;
  open_section(page, "pairs", "Pairs");
  write_distances(page, comparison, 2, "Pairs, the farthest beyond noise first");
  page.close();
}

}  // namespace ctgan::synth::report
