#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <optional>
#include <vector>

#include "server/synth/evaluate/pair_scores.h"
#include "server/synth/report/heat_map.h"
#include "server/synth/report/pair_parts.h"
#include "server/synth/report/sections.h"
#include "server/synth/report/text.h"

namespace ctgan::synth::report {
namespace {

using evaluate::Evaluation;
using evaluate::PairResult;

constexpr std::size_t k_shown_pairs = 20;
constexpr double k_full_difference = 0.5;
constexpr std::size_t k_no_place = std::numeric_limits<std::size_t>::max();

std::optional<double> difference(const PairResult& pair) {
  if (!pair.original_association || !pair.synthetic_association) return std::nullopt;
  return *pair.synthetic_association - *pair.original_association;
}

// Pairs by the size of their difference, the largest first; undefined ones last.
std::vector<const PairResult*> by_difference(const std::vector<PairResult>& pairs) {
  std::vector<const PairResult*> order;
  order.reserve(pairs.size());
  for (const PairResult& pair : pairs) order.push_back(&pair);
  const auto size = [](const PairResult* pair) {
    const double gap = std::abs(difference(*pair).value_or(-1));
    return difference(*pair) && std::isfinite(gap) ? gap : -1.0;
  };
  std::stable_sort(order.begin(), order.end(),
                   [&](const PairResult* a, const PairResult* b) { return size(a) > size(b); });
  return order;
}

// Columns that are in any pair; when too many, those of the pairs that differ most. In the table's order.
std::vector<std::size_t> shown_columns(const std::vector<const PairResult*>& order) {
  std::vector<std::size_t> columns;
  const auto add = [&](std::size_t column) {
    const bool known = std::find(columns.begin(), columns.end(), column) != columns.end();
    if (!known && columns.size() < k_most_heat_columns) columns.push_back(column);
  };
  for (const PairResult* pair : order) {
    add(pair->first);
    add(pair->second);
    if (columns.size() == k_most_heat_columns) break;
  }
  std::sort(columns.begin(), columns.end());
  return columns;
}

std::size_t columns_in_pairs(const Evaluation& evaluation) {
  std::vector<bool> seen(evaluation.columns.size());
  for (const PairResult& pair : evaluation.pairs) seen[pair.first] = seen[pair.second] = true;
  return static_cast<std::size_t>(std::count(seen.begin(), seen.end(), true));
}

// Value of a pair in one of the maps.
using Measure = std::optional<double> (*)(const PairResult&);

HeatMap map_of(const Evaluation& evaluation, const std::vector<std::size_t>& shown, Measure measure) {
  HeatMap map;
  std::vector<std::size_t> places(evaluation.columns.size(), k_no_place);
  for (std::size_t i = 0; i < shown.size(); ++i) {
    places[shown[i]] = i;
    map.names.push_back(evaluation.columns[shown[i]].name);
  }
  const std::size_t side = shown.size();
  map.values.assign(side * side, std::numeric_limits<double>::quiet_NaN());
  for (const PairResult& pair : evaluation.pairs) {
    const std::size_t row = places[pair.first];
    const std::size_t column = places[pair.second];
    if (row == k_no_place || column == k_no_place) continue;
    const double value = measure(pair).value_or(std::numeric_limits<double>::quiet_NaN());
    map.values[row * side + column] = map.values[column * side + row] = value;
  }
  return map;
}

void write_map(Markup& page, HeatMap map, std::string id, std::string title, std::string description) {
  map.id = std::move(id);
  map.title = std::move(title);
  map.description = std::move(description);
  page.open("figure", {{"class", "map"}});
  page.element("figcaption", {}, map.title);
  draw_heat_map(page, map);
  page.close();
}

void write_maps(Markup& page, const Evaluation& evaluation, const std::vector<std::size_t>& shown) {
  const std::string words =
      fmt::format("Each cell is a pair of {} columns; the table below has the numbers.", shown.size());
  page.open("div", {{"class", "maps"}});
  write_map(page, map_of(evaluation, shown, [](const PairResult& p) { return p.original_association; }), "mo",
            "Original", words);
  write_map(page, map_of(evaluation, shown, [](const PairResult& p) { return p.synthetic_association; }),
            "ms", "Synthetic", words);
  HeatMap gaps = map_of(evaluation, shown, difference);
  gaps.full = k_full_difference;
  write_map(page, std::move(gaps), "md", "Difference: synthetic minus original", words);
  page.close();
}

void write_pair_table(Markup& page, const Evaluation& evaluation,
                      const std::vector<const PairResult*>& order) {
  TableText table{order.size() > k_shown_pairs ? fmt::format("The {} of {} pairs whose relation differs most",
                                                             k_shown_pairs, count(order.size()))
                                               : std::string("The pairs, those that differ most first"),
                  {"First", "Second", "Difference", "Original", "Synthetic", "Score", "Metric"},
                  {false, false, true, true, true, true, false},
                  {}};
  for (const PairResult* pair : order) {
    if (table.rows.size() == k_shown_pairs) break;
    table.rows.push_back({evaluation.columns[pair->first].name, evaluation.columns[pair->second].name,
                          score(difference(*pair)), score(pair->original_association),
                          score(pair->synthetic_association), score(pair->score), pair->metric});
  }
  write_table(page, table);
}

void write_trends(Markup& page, const evaluate::QualityScore& quality) {
  page.element("p", {},
               fmt::format("Pair trends score {}, the mean of {} whose columns have to do with each other in "
                           "the original (|correlation| above 0.5, Cramer's V above 0.3); over all pairs {}. "
                           "With the column shapes, {}, it makes the quality score, {}.",
                           score(quality.trends), counted(quality.counted_pairs, "pair", "pairs"),
                           score(quality.all_trends), score(quality.shapes), score(quality.overall)));
  page.element("p", {{"class", "limited"}}, k_marginals_prove_nothing);
}

void write_comparison(Markup& page, const Evaluation& evaluation) {
  page.element("p", {},
               "How much columns have to do with each other: Pearson's correlation (-1 to 1) for two numeric "
               "columns, Cramer's V (0 to 1) else. The stronger the colour the stronger the relation; a dash "
               "marks negative values, a slash undefined ones.");
  const std::vector<const PairResult*> order = by_difference(evaluation.pairs);
  const std::vector<std::size_t> shown = shown_columns(order);
  const std::size_t all = columns_in_pairs(evaluation);
  if (shown.size() < all) {
    page.element("p", {{"class", "limited"}},
                 fmt::format("The maps show {} of {} columns: those of the pairs that differ most.",
                             shown.size(), count(all)));
  }
  const evaluate::ListedPairs listed = evaluate::listed_pairs(evaluation.pairs);
  if (listed.others > 0) {
    std::string text =
        fmt::format("The JSON report lists the {} strongest of {} pairs. The {} others score {} on average",
                    count(listed.strongest.size()), count(evaluation.pairs.size()), count(listed.others),
                    score(listed.others_mean));
    if (listed.others_worst != nullptr)
      text += fmt::format(", {} at worst", score(listed.others_worst->score));
    page.element("p", {{"class", "limited"}}, text + ".");
  }
  write_maps(page, evaluation, shown);
  write_pair_table(page, evaluation, order);
  write_strongest_pairs(page, evaluation);
  write_by_target(page, evaluation);
}

}  // namespace

void write_pairs(Markup& page, const Evaluation& evaluation) {
  open_section(page, "pairs", "Pairs of columns");
  if (evaluation.quality) write_trends(page, *evaluation.quality);
  if (evaluation.pairs.empty()) {
    page.element("p", {{"class", "quiet"}},
                 evaluation.quality ? "There are no pairs: it takes two columns that can be compared."
                                    : "Not measured.");
  } else {
    write_comparison(page, evaluation);
  }
  write_missing_patterns(page, evaluation);
  page.close();
}

}  // namespace ctgan::synth::report
