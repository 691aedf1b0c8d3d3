#include "server/synth/evaluate/joint_distribution.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <unordered_map>

namespace ctgan::synth::evaluate {
namespace {

constexpr std::uint8_t k_nowhere = std::numeric_limits<std::uint8_t>::max();

// Below this two columns have nothing to do with each other that a picture would show.
constexpr double k_least_relation = 0.05;

std::vector<std::uint8_t> places_of_numbers(const std::vector<double>& numbers, const JointAxis& axis) {
  std::vector<std::uint8_t> places(numbers.size(), k_nowhere);
  for (std::size_t row = 0; row < numbers.size(); ++row) {
    if (std::isnan(numbers[row])) continue;
    // The outer bins hold what lies further out.
    const auto above = std::upper_bound(axis.edges.begin() + 1, axis.edges.end() - 1, numbers[row]);
    places[row] = static_cast<std::uint8_t>(above - axis.edges.begin() - 1);
  }
  return places;
}

std::vector<std::uint8_t> places_of_codes(const std::vector<std::uint32_t>& codes,
                                          const std::vector<std::string>& labels, const JointAxis& axis) {
  std::unordered_map<std::string_view, std::uint8_t> known;
  for (std::size_t i = 0; i < axis.labels.size(); ++i)
    known.emplace(axis.labels[i], static_cast<std::uint8_t>(i));
  const auto others = static_cast<std::uint8_t>(axis.labels.size() - 1);
  std::vector<std::uint8_t> of_code(labels.size(), others);
  for (std::size_t code = 0; code < labels.size(); ++code)
    if (const auto found = known.find(labels[code]); found != known.end()) of_code[code] = found->second;
  std::vector<std::uint8_t> places(codes.size(), k_nowhere);
  for (std::size_t row = 0; row < codes.size(); ++row)
    if (codes[row] != k_missing_code) places[row] = of_code[codes[row]];
  return places;
}

std::vector<std::uint8_t> places_in(const ComparedColumn& column, Side side, const JointAxis& axis) {
  const Cells& cells = column.of(side);
  return column.shape == ColumnShape::numeric ? places_of_numbers(cells.numbers, axis)
                                              : places_of_codes(cells.codes, column.labels, axis);
}

std::vector<double> shares_of(const std::vector<std::uint8_t>& across, const std::vector<std::uint8_t>& up,
                              std::size_t width, std::size_t cells) {
  std::vector<std::size_t> counts(cells);
  std::size_t rows = 0;
  for (std::size_t row = 0; row < across.size(); ++row) {
    if (across[row] == k_nowhere || up[row] == k_nowhere) continue;
    ++counts[up[row] * width + across[row]];
    ++rows;
  }
  std::vector<double> shares(cells);
  for (std::size_t cell = 0; cell < cells; ++cell)
    if (counts[cell] >= k_least_joint_rows)
      shares[cell] = static_cast<double>(counts[cell]) / static_cast<double>(rows);
  return shares;
}

bool has_places(const ColumnResult& column) {
  return column.distribution.labels.size() > 1 || column.distribution.edges.size() > 2;
}

// The pairs of which `wanted` says so, the strongest first.
template <typename Wanted>
std::vector<const PairResult*> ranked(const Evaluation& evaluation, const Wanted& wanted) {
  std::vector<const PairResult*> pairs;
  for (const PairResult& pair : evaluation.pairs) {
    const double relation = std::abs(pair.original_association.value_or(0));
    const bool drawn =
        has_places(evaluation.columns[pair.first]) && has_places(evaluation.columns[pair.second]);
    if (drawn && std::isfinite(relation) && relation >= k_least_relation && wanted(pair))
      pairs.push_back(&pair);
  }
  std::stable_sort(pairs.begin(), pairs.end(), [](const PairResult* a, const PairResult* b) {
    if (a->counted != b->counted) return a->counted;
    return std::abs(*a->original_association) > std::abs(*b->original_association);
  });
  if (pairs.size() > k_most_joint_pairs) pairs.resize(k_most_joint_pairs);
  return pairs;
}

}  // namespace

JointAxis joint_axis(const Distribution& distribution) {
  JointAxis axis;
  if (!distribution.labels.empty()) {
    axis.labels = distribution.labels;
    if (axis.labels.size() > k_most_joint_labels) {
      axis.labels.resize(k_most_joint_labels);
      axis.labels.back() = "other";
    }
    return axis;
  }
  const std::size_t bins = distribution.edges.size() - 1;
  const std::size_t merged = (bins + k_most_joint_bins - 1) / k_most_joint_bins;
  for (std::size_t edge = 0; edge < bins; edge += merged) axis.edges.push_back(distribution.edges[edge]);
  axis.edges.push_back(distribution.edges.back());
  return axis;
}

JointDistribution joint_distribution(const ComparedTables& tables, const std::vector<ColumnResult>& columns,
                                     std::size_t first, std::size_t second) {
  const JointAxis across = joint_axis(columns[first].distribution),
                  up = joint_axis(columns[second].distribution);
  JointDistribution joint{.first = first, .second = second};
  for (const auto& [side, shares] :
       {std::pair{Side::original, &joint.original}, {Side::synthetic, &joint.synthetic}})
    *shares =
        shares_of(places_in(tables.columns[first], side, across), places_in(tables.columns[second], side, up),
                  across.places(), across.places() * up.places());
  return joint;
}

std::vector<JointDistribution> strongest_pairs_without(const ComparedTables& tables,
                                                       const Evaluation& evaluation,
                                                       const std::string& column) {
  std::vector<JointDistribution> found;
  const auto is_other = [&](const PairResult& pair) {
    return evaluation.columns[pair.first].name != column && evaluation.columns[pair.second].name != column;
  };
  for (const PairResult* pair : ranked(evaluation, is_other))
    found.push_back(joint_distribution(tables, evaluation.columns, pair->first, pair->second));
  return found;
}

std::vector<JointDistribution> pairs_with(const ComparedTables& tables, const Evaluation& evaluation,
                                          const std::string& column) {
  std::vector<JointDistribution> found;
  if (column.empty()) return found;
  const auto is_it = [&](std::size_t place) { return evaluation.columns[place].name == column; };
  for (const PairResult* pair :
       ranked(evaluation, [&](const PairResult& each) { return is_it(each.first) || is_it(each.second); })) {
    const bool is_first = is_it(pair->first);
    found.push_back(joint_distribution(tables, evaluation.columns, is_first ? pair->second : pair->first,
                                       is_first ? pair->first : pair->second));
  }
  return found;
}

}  // namespace ctgan::synth::evaluate
