#include "server/synth/evaluate/queries.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <unordered_set>

#include "server/synth/evaluate/column_scores.h"
#include "server/synth/evaluate/row_keys.h"

namespace ctgan::synth::evaluate {
namespace {

std::uint64_t key_of(const Query& query) {
  std::uint64_t key = 0;
  for (const Condition& condition : query) {
    key = joined_key(key, condition.column);
    key = joined_key(key, static_cast<std::uint64_t>(condition.comparison));
    key = joined_key(key, std::bit_cast<std::uint64_t>(condition.number + 0.0));
    key = joined_key(key, condition.code);
  }
  return key;
}

// Keeps queries that one synthetic row matches, each once.
class Collection {
 public:
  Collection(const IndexedRows& synthetic, std::size_t wanted) : synthetic_(synthetic), wanted_(wanted) {}

  bool full() const { return queries_.size() >= wanted_; }
  void offer(const Query& query) {
    if (full() || !tried_.insert(key_of(query)).second) return;
    if (synthetic_.matching(query, 2).size() == 1) queries_.push_back(query);
  }
  std::vector<Query> queries() && { return std::move(queries_); }

 private:
  const IndexedRows& synthetic_;
  std::size_t wanted_;
  std::unordered_set<std::uint64_t> tried_;
  std::vector<Query> queries_;
};

void add_numeric(const IndexedRows& synthetic, std::size_t place, std::vector<Condition>& conditions) {
  const auto& numbers = synthetic.tables().columns[place].of(Side::synthetic).numbers;
  std::vector<double> values;
  for (const std::uint32_t row : synthetic.rows()) values.push_back(numbers[row]);
  values = sorted_present(values);
  if (values.empty()) return;
  conditions.push_back({place, Comparison::at_most, values.front(), 0});
  conditions.push_back({place, Comparison::at_least, values.back(), 0});
  for (std::size_t i = 0; i < values.size(); ++i) {
    const bool before = i > 0 && values[i - 1] == values[i];
    const bool after = i + 1 < values.size() && values[i + 1] == values[i];
    if (!before && !after) conditions.push_back({place, Comparison::equal, values[i], 0});
  }
}

void add_categorical(const IndexedRows& synthetic, std::size_t place, std::vector<Condition>& conditions) {
  const ComparedColumn& column = synthetic.tables().columns[place];
  std::vector<std::uint32_t> codes;
  for (const std::uint32_t row : synthetic.rows()) codes.push_back(column.of(Side::synthetic).codes[row]);
  const std::vector<double> counts = counts_of(codes, column.labels.size());
  for (std::size_t code = 0; code < counts.size(); ++code) {
    if (counts[code] == 1) {
      conditions.push_back({place, Comparison::equal, 0, static_cast<std::uint32_t>(code)});
    }
  }
}

double median_of(const IndexedRows& synthetic, std::size_t place) {
  std::vector<double> values = synthetic.tables().columns[place].of(Side::synthetic).numbers;
  std::erase_if(values, [](double value) { return std::isnan(value); });
  if (values.empty()) return 0;
  const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
  std::nth_element(values.begin(), middle, values.end());
  return *middle;
}

template <typename Value>
void shuffle(std::vector<Value>& values, random::Stream& stream) {
  for (std::size_t i = values.size(); i > 1; --i) {
    std::swap(values[i - 1], values[stream.next_below(static_cast<std::uint32_t>(i))]);
  }
}

// `count` of the columns by chance, in their order.
std::vector<std::size_t> some_columns(std::vector<std::size_t> columns, std::size_t count,
                                      random::Stream& stream) {
  shuffle(columns, stream);
  columns.resize(std::min(count, columns.size()));
  std::sort(columns.begin(), columns.end());
  return columns;
}

std::uint32_t any_row(const IndexedRows& synthetic, random::Stream& stream) {
  return synthetic.rows()[stream.next_below(static_cast<std::uint32_t>(synthetic.rows().size()))];
}

bool is_missing(const ComparedColumn& column, std::uint32_t row) {
  const Cells& cells = column.of(Side::synthetic);
  return cells.codes.empty() ? std::isnan(cells.numbers[row]) : cells.codes[row] == k_missing_code;
}

Condition random_condition(const IndexedRows& synthetic, std::size_t place, random::Stream& stream) {
  const ComparedColumn& column = synthetic.tables().columns[place];
  const std::uint32_t row = any_row(synthetic, stream);
  const std::uint32_t chance = stream.next_below(4);
  if (is_missing(column, row)) {
    return {place, chance % 2 == 0 ? Comparison::missing : Comparison::present, 0, 0};
  }
  if (column.shape == ColumnShape::categorical) {
    return {place, chance % 2 == 0 ? Comparison::equal : Comparison::unequal, 0,
            column.of(Side::synthetic).codes[row]};
  }
  constexpr std::array k_comparisons{Comparison::equal, Comparison::unequal, Comparison::at_most,
                                     Comparison::at_least};
  return {place, k_comparisons[chance], column.of(Side::synthetic).numbers[row], 0};
}

}  // namespace

std::vector<Query> one_column_queries(const IndexedRows& synthetic, std::size_t wanted,
                                      random::Stream stream) {
  std::vector<Condition> conditions;
  for (const std::size_t place : synthetic.tables().used()) {
    conditions.push_back({place, Comparison::missing, 0, 0});
    if (synthetic.tables().columns[place].shape == ColumnShape::numeric) {
      add_numeric(synthetic, place, conditions);
    } else {
      add_categorical(synthetic, place, conditions);
    }
  }
  shuffle(conditions, stream);
  Collection collection(synthetic, wanted);
  for (const Condition& condition : conditions) {
    if (collection.full()) break;
    collection.offer({condition});
  }
  return std::move(collection).queries();
}

std::vector<Query> several_column_queries(const IndexedRows& synthetic, std::size_t columns,
                                          std::size_t wanted, std::size_t attempts, random::Stream stream) {
  const std::vector<std::size_t> used = synthetic.tables().used();
  std::vector<double> medians(synthetic.tables().columns.size());
  for (const std::size_t place : used) medians[place] = median_of(synthetic, place);
  Collection collection(synthetic, wanted);
  for (std::size_t attempt = 0; attempt < attempts && !collection.full(); ++attempt) {
    const std::uint32_t row = any_row(synthetic, stream);
    Query query;
    for (const std::size_t place : some_columns(used, columns, stream)) {
      const ComparedColumn& column = synthetic.tables().columns[place];
      const Cells& cells = column.of(Side::synthetic);
      if (is_missing(column, row)) {
        query.push_back({place, Comparison::missing, 0, 0});
      } else if (column.shape == ColumnShape::categorical) {
        query.push_back({place, Comparison::equal, 0, cells.codes[row]});
      } else {
        const double number = cells.numbers[row];
        query.push_back(
            {place, number > medians[place] ? Comparison::at_least : Comparison::at_most, number, 0});
      }
    }
    collection.offer(query);
  }
  return std::move(collection).queries();
}

std::vector<Query> random_queries(const IndexedRows& synthetic, std::size_t columns, std::size_t wanted,
                                  random::Stream stream) {
  const std::vector<std::size_t> used = synthetic.tables().used();
  std::vector<Query> queries(wanted);
  for (Query& query : queries) {
    for (const std::size_t place : some_columns(used, columns, stream)) {
      query.push_back(random_condition(synthetic, place, stream));
    }
  }
  return queries;
}

}  // namespace ctgan::synth::evaluate
