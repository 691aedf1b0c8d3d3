#include "server/synth/evaluate/indexed_rows.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <utility>

namespace ctgan::synth::evaluate {
namespace {

bool holds(const ComparedColumn& column, Side side, std::uint32_t row, const Condition& condition) {
  const Cells& cells = column.of(side);
  if (column.shape == ColumnShape::categorical) {
    const std::uint32_t code = cells.codes[row];
    switch (condition.comparison) {
      case Comparison::missing:
        return code == k_missing_code;
      case Comparison::present:
        return code != k_missing_code;
      case Comparison::unequal:
        return code != condition.code;
      default:
        return code == condition.code;
    }
  }
  const double number = cells.numbers[row];
  switch (condition.comparison) {
    case Comparison::equal:
      return number == condition.number;
    case Comparison::unequal:
      return number != condition.number;
    case Comparison::at_most:
      return number <= condition.number;
    case Comparison::at_least:
      return number >= condition.number;
    case Comparison::missing:
      return std::isnan(number);
    case Comparison::present:
      break;
  }
  return !std::isnan(number);
}

}  // namespace

bool matches(const ComparedTables& tables, Side side, std::uint32_t row, const Query& query) {
  return std::all_of(query.begin(), query.end(), [&](const Condition& condition) {
    return holds(tables.columns[condition.column], side, row, condition);
  });
}

IndexedRows::IndexedRows(const ComparedTables& tables, Side side, std::vector<std::uint32_t> rows,
                         threads::ThreadPool& pool)
    : tables_(tables), side_(side), rows_(std::move(rows)), orders_(tables.columns.size()) {
  pool.run(orders_.size(), [&](std::size_t place) {
    if (tables.columns[place].shape != ColumnShape::left_out) orders_[place] = ordered(tables.columns[place]);
  });
}

IndexedRows::Order IndexedRows::ordered(const ComparedColumn& column) const {
  const auto by = [&](const auto& cells, const auto& is_missing) {
    using Cell = std::pair<std::decay_t<decltype(cells[0])>, std::uint32_t>;
    std::vector<Cell> present;
    std::vector<std::uint32_t> missing;
    present.reserve(rows_.size());
    for (std::uint32_t place = 0; place < rows_.size(); ++place) {
      const auto cell = cells[rows_[place]];
      if (is_missing(cell)) {
        missing.push_back(place);
      } else {
        present.emplace_back(cell, place);
      }
    }
    std::sort(present.begin(), present.end());
    Order order{std::vector<std::uint32_t>(present.size()), present.size()};
    std::transform(present.begin(), present.end(), order.places.begin(),
                   [](const Cell& cell) { return cell.second; });
    order.places.insert(order.places.end(), missing.begin(), missing.end());
    return order;
  };
  const Cells& cells = column.of(side_);
  if (column.shape == ColumnShape::categorical)
    return by(cells.codes, [](std::uint32_t code) { return code == k_missing_code; });
  return by(cells.numbers, [](double number) { return std::isnan(number); });
}

IndexedRows::Range IndexedRows::range_of(const Condition& condition) const {
  const ComparedColumn& column = tables_.columns[condition.column];
  const Order& order = orders_[condition.column];
  const std::uint32_t* const first = order.places.data();
  const std::uint32_t* const present = first + order.present;
  const std::uint32_t* const last = first + order.places.size();
  const auto below = [&](const auto& cells, const auto& cell) {
    return std::partition_point(first, present,
                                [&](std::uint32_t place) { return cells[rows_[place]] < cell; });
  };
  const auto up_to = [&](const auto& cells, const auto& cell) {
    return std::partition_point(first, present,
                                [&](std::uint32_t place) { return cells[rows_[place]] <= cell; });
  };
  const Cells& cells = column.of(side_);
  switch (condition.comparison) {
    case Comparison::equal:
      if (column.shape == ColumnShape::categorical)
        return {below(cells.codes, condition.code), up_to(cells.codes, condition.code)};
      return {below(cells.numbers, condition.number), up_to(cells.numbers, condition.number)};
    case Comparison::at_most:
      return {first, up_to(cells.numbers, condition.number)};
    case Comparison::at_least:
      return {below(cells.numbers, condition.number), present};
    case Comparison::missing:
      return {present, last};
    case Comparison::present:
      return {first, present};
    case Comparison::unequal:
      break;
  }
  return {first, last};
}

std::vector<std::uint32_t> IndexedRows::matching(const Query& query, std::size_t most) const {
  Range fewest;
  for (const Condition& condition : query) {
    const Range range = range_of(condition);
    if (fewest.first == nullptr || range.last - range.first < fewest.last - fewest.first) fewest = range;
  }
  std::vector<std::uint32_t> found;
  for (const std::uint32_t* place = fewest.first; place != fewest.last && found.size() < most; ++place) {
    if (matches(tables_, side_, rows_[*place], query)) found.push_back(*place);
  }
  return found;
}

}  // namespace ctgan::synth::evaluate
