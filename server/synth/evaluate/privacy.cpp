#include "server/synth/evaluate/privacy.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <numeric>
#include <span>
#include <unordered_set>

#include "server/synth/evaluate/column_scores.h"
#include "server/synth/evaluate/column_sets.h"
#include "server/synth/evaluate/intervals.h"
#include "server/synth/evaluate/neighbours.h"
#include "server/synth/evaluate/row_keys.h"
#include "server/synth/evaluate/row_sample.h"

namespace ctgan::synth::evaluate {
namespace {

constexpr double k_z = 1.959963984540054;  // of 95 %

// Numbers with more different values than this are cut at quantiles.
constexpr std::size_t k_exact_values = 50;
constexpr std::size_t k_quantiles = 20;

double median(std::vector<double> values) {
  if (values.empty()) return 0;
  const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
  std::nth_element(values.begin(), middle, values.end());
  if (values.size() % 2 == 1) return *middle;
  return (*middle + *std::max_element(values.begin(), middle)) / 2;
}

double nth_distance_median(const Neighbours& found, std::size_t place) {
  std::vector<double> distances;
  for (std::size_t first = place; first < found.distances.size(); first += found.each) {
    distances.push_back(found.distances[first]);
  }
  return median(std::move(distances));
}

// First by second distance; 1 where both are 0: as near to two rows as to one.
double ratio_median(const Neighbours& found) {
  if (found.each < 2) return 1;
  std::vector<double> ratios;
  for (std::size_t first = 0; first < found.distances.size(); first += found.each) {
    const double nearest = found.distances[first];
    const double second = found.distances[first + 1];
    ratios.push_back(second == 0 ? 1 : nearest / second);
  }
  return median(std::move(ratios));
}

// The share of queries that are closer to training rows. One row may be the closest to many queries, so rows,
// each with all its queries, are the units of the interval; it is never narrower than Wilson's.
Estimate closer_share(const Neighbours& training, const Neighbours& held_out, std::size_t rows) {
  const std::size_t queries = held_out.distances.size() / held_out.each;
  std::vector<double> training_votes(rows);
  std::vector<double> held_out_votes(rows);
  for (std::size_t query = 0; query < queries; ++query) {
    const float to_training = training.distances[query * training.each];
    const float to_held_out = held_out.distances[query * held_out.each];
    const double vote = to_training < to_held_out ? 1 : to_training == to_held_out ? 0.5 : 0;
    training_votes[training.rows[query * training.each]] += vote;
    held_out_votes[held_out.rows[query * held_out.each]] += 1 - vote;
  }
  const double closer = std::accumulate(training_votes.begin(), training_votes.end(), 0.0);
  Estimate share = share_of(closer, static_cast<double>(queries));
  double squares = 0;
  for (std::size_t row = 0; row < rows; ++row) {
    const double won = training_votes[row] * (1 - share.value);
    const double lost = held_out_votes[row] * share.value;
    squares += won * won + lost * lost;
  }
  const double error = k_z * std::sqrt(squares) / static_cast<double>(queries);
  share.low = std::max(0.0, std::min(share.low, share.value - error));
  share.high = std::min(1.0, std::max(share.high, share.value + error));
  return share;
}

std::size_t count_in(const std::vector<std::uint64_t>& keys, const std::unordered_set<std::uint64_t>& known) {
  return static_cast<std::size_t>(
      std::count_if(keys.begin(), keys.end(), [&](std::uint64_t key) { return known.contains(key); }));
}

// The share of keys that occur more than once.
double repeated(std::vector<std::uint64_t> keys) {
  std::sort(keys.begin(), keys.end());
  std::size_t alone = 0;
  for (std::size_t place = 0; place < keys.size(); ++place) {
    const bool before = place > 0 && keys[place - 1] == keys[place];
    const bool after = place + 1 < keys.size() && keys[place + 1] == keys[place];
    if (!before && !after) ++alone;
  }
  return 1 - static_cast<double>(alone) / static_cast<double>(keys.size());
}

// One small code a row: the category, the place of the number among the original's, or between its quantiles. What is
// missing has one, and so have numbers that no training row has.
class CoarseColumn {
 public:
  explicit CoarseColumn(const ComparedColumn& column) : column_(column) {
    if (column.shape == ColumnShape::categorical) {
      missing_ = static_cast<std::uint32_t>(column.labels.size());
      return;
    }
    std::vector<double> sorted = sorted_present(column.of(Side::original).numbers);
    values_ = sorted;
    values_.erase(std::unique(values_.begin(), values_.end()), values_.end());
    if (values_.size() > k_exact_values) {
      exact_ = false;
      values_.clear();
      for (std::size_t cut = 1; cut < k_quantiles; ++cut) {
        values_.push_back(sorted[cut * sorted.size() / k_quantiles]);
      }
    }
    missing_ = static_cast<std::uint32_t>(values_.size() + 2);
  }
  std::uint32_t code(Side side, std::size_t row) const {
    if (column_.shape == ColumnShape::categorical) return std::min(column_.of(side).codes[row], missing_);
    const double number = column_.of(side).numbers[row];
    if (std::isnan(number)) return missing_;
    const auto above = std::upper_bound(values_.begin(), values_.end(), number);
    const auto place = static_cast<std::uint32_t>(above - values_.begin());
    const bool known = !exact_ || (place > 0 && values_[place - 1] == number);
    return known ? place : missing_ - 1;
  }
  // All codes are below.
  std::size_t codes() const { return std::size_t{missing_} + 1; }

 private:
  const ComparedColumn& column_;
  std::vector<double> values_;
  bool exact_ = true;
  std::uint32_t missing_ = 0;
};

using Triple = ColumnSet<k_combined_columns>;

// Codes of chosen rows, column by column.
using CodeTable = std::vector<std::vector<std::uint32_t>>;

// Of the three tables, column by column numbered as they come: fewer than there are rows, so that three make a key.
struct CodedRows {
  CodeTable original;
  CodeTable held_out;
  CodeTable synthetic;
};
constexpr std::size_t k_code_bits = 21;
static_assert(3 * k_most_combined_rows < (std::size_t{1} << k_code_bits));
static_assert(k_combined_columns * k_code_bits < 64);

std::vector<std::uint32_t> numbered(const CoarseColumn& column, Side side,
                                    const std::vector<std::uint32_t>& rows,
                                    std::vector<std::uint32_t>& numbers, std::uint32_t& given) {
  std::vector<std::uint32_t> cells(rows.size());
  std::transform(rows.begin(), rows.end(), cells.begin(), [&](std::uint32_t row) {
    std::uint32_t& number = numbers[column.code(side, row)];
    if (number == 0) number = ++given;
    return number - 1;
  });
  return cells;
}

CodedRows code_rows(const ComparedTables& tables, const PrivacyOptions& options, threads::ThreadPool& pool) {
  const auto drawn = [&](Side side, Purpose purpose) {
    return draw_rows(tables.rows(side), k_most_combined_rows, stream_for(options.seed, purpose));
  };
  const std::vector<std::uint32_t> original = drawn(Side::original, Purpose::rare_original);
  const std::vector<std::uint32_t> held_out = drawn(Side::held_out, Purpose::closest_held_out);
  const std::vector<std::uint32_t> synthetic = drawn(Side::synthetic, Purpose::rare_synthetic);
  const std::vector<std::size_t> used = tables.used();
  CodedRows rows{CodeTable(used.size()), CodeTable(used.size()), CodeTable(used.size())};
  pool.run(used.size(), [&](std::size_t place) {
    const CoarseColumn column(tables.columns[used[place]]);
    std::vector<std::uint32_t> numbers(column.codes());
    std::uint32_t given = 0;
    rows.original[place] = numbered(column, Side::original, original, numbers, given);
    rows.held_out[place] = numbered(column, Side::held_out, held_out, numbers, given);
    rows.synthetic[place] = numbered(column, Side::synthetic, synthetic, numbers, given);
  });
  return rows;
}

// The cells of one row in a set of columns.
std::uint64_t combined(const CodeTable& codes, const Triple& set, std::size_t row) {
  std::uint64_t key = 0;
  for (const std::size_t column : set) key = key << k_code_bits | codes[column][row];
  return key;
}

struct RareRow {
  std::uint32_t row = 0;  // held-out rows follow the training rows
  bool reproduced = false;
};

// Combinations of training and held-out rows by their keys, in open addressing with room for as many more.
class Combinations {
 public:
  explicit Combinations(std::size_t rows)
      : slots_(std::bit_ceil(2 * rows)), bits_(static_cast<unsigned>(std::countr_zero(slots_.size()))) {}

  void add(std::uint64_t key, std::uint32_t row) {
    Slot& slot = slot_of(key);
    slot = {key, row, slot.state == State::free ? State::rare : State::shared};
  }
  void mark_reproduced(std::uint64_t key) {
    Slot& slot = slot_of(key);
    if (slot.state == State::rare) slot.state = State::reproduced;
  }
  std::vector<RareRow> rare() const {
    std::vector<RareRow> rows;
    for (const Slot& slot : slots_) {
      const bool reproduced = slot.state == State::reproduced;
      if (reproduced || slot.state == State::rare) rows.push_back({slot.row, reproduced});
    }
    return rows;
  }

 private:
  enum class State : std::uint32_t { free, rare, shared, reproduced };
  struct Slot {
    std::uint64_t key = 0;
    std::uint32_t row = 0;
    State state = State::free;
  };

  // The slot of the key, or the one that it would get.
  Slot& slot_of(std::uint64_t key) {
    const std::size_t mask = slots_.size() - 1;
    // Fibonacci hashing (Knuth, volume 3, section 6.4).
    std::size_t place = (key * 0x9e3779b97f4a7c15U) >> (64 - bits_);
    while (slots_[place].state != State::free && slots_[place].key != key) place = (place + 1) & mask;
    return slots_[place];
  }

  std::vector<Slot> slots_;
  unsigned bits_;
};

// Of one set of columns: the rows whose combination is theirs alone.
std::vector<RareRow> rare_rows(const CodedRows& rows, const Triple& set) {
  const std::size_t training = rows.original.front().size();
  const std::size_t held_out = rows.held_out.front().size();
  Combinations known(training + held_out);
  for (std::size_t row = 0; row < training; ++row)
    known.add(combined(rows.original, set, row), static_cast<std::uint32_t>(row));
  for (std::size_t row = 0; row < held_out; ++row)
    known.add(combined(rows.held_out, set, row), static_cast<std::uint32_t>(training + row));
  for (std::size_t row = 0; row < rows.synthetic.front().size(); ++row)
    known.mark_reproduced(combined(rows.synthetic, set, row));
  return known.rare();
}

// The share of the rare combinations that were reproduced, and its interval by linearisation: rows are the
// units, since the combinations of one row come and go together.
Estimate clustered_share(std::span<const double> reproduced, std::span<const double> rare) {
  const double top = std::accumulate(reproduced.begin(), reproduced.end(), 0.0);
  const double bottom = std::accumulate(rare.begin(), rare.end(), 0.0);
  if (bottom == 0) return {};
  const double share = top / bottom;
  double squares = 0;
  for (std::size_t row = 0; row < rare.size(); ++row) {
    const double rest = reproduced[row] - share * rare[row];
    squares += rest * rest;
  }
  const double error = k_z * std::sqrt(squares) / bottom;
  return {share, share - error, share + error};
}

RareCombinations summed(const std::vector<std::vector<RareRow>>& by_set, std::size_t training_rows,
                        std::size_t all_rows) {
  RareCombinations found;
  found.column_sets = by_set.size();
  std::vector<double> rare(all_rows);
  std::vector<double> reproduced(all_rows);
  for (const auto& set : by_set) {
    for (const RareRow& row : set) {
      const bool training = row.row < training_rows;
      ++(training ? found.combinations : found.held_out_combinations);
      rare[row.row] += 1;
      if (!row.reproduced) continue;
      ++(training ? found.reproduced : found.held_out_reproduced);
      reproduced[row.row] += 1;
    }
  }
  const std::span<const double> all(rare);
  const std::span<const double> some(reproduced);
  const Estimate training = clustered_share(some.first(training_rows), all.first(training_rows));
  const Estimate held_out = clustered_share(some.subspan(training_rows), all.subspan(training_rows));
  found.share = training.value;
  found.held_out_share = held_out.value;
  if (found.combinations == 0 || found.held_out_combinations == 0) return found;
  const double excess = training.value - held_out.value;
  const double error = std::hypot(training.high - training.value, held_out.high - held_out.value);
  found.excess = Estimate{excess, std::max(excess - error, -1.0), std::min(excess + error, 1.0)};
  return found;
}

// One half of the held-out rows in the place of the synthetic ones, the other half in that of all of them.
std::optional<Estimate> attainable_share(const ComparedTables& tables, const MixedDistance& distance,
                                         const PrivacyOptions& options, threads::ThreadPool& pool) {
  const std::vector<std::uint32_t> held_out = draw_rows(tables.counts.held_out, 2 * options.rows_limit,
                                                        stream_for(options.seed, Purpose::closest_held_out));
  const std::size_t rows = std::min(held_out.size() / 2, tables.counts.original);
  if (rows < k_least_held_out_rows) return std::nullopt;
  const std::span<const std::uint32_t> all(held_out);
  const std::vector<std::size_t> columns = tables.used();
  const Coordinates fresh = distance.coordinates(Side::held_out, all.first(rows), columns);
  const Coordinates others = distance.coordinates(Side::held_out, all.last(rows), columns);
  const Coordinates training = distance.coordinates(
      Side::original,
      draw_rows(tables.counts.original, rows, stream_for(options.seed, Purpose::closest_attainable)),
      columns);
  return closer_share(closest(fresh, training, 1, pool), closest(fresh, others, 1, pool), rows);
}

}  // namespace

ClosestRecord measure_closest(const ComparedTables& tables, const PrivacyOptions& options,
                              threads::ThreadPool& pool) {
  const std::size_t rows = std::min({tables.counts.original, tables.counts.held_out, options.rows_limit});
  const auto drawn = [&](Side side, std::size_t wanted, Purpose purpose) {
    return draw_rows(tables.rows(side), wanted, stream_for(options.seed, purpose));
  };
  const std::vector<std::size_t> columns = tables.used();
  const MixedDistance distance(tables);
  const auto place = [&](Side side, std::size_t wanted, Purpose purpose) {
    return distance.coordinates(side, drawn(side, wanted, purpose), columns);
  };
  const Coordinates training = place(Side::original, rows, Purpose::closest_original);
  const Coordinates held_out = place(Side::held_out, rows, Purpose::closest_held_out);
  const Coordinates synthetic = place(Side::synthetic, options.rows_limit, Purpose::closest_synthetic);
  const Neighbours to_training = closest(synthetic, training, 2, pool);
  const Neighbours to_held_out = closest(synthetic, held_out, 1, pool);
  const Neighbours expected = closest(held_out, training, 2, pool);

  ClosestRecord record;
  record.rows = rows;
  record.synthetic_rows = synthetic.rows();
  record.closer_to_training = closer_share(to_training, to_held_out, rows);
  record.attainable = attainable_share(tables, distance, options, pool);
  record.median_to_training = nth_distance_median(to_training, 0);
  record.median_to_held_out = nth_distance_median(to_held_out, 0);
  record.median_of_held_out = nth_distance_median(expected, 0);
  record.nndr_median = ratio_median(to_training);
  record.nndr_held_out_median = ratio_median(expected);
  return record;
}

Copies count_copies(const ComparedTables& tables) {
  const std::vector<std::size_t> columns = tables.used();
  const auto training = row_keys(tables, Side::original, columns);
  const std::unordered_set<std::uint64_t> known(training.begin(), training.end());
  Copies copies;
  copies.rows = tables.counts.synthetic;
  copies.copies = count_in(row_keys(tables, Side::synthetic, columns), known);
  copies.share = static_cast<double>(copies.copies) / static_cast<double>(copies.rows);
  copies.repeated_share = repeated(training);
  copies.held_out_rows = tables.counts.held_out;
  if (copies.held_out_rows == 0) return copies;
  copies.held_out_copies = count_in(row_keys(tables, Side::held_out, columns), known);
  copies.held_out_share =
      static_cast<double>(copies.held_out_copies) / static_cast<double>(copies.held_out_rows);
  copies.excess = difference_of_shares(static_cast<double>(copies.copies), static_cast<double>(copies.rows),
                                       static_cast<double>(copies.held_out_copies),
                                       static_cast<double>(copies.held_out_rows));
  return copies;
}

std::optional<RareCombinations> count_rare_combinations(const ComparedTables& tables,
                                                        const PrivacyOptions& options,
                                                        threads::ThreadPool& pool) {
  const std::vector<std::size_t> used = tables.used();
  if (used.size() < k_combined_columns) return std::nullopt;
  const CodedRows rows = code_rows(tables, options, pool);
  const std::vector<Triple> sets =
      choose_triples(used.size(), k_most_column_sets, stream_for(options.seed, Purpose::rare_columns)).chosen;
  std::vector<std::vector<RareRow>> by_set(sets.size());
  pool.run(sets.size(), [&](std::size_t set) { by_set[set] = rare_rows(rows, sets[set]); });
  const std::size_t training_rows = rows.original.front().size();
  return summed(by_set, training_rows, training_rows + rows.held_out.front().size());
}

}  // namespace ctgan::synth::evaluate
