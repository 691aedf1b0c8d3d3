#include "server/synth/evaluate/mutual_information.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "server/synth/evaluate/binned_rows.h"
#include "server/synth/evaluate/column_sets.h"
#include "server/synth/evaluate/row_sample.h"
#include "server/synth/evaluate/sampled.h"

namespace ctgan::synth::evaluate {
namespace {

constexpr std::size_t k_tasks = 16;

// -log of the share of each cell, 0 where it is empty, and what it is on average over the rows.
struct Surprise {
  std::vector<double> of_cells;
  double entropy = 0;
};

Surprise surprise_of(std::span<const std::uint32_t> cells, std::size_t number_of_cells) {
  Surprise found{std::vector<double>(number_of_cells), 0};
  for (const std::uint32_t cell : cells) found.of_cells[cell] += 1;
  const auto rows = static_cast<double>(cells.size());
  for (double& cell : found.of_cells) {
    const double share = cell / rows;
    cell = share > 0 ? -std::log(share) : 0;
    found.entropy += share * cell;
  }
  return found;
}

// What two columns of one side know of each other. `first`, `second` and `both` are the cells of its rows.
struct Shared {
  std::span<const std::uint32_t> first;
  std::span<const std::uint32_t> second;
  std::span<const std::uint32_t> both;
  Surprise of_first;
  Surprise of_second;
  Surprise of_both;

  double entropies() const { return of_first.entropy + of_second.entropy; }
  double information() const { return of_first.entropy + of_second.entropy - of_both.entropy; }
  // 0 where neither column has two values.
  double normalised() const {
    return entropies() > 0 ? std::clamp(2 * information() / entropies(), 0.0, 1.0) : 0;
  }
};

class PairReader {
 public:
  PairReader(const BinnedRows& binned, const ColumnSet<2>& pair)
      : binned_(binned), pair_(pair), joint_(join(binned, pair)) {}

  Shared of(std::size_t side) const {
    const auto rows = [&](const std::vector<std::uint32_t>& cells) {
      return std::span(cells).subspan(side * binned_.each, binned_.each);
    };
    const CodedColumn& first = binned_.columns[pair_[0]];
    const CodedColumn& second = binned_.columns[pair_[1]];
    Shared shared{rows(first.codes), rows(second.codes), rows(joint_.of_rows), {}, {}, {}};
    shared.of_first = surprise_of(shared.first, first.categories);
    shared.of_second = surprise_of(shared.second, second.categories);
    shared.of_both = surprise_of(shared.both, joint_.cells);
    return shared;
  }

 private:
  const BinnedRows& binned_;
  const ColumnSet<2>& pair_;
  JointCells joint_;
};

// Adds to each row `weight` times what it has to do with the pair's normalised information: the influence function
// of 2 MI / H, of which an entropy's is the row's surprise less the entropy.
void add_row_influences(const Shared& shared, double weight, std::vector<double>& influences) {
  if (shared.entropies() <= 0) return;
  const double normalised = shared.normalised();
  for (std::size_t row = 0; row < influences.size(); ++row) {
    const double marginal = shared.of_first.of_cells[shared.first[row]] +
                            shared.of_second.of_cells[shared.second[row]] - shared.entropies();
    const double joint = shared.of_both.of_cells[shared.both[row]] - shared.of_both.entropy;
    influences[row] += weight * ((2 - normalised) * marginal - 2 * joint) / shared.entropies();
  }
}

// By pair: the original's information, and a side's.
struct Informations {
  std::vector<double> original;
  std::vector<double> other;

  // w |difference| of a pair.
  double lost(std::size_t pair) const {
    return std::abs(original[pair] * original[pair] - other[pair] * other[pair]);
  }
  double weight(std::size_t pair) const { return original[pair] + other[pair]; }
};

struct Sums {
  double lost = 0;
  double weights = 0;
};

Sums sums_of(const Informations& found) {
  Sums sums;
  for (std::size_t pair = 0; pair < found.original.size(); ++pair) {
    sums.lost += found.lost(pair);
    sums.weights += found.weight(pair);
  }
  return sums;
}

// What the score changes by with the information of a pair, in the original and in the other side.
std::array<double, 2> slopes(const Informations& found, const Sums& sums, std::size_t pair) {
  const double sign = found.original[pair] > found.other[pair] ? 1 : -1;
  const double by_weight = sums.lost / (sums.weights * sums.weights);
  return {by_weight - sign * 2 * found.original[pair] / sums.weights,
          by_weight + sign * 2 * found.other[pair] / sums.weights};
}

// Of a ratio of sums over drawn pairs (Cochran 1977, section 6.4).
double variance_of_pairs(const Informations& found, const Sums& sums, double all_pairs) {
  const auto pairs = static_cast<double>(found.original.size());
  std::vector<double> left(found.original.size());
  for (std::size_t pair = 0; pair < left.size(); ++pair) {
    left[pair] = (found.lost(pair) - sums.lost / sums.weights * found.weight(pair)) * pairs / sums.weights;
  }
  return variance_of_drawn(left, all_pairs);
}

class Measurer {
 public:
  Measurer(const BinnedRows& binned, const ColumnSets<2>& pairs, threads::ThreadPool& pool)
      : binned_(binned), pairs_(pairs), pool_(pool), informations_(binned.sides.size()) {
    for (auto& of_side : informations_) of_side.resize(pairs.chosen.size());
    pool_.run(pairs.chosen.size(), [&](std::size_t pair) {
      const PairReader reader(binned_, pairs_.chosen[pair]);
      for (std::size_t side = 0; side < binned_.sides.size(); ++side)
        informations_[side][pair] = reader.of(side).normalised();
    });
  }

  std::optional<Estimate> score(std::size_t side) const {
    const Informations found{informations_[0], informations_[side]};
    const Sums sums = sums_of(found);
    if (sums.weights <= 0) return std::nullopt;
    const double variance = variance_of_rows(found, sums, side) + variance_of_pairs(found, sums, pairs_.all);
    return estimate_of(1 - sums.lost / sums.weights, variance, 0, 1);
  }

 private:
  double variance_of_rows(const Informations& found, const Sums& sums, std::size_t side) const {
    std::vector<std::array<std::vector<double>, 2>> parts(k_tasks);
    pool_.run(k_tasks, [&](std::size_t task) {
      auto& [original, other] = parts[task];
      original.resize(binned_.each);
      other.resize(binned_.each);
      for (std::size_t pair = task; pair < pairs_.chosen.size(); pair += k_tasks) {
        const PairReader reader(binned_, pairs_.chosen[pair]);
        const auto [of_original, of_other] = slopes(found, sums, pair);
        add_row_influences(reader.of(0), of_original, original);
        add_row_influences(reader.of(side), of_other, other);
      }
    });
    for (std::size_t task = 1; task < k_tasks; ++task) {
      for (std::size_t which = 0; which < 2; ++which) {
        std::transform(parts[0][which].begin(), parts[0][which].end(), parts[task][which].begin(),
                       parts[0][which].begin(), [](double a, double b) { return a + b; });
      }
    }
    return variance_of_mean(parts[0][0]) + variance_of_mean(parts[0][1]);
  }

  const BinnedRows& binned_;
  const ColumnSets<2>& pairs_;
  threads::ThreadPool& pool_;
  std::vector<std::vector<double>> informations_;  // by side, by pair
};

}  // namespace

std::optional<SetMeasure> measure_mutual_information(const ComparedTables& tables, const MatchedRows& matched,
                                                     std::uint64_t seed, threads::ThreadPool& pool) {
  const BinnedRows binned = bin_rows(tables, matched, Bins::equal_width, k_information_bins);
  const ColumnSets<2> pairs =
      choose_pairs(binned.columns.size(), k_most_information_pairs, stream_for(seed, Purpose::column_pairs));
  if (pairs.chosen.empty()) return std::nullopt;
  const Measurer measurer(binned, pairs, pool);
  const auto synthetic = measurer.score(1);
  if (!synthetic) return std::nullopt;
  SetMeasure found;
  found.sets = pairs.chosen.size();
  found.all_sets = pairs.all;
  found.rows = binned.each;
  found.synthetic = *synthetic;
  if (matched.attainable) found.attainable = measurer.score(2);
  return found;
}

}  // namespace ctgan::synth::evaluate
