#include "server/synth/evaluate/pair_scores.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <numeric>

#include "server/synth/evaluate/contingency.h"

namespace ctgan::synth::evaluate {
namespace {

constexpr std::size_t k_lanes = 8;

// Sums in lanes of their own, so that the compiler may add several at once.
struct LaneSum {
  std::array<double, k_lanes> lanes{};
  double total() const {
    double sum = 0;
    for (const double lane : lanes) sum += lane;
    return sum;
  }
};

// The rows in which neither number is missing.
struct Complete {
  std::vector<double> first;
  std::vector<double> second;
};

Complete complete_rows(std::span<const double> first, std::span<const double> second) {
  Complete complete;
  complete.first.reserve(first.size());
  complete.second.reserve(first.size());
  for (std::size_t row = 0; row < first.size(); ++row) {
    if (std::isnan(first[row]) || std::isnan(second[row])) continue;
    complete.first.push_back(first[row]);
    complete.second.push_back(second[row]);
  }
  return complete;
}

double mean(std::span<const double> values) {
  LaneSum sum;
  for (std::size_t row = 0; row < values.size(); ++row) sum.lanes[row % k_lanes] += values[row];
  return sum.total() / static_cast<double>(values.size());
}

// How numbers without a missing one vary.
struct Spread {
  double mean = 0;
  double length = 0;  // of the deviations from it
};

Spread spread_of(std::span<const double> values) {
  Spread spread{.mean = mean(values)};
  LaneSum squares;
  for (std::size_t row = 0; row < values.size(); ++row) {
    const double deviation = values[row] - spread.mean;
    squares.lanes[row % k_lanes] += deviation * deviation;
  }
  spread.length = std::sqrt(squares.total());
  return spread;
}

std::optional<double> correlation_of(std::span<const double> first, const Spread& of_first,
                                     std::span<const double> second, const Spread& of_second) {
  LaneSum products;
  for (std::size_t row = 0; row < first.size(); ++row) {
    products.lanes[row % k_lanes] += (first[row] - of_first.mean) * (second[row] - of_second.mean);
  }
  const double scale = of_first.length * of_second.length;
  if (scale == 0 || !std::isfinite(scale)) return std::nullopt;
  return std::clamp(products.total() / scale, -1.0, 1.0);
}

bool is_constant(const std::vector<double>& values) {
  for (const double value : values) {
    if (value != values.front()) return false;
  }
  return true;
}

// Fewer than two different values: one makes SDMetrics refuse the pair, none leaves nothing to correlate.
bool lacks_values(std::span<const double> numbers) {
  const double* known = nullptr;
  for (const double& number : numbers) {
    if (std::isnan(number)) continue;
    if (known != nullptr && *known != number) return false;
    known = &number;
  }
  return true;
}

// What the pairs of one table need of a column; made once.
struct PreparedSide {
  CodedColumn coded;
  bool constant = false;
  std::optional<Spread> spread;  // of numbers of which none is missing
};
struct PreparedColumn {
  const ComparedColumn* column = nullptr;
  PreparedSide original;
  PreparedSide synthetic;
  bool numeric() const { return column->shape == ColumnShape::numeric; }
};

PreparedSide prepare(const ComparedColumn& column, Side side) {
  const Cells& cells = column.of(side);
  if (column.shape != ColumnShape::numeric)
    return {with_missing_as_category(cells.codes, column.labels.size()), false, std::nullopt};
  const std::vector<double>& numbers = cells.numbers;
  PreparedSide side_of{ten_bins(numbers), lacks_values(numbers), std::nullopt};
  const bool complete =
      std::none_of(numbers.begin(), numbers.end(), [](double number) { return std::isnan(number); });
  if (complete && !side_of.constant) side_of.spread = spread_of(numbers);
  return side_of;
}

void score_correlation(const PreparedColumn& first, const PreparedColumn& second, PairResult& result) {
  result.metric = "CorrelationSimilarity";
  if (first.original.constant || second.original.constant || first.synthetic.constant ||
      second.synthetic.constant) {
    return;
  }
  const auto of = [&](Side side, const PreparedSide& a, const PreparedSide& b) {
    const std::vector<double>& numbers = first.column->of(side).numbers;
    const std::vector<double>& others = second.column->of(side).numbers;
    return a.spread && b.spread ? correlation_of(numbers, *a.spread, others, *b.spread)
                                : correlation(numbers, others);
  };
  result.original_association = of(Side::original, first.original, second.original);
  result.synthetic_association = of(Side::synthetic, first.synthetic, second.synthetic);
  if (!result.original_association || !result.synthetic_association) return;
  result.score = 1 - std::abs(*result.original_association - *result.synthetic_association) / 2;
  result.counted = std::abs(*result.original_association) > k_least_correlation;
}

void score_contingency(const PreparedColumn& first, const PreparedColumn& second, PairResult& result) {
  result.metric = "ContingencySimilarity";
  const Contingency found = contingency({first.original.coded, second.original.coded},
                                        {first.synthetic.coded, second.synthetic.coded});
  result.score = found.similarity;
  result.original_association = found.original_association;
  result.synthetic_association = found.synthetic_association;
  result.counted = found.original_association.value_or(0) > k_least_association;
}

class MeanScore {
 public:
  void add(const std::optional<double>& score) {
    if (!score) return;
    sum_ += *score;
    ++count_;
  }
  std::size_t count() const { return count_; }
  std::optional<double> value() const {
    if (count_ == 0) return std::nullopt;
    return sum_ / static_cast<double>(count_);
  }

 private:
  double sum_ = 0;
  std::size_t count_ = 0;
};

}  // namespace

std::optional<double> correlation(std::span<const double> first, std::span<const double> second) {
  const Complete rows = complete_rows(first, second);
  if (rows.first.size() < 2 || is_constant(rows.first) || is_constant(rows.second)) return std::nullopt;
  return correlation_of(rows.first, spread_of(rows.first), rows.second, spread_of(rows.second));
}

std::vector<PairResult> score_pairs(const ComparedTables& tables, threads::ThreadPool& pool) {
  const std::vector<std::size_t> used = tables.used();
  std::vector<PreparedColumn> prepared(used.size());
  pool.run(used.size(), [&](std::size_t place) {
    const ComparedColumn& column = tables.columns[used[place]];
    prepared[place] = {&column, prepare(column, Side::original), prepare(column, Side::synthetic)};
  });
  struct Places {
    std::size_t first;
    std::size_t second;
  };
  std::vector<Places> places;
  for (std::size_t first = 0; first < used.size(); ++first) {
    for (std::size_t second = first + 1; second < used.size(); ++second) places.push_back({first, second});
  }
  std::vector<PairResult> results(places.size());
  pool.run(places.size(), [&](std::size_t pair) {
    const PreparedColumn& first = prepared[places[pair].first];
    const PreparedColumn& second = prepared[places[pair].second];
    results[pair].first = used[places[pair].first];
    results[pair].second = used[places[pair].second];
    first.numeric() && second.numeric() ? score_correlation(first, second, results[pair])
                                        : score_contingency(first, second, results[pair]);
  });
  return results;
}

ListedPairs listed_pairs(const std::vector<PairResult>& pairs) {
  const auto strength = [&](std::size_t place) {
    return std::max(std::abs(pairs[place].original_association.value_or(0)),
                    std::abs(pairs[place].synthetic_association.value_or(0)));
  };
  std::vector<std::size_t> order(pairs.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  const auto listed = static_cast<std::ptrdiff_t>(std::min(pairs.size(), k_most_listed_pairs));
  std::partial_sort(order.begin(), order.begin() + listed, order.end(), [&](std::size_t a, std::size_t b) {
    return strength(a) != strength(b) ? strength(a) > strength(b) : a < b;
  });
  std::sort(order.begin(), order.begin() + listed);
  ListedPairs found;
  for (auto place = order.begin(); place < order.begin() + listed; ++place)
    found.strongest.push_back(&pairs[*place]);
  MeanScore mean;
  for (auto place = order.begin() + listed; place < order.end(); ++place) {
    const PairResult& pair = pairs[*place];
    ++found.others;
    mean.add(pair.score);
    const bool worst =
        pair.score && (found.others_worst == nullptr || *pair.score < *found.others_worst->score);
    if (worst) found.others_worst = &pair;
  }
  found.others_mean = mean.value();
  return found;
}

QualityScore quality_score(const std::vector<ColumnResult>& columns, const std::vector<PairResult>& pairs) {
  MeanScore shapes;
  MeanScore trends;
  MeanScore all_trends;
  for (const ColumnResult& column : columns) shapes.add(column.score);
  for (const PairResult& pair : pairs) {
    all_trends.add(pair.score);
    if (pair.counted) trends.add(pair.score);
  }
  MeanScore overall;
  overall.add(shapes.value());
  overall.add(trends.value());
  return {shapes.value(), trends.value(), all_trends.value(), overall.value(), trends.count()};
}

}  // namespace ctgan::synth::evaluate
