#include "server/synth/evaluate/worst_affected.h"

#include <algorithm>
#include <cmath>
#include <unordered_set>

#include "server/synth/evaluate/intervals.h"
#include "server/synth/evaluate/neighbours.h"
#include "server/synth/evaluate/row_keys.h"

namespace ctgan::synth::evaluate {
namespace {

// A row that is among the candidates itself does not count: `own` says that query i is candidate i.
std::vector<double> apartness(const Coordinates& queries, const Coordinates& candidates, bool own,
                              threads::ThreadPool& pool) {
  const Neighbours found = closest(queries, candidates, k_apart_neighbours + (own ? 1 : 0), pool);
  std::vector<double> means(queries.rows());
  for (std::size_t row = 0; row < means.size(); ++row) {
    const std::size_t first = row * found.each;
    double sum = 0;
    std::size_t counted = 0;
    for (std::size_t place = first; place < first + found.each && counted < k_apart_neighbours; ++place) {
      if (own && found.rows[place] == row) continue;
      sum += found.distances[place];
      ++counted;
    }
    means[row] = counted == 0 ? 0 : sum / static_cast<double>(counted);
  }
  return means;
}

// Places of the rows that are at least so far off.
std::vector<std::size_t> farthest(const std::vector<double>& distances, double least) {
  std::vector<std::size_t> places;
  for (std::size_t row = 0; row < distances.size(); ++row) {
    if (distances[row] >= least) places.push_back(row);
  }
  return places;
}

std::vector<double> picked(const std::vector<double>& scores, const std::vector<std::size_t>& places) {
  std::vector<double> some(places.size());
  std::transform(places.begin(), places.end(), some.begin(),
                 [&](std::size_t place) { return scores[place]; });
  return some;
}

double count_copied(const std::vector<std::uint64_t>& keys, std::span<const std::uint32_t> rows,
                    const std::vector<std::size_t>& places, const std::unordered_set<std::uint64_t>& made) {
  return static_cast<double>(std::count_if(
      places.begin(), places.end(), [&](std::size_t place) { return made.contains(keys[rows[place]]); }));
}

void count_copies(const ComparedTables& tables, const ScoredRows& rows,
                  const std::vector<std::size_t>& members, const std::vector<std::size_t>& others,
                  WorstAffected& found) {
  const std::vector<std::size_t> columns = tables.used();
  const auto synthetic = row_keys(tables, Side::synthetic, columns);
  const std::unordered_set<std::uint64_t> made(synthetic.begin(), synthetic.end());
  const double copied = count_copied(row_keys(tables, Side::original, columns), rows.members, members, made);
  const double others_copied =
      count_copied(row_keys(tables, Side::held_out, columns), rows.others, others, made);
  const auto all = static_cast<double>(members.size());
  const auto all_others = static_cast<double>(others.size());
  found.copied = copied / all;
  found.others_copied = others_copied / all_others;
  found.copies_excess = difference_of_shares(copied, all, others_copied, all_others);
}

}  // namespace

std::optional<WorstAffected> measure_worst_affected(const ComparedTables& tables, const ScoredRows& rows,
                                                    std::uint64_t seed, threads::ThreadPool& pool) {
  const MixedDistance distance(tables);
  const std::vector<std::size_t> columns = tables.used();
  const Coordinates members = distance.coordinates(Side::original, rows.members, columns);
  const std::vector<double> of_members = apartness(members, members, true, pool);
  const std::vector<double> of_others =
      apartness(distance.coordinates(Side::held_out, rows.others, columns), members, false, pool);
  const auto wanted =
      std::max(k_least_worst,
               static_cast<std::size_t>(std::ceil(k_worst_share * static_cast<double>(of_others.size()))));
  std::vector<double> sorted = of_others;
  std::sort(sorted.begin(), sorted.end(), std::greater<>());
  if (wanted > sorted.size()) return std::nullopt;
  const double least = sorted[wanted - 1];
  const std::vector<std::size_t> worst_members = farthest(of_members, least);
  const std::vector<std::size_t> worst_others = farthest(of_others, least);
  const double share = static_cast<double>(worst_others.size()) / static_cast<double>(of_others.size());
  if (worst_members.empty() || share > k_most_worst_share) return std::nullopt;

  WorstAffected found;
  found.share = share;
  found.members = worst_members.size();
  found.others = worst_others.size();
  found.auc =
      measure_power({picked(rows.scores.members, worst_members), picked(rows.scores.others, worst_others)},
                    seed, pool)
          .auc;
  count_copies(tables, rows, worst_members, worst_others, found);
  return found;
}

}  // namespace ctgan::synth::evaluate
