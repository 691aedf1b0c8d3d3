#include "server/synth/codecs/atoms.h"

#include <algorithm>
#include <cmath>

namespace ctgan::synth::codecs {
namespace {

// An atom that stands out among its neighbours is frequent and has so many times their rows.
constexpr double k_times_neighbours = 5;
constexpr std::size_t k_neighbours = 3;  // on each side
// One that stands alone: this share, further away than so many widths of what most rows have.
constexpr double k_least_share_alone = 0.001;
constexpr double k_least_rows_alone = 5;
constexpr double k_widths_alone = 2;
constexpr std::size_t k_most_alone = 10;  // in one place
// A column, or what is left of it, that is a list: the rows on values that others share; its most values, and
// the most that are atoms all.
constexpr double k_listed_share = 0.97;
constexpr std::size_t k_most_listed = 1000;
constexpr std::size_t k_few = 30;

double median_around(const std::vector<double>& counts, std::size_t at) {
  std::vector<double> around;
  for (std::size_t i = at - std::min(at, k_neighbours); i < std::min(counts.size(), at + k_neighbours + 1);
       ++i)
    if (i != at) around.push_back(counts[i]);
  if (around.empty()) return counts[at];
  const auto middle = around.begin() + static_cast<std::ptrdiff_t>(around.size() / 2);
  std::nth_element(around.begin(), middle, around.end());
  return *middle;
}

std::vector<bool> standing_out(const DistinctValues& column, double least_rows) {
  const double least =
      std::max({k_frequent_share * static_cast<double>(column.rows), k_frequent_rows, least_rows});
  std::vector<bool> found(column.values.size());
  for (std::size_t i = 0; i < found.size(); ++i)
    found[i] =
        column.counts[i] >= least && column.counts[i] >= k_times_neighbours * median_around(column.counts, i);
  return found;
}

DistinctValues without(const DistinctValues& column, const std::vector<bool>& left_out) {
  DistinctValues rest;
  for (std::size_t i = 0; i < left_out.size(); ++i) {
    if (left_out[i]) continue;
    rest.values.push_back(column.values[i]);
    rest.counts.push_back(column.counts[i]);
    rest.rows += static_cast<std::size_t>(column.counts[i]);
  }
  return rest;
}

// Where a value of the rest stands far from what most rows have, alone or with few others.
std::vector<bool> standing_alone(const DistinctValues& rest, std::size_t rows, double least_rows) {
  std::vector<bool> found(rest.values.size());
  if (rest.values.empty()) return found;
  bool crowded = false;
  const double width = rest.quantile(0.9) - rest.quantile(0.1);
  const double least =
      std::max({k_least_share_alone * static_cast<double>(rows), k_least_rows_alone, least_rows});
  for (std::size_t first = 0, end = 0; first < found.size() && width > 0; first = end) {
    end = first + 1;
    while (end < found.size() && rest.values[end] - rest.values[end - 1] <= k_widths_alone * width) ++end;
    if (end - first > k_most_alone) {
      crowded = true;
      continue;
    }
    for (std::size_t i = first; i < end; ++i) found[i] = rest.counts[i] >= least;
  }
  // Where no place is crowded there is none to stand away from.
  if (!crowded) found.assign(found.size(), false);
  return found;
}

std::vector<double> shared_values(const DistinctValues& column, double least_rows, double& rows) {
  std::vector<double> shared;
  rows = 0;
  for (std::size_t i = 0; i < column.values.size(); ++i) {
    if (column.counts[i] < least_rows) continue;
    shared.push_back(column.values[i]);
    rows += column.counts[i];
  }
  return shared;
}

}  // namespace

ValueParts split_values(const DistinctValues& column, std::uint64_t least_rows) {
  const auto least = static_cast<double>(std::max<std::uint64_t>(least_rows, 2));
  ValueParts parts;
  const auto take = [&parts](const std::vector<bool>& atoms) {
    for (std::size_t i = 0; i < atoms.size(); ++i)
      if (atoms[i]) parts.atoms.push_back(parts.rest.values[i]);
    parts.rest = without(parts.rest, atoms);
  };
  parts.rest = column;
  take(standing_out(column, least));
  take(standing_alone(parts.rest, column.rows, least));
  double shared_rows = 0;
  std::vector<double> shared = shared_values(parts.rest, least, shared_rows);
  const auto rest_rows = static_cast<double>(parts.rest.rows);
  if (!shared.empty() && shared_rows >= k_listed_share * rest_rows) {
    if (parts.atoms.size() + shared.size() <= k_few) {
      parts.atoms.insert(parts.atoms.end(), shared.begin(), shared.end());
      parts.rest = {};
    } else if (shared.size() <= k_most_listed) {
      parts.listed = std::move(shared);
    }
  } else if (!parts.atoms.empty() && rest_rows < least) {
    parts.rest = {};
  }
  std::sort(parts.atoms.begin(), parts.atoms.end());
  return parts;
}

}  // namespace ctgan::synth::codecs
