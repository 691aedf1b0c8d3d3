#include "server/synth/evaluate/three_way.h"

#include <algorithm>
#include <cmath>

#include "server/synth/evaluate/binned_rows.h"
#include "server/synth/evaluate/column_sets.h"
#include "server/synth/evaluate/row_sample.h"
#include "server/synth/evaluate/sampled.h"

namespace ctgan::synth::evaluate {
namespace {

constexpr std::size_t k_tasks = 16;

// The distances of one side's rows to the original's.
struct Distances {
  std::vector<double> of_sets;       // by place among the chosen sets
  std::vector<double> of_originals;  // what each row adds to the sum over all sets, in rows
  std::vector<double> of_others;
};

// Adds one set of columns; the side is the `side`-th of the binned ones.
void add_set(const JointCells& joint, std::size_t each, std::size_t side, std::size_t set,
             Distances& distances) {
  const std::uint32_t* const original = joint.of_rows.data();
  const std::uint32_t* const other = joint.of_rows.data() + side * each;
  // Rows of the original minus those of the other side, by cell.
  std::vector<std::int32_t> more(joint.cells);
  for (std::size_t row = 0; row < each; ++row) {
    ++more[original[row]];
    --more[other[row]];
  }
  double sum = 0;
  for (std::int32_t& cell : more) {
    sum += std::abs(cell);
    cell = (cell > 0) - (cell < 0);
  }
  distances.of_sets[set] = sum / (2 * static_cast<double>(each));
  for (std::size_t row = 0; row < each; ++row) {
    distances.of_originals[row] += more[original[row]] / 2.0;
    distances.of_others[row] -= more[other[row]] / 2.0;
  }
}

Estimate conclude(const std::vector<Distances>& parts, std::size_t sets, double all_sets, std::size_t each) {
  std::vector<double> of_sets(sets);
  std::vector<double> originals(each);
  std::vector<double> others(each);
  const auto count = static_cast<double>(sets);
  for (std::size_t part = 0; part < parts.size(); ++part) {
    for (std::size_t set = part; set < sets; set += parts.size()) of_sets[set] = parts[part].of_sets[set];
    for (std::size_t row = 0; row < each; ++row) {
      originals[row] += parts[part].of_originals[row] / count;
      others[row] += parts[part].of_others[row] / count;
    }
  }
  double mean = 0;
  for (const double distance : of_sets) mean += distance / count;
  return estimate_of(
      mean, variance_of_mean(originals) + variance_of_mean(others) + variance_of_drawn(of_sets, all_sets), 0,
      1);
}

}  // namespace

std::optional<SetMeasure> measure_three_way(const ComparedTables& tables, const MatchedRows& matched,
                                            std::uint64_t seed, threads::ThreadPool& pool) {
  const BinnedRows binned = bin_rows(tables, matched, Bins::equal_frequency, k_three_way_bins);
  const ColumnSets<3> sets =
      choose_triples(binned.columns.size(), k_most_triples, stream_for(seed, Purpose::column_triples));
  if (sets.chosen.empty()) return std::nullopt;
  const std::size_t others = binned.sides.size() - 1;
  const Distances none{std::vector<double>(sets.chosen.size()), std::vector<double>(binned.each),
                       std::vector<double>(binned.each)};
  std::vector<std::vector<Distances>> parts(others, std::vector<Distances>(k_tasks, none));
  // Tasks are as many whatever the threads, and so are the sums.
  pool.run(k_tasks, [&](std::size_t task) {
    for (std::size_t set = task; set < sets.chosen.size(); set += k_tasks) {
      const JointCells joint = join(binned, sets.chosen[set]);
      for (std::size_t other = 0; other < others; ++other)
        add_set(joint, binned.each, other + 1, set, parts[other][task]);
    }
  });
  SetMeasure found;
  found.sets = sets.chosen.size();
  found.all_sets = sets.all;
  found.rows = binned.each;
  found.synthetic = conclude(parts[0], sets.chosen.size(), sets.all, binned.each);
  if (others > 1) found.attainable = conclude(parts[1], sets.chosen.size(), sets.all, binned.each);
  return found;
}

}  // namespace ctgan::synth::evaluate
