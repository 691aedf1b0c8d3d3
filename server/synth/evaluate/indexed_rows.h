// Rows of one table with the order of their cells in each column: a query that few rows match looks only at those that
// its most selective condition leaves.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "common/threads/thread_pool.h"
#include "server/synth/evaluate/columns.h"

namespace ctgan::synth::evaluate {

enum class Comparison { equal, unequal, at_most, at_least, missing, present };

struct Condition {
  std::size_t column = 0;  // place in the tables
  Comparison comparison = Comparison::equal;
  double number = 0;       // of a numeric column
  std::uint32_t code = 0;  // of a categorical one, which is compared as equal, unequal, missing or present

  bool operator==(const Condition&) const = default;
};

// Conditions that must all hold, at most one a column.
using Query = std::vector<Condition>;

bool matches(const ComparedTables& tables, Side side, std::uint32_t row, const Query& query);

// Any number of threads may read it. Four bytes a cell.
class IndexedRows {
 public:
  // `tables` must outlive it. Columns in parallel.
  IndexedRows(const ComparedTables& tables, Side side, std::vector<std::uint32_t> rows,
              threads::ThreadPool& pool);

  const ComparedTables& tables() const { return tables_; }
  const std::vector<std::uint32_t>& rows() const { return rows_; }

  // Places in rows() of those that match, at most `most`: all of them, in any order, where there are fewer.
  std::vector<std::uint32_t> matching(const Query& query, std::size_t most) const;

 private:
  // A column's places, ascending by cell and those of missing cells last.
  struct Order {
    std::vector<std::uint32_t> places;
    std::size_t present = 0;
  };
  // Places of an order, one behind the other.
  struct Range {
    const std::uint32_t* first = nullptr;
    const std::uint32_t* last = nullptr;
  };

  Order ordered(const ComparedColumn& column) const;
  // No fewer than those for which the condition holds.
  Range range_of(const Condition& condition) const;

  const ComparedTables& tables_;
  Side side_;
  std::vector<std::uint32_t> rows_;
  std::vector<Order> orders_;  // by place in the tables, empty of columns that were left out
};

}  // namespace ctgan::synth::evaluate
