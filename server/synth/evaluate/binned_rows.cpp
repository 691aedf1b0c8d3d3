#include "server/synth/evaluate/binned_rows.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

#include "server/synth/evaluate/column_scores.h"

namespace ctgan::synth::evaluate {
namespace {

// Cells up to which counting into all of them is cheaper than sorting the rows.
constexpr std::uint64_t k_dense_cells = 1U << 16U;

class NumberBins {
 public:
  NumberBins(const std::vector<double>& original, Bins rule, std::size_t bins) : rule_(rule) {
    std::vector<double> sorted = sorted_present(original);
    if (sorted.empty()) return;
    edges_ = sorted;
    edges_.erase(std::unique(edges_.begin(), edges_.end()), edges_.end());
    exact_ = edges_.size() <= bins;
    if (exact_) return;
    rule == Bins::equal_width ? cut_by_width(bins) : cut_by_frequency(sorted, bins);
  }

  std::size_t categories() const { return edges_.size() + 3; }

  // Places between the edges, then what lies outside, then what is missing.
  std::uint32_t code(double number) const {
    const std::size_t outside = edges_.size() + 1;
    if (std::isnan(number)) return static_cast<std::uint32_t>(outside + 1);
    if (exact_) {
      const auto found = std::lower_bound(edges_.begin(), edges_.end(), number);
      const bool known = found != edges_.end() && *found == number;
      return static_cast<std::uint32_t>(known ? static_cast<std::size_t>(found - edges_.begin()) : outside);
    }
    if (rule_ == Bins::equal_frequency)
      return static_cast<std::uint32_t>(std::upper_bound(edges_.begin(), edges_.end(), number) -
                                        edges_.begin());
    if (number < least_ || number > greatest_) return static_cast<std::uint32_t>(outside);
    return static_cast<std::uint32_t>(std::lower_bound(edges_.begin(), edges_.end(), number) -
                                      edges_.begin());
  }

 private:
  // Inner edges only, as numpy.linspace has them.
  void cut_by_width(std::size_t bins) {
    least_ = edges_.front();
    greatest_ = edges_.back();
    const double step = (greatest_ - least_) / static_cast<double>(bins);
    edges_.clear();
    for (std::size_t edge = 1; edge < bins; ++edge)
      edges_.push_back(static_cast<double>(edge) * step + least_);
  }

  void cut_by_frequency(const std::vector<double>& sorted, std::size_t bins) {
    edges_.clear();
    for (std::size_t cut = 1; cut < bins; ++cut) edges_.push_back(sorted[cut * sorted.size() / bins]);
    edges_.erase(std::unique(edges_.begin(), edges_.end()), edges_.end());
  }

  Bins rule_;
  bool exact_ = false;
  std::vector<double> edges_;
  double least_ = 0;
  double greatest_ = 0;
};

CodedColumn code_column(const ComparedColumn& column, const BinnedRows& binned, const MatchedRows& matched,
                        Bins rule, std::size_t bins) {
  CodedColumn coded;
  coded.codes.reserve(binned.all());
  if (column.shape == ColumnShape::categorical) {
    coded.categories = column.labels.size() + 1;
    for (const Side side : binned.sides) {
      for (const std::uint32_t row : matched.of(side)) {
        const std::uint32_t code = column.of(side).codes[row];
        coded.codes.push_back(code == k_missing_code ? static_cast<std::uint32_t>(column.labels.size())
                                                     : code);
      }
    }
    return coded;
  }
  const NumberBins numbers(column.of(Side::original).numbers, rule, bins);
  coded.categories = numbers.categories();
  for (const Side side : binned.sides) {
    for (const std::uint32_t row : matched.of(side))
      coded.codes.push_back(numbers.code(column.of(side).numbers[row]));
  }
  return coded;
}

// Only the codes that occur, numbered in their order: three columns of them fit into 64 bits.
CodedColumn compact(CodedColumn coded) {
  std::vector<std::uint32_t> numbers(coded.categories);
  for (const std::uint32_t code : coded.codes) numbers[code] = 1;
  std::uint32_t next = 0;
  for (std::uint32_t& number : numbers) number = number == 0 ? 0 : next++;
  for (std::uint32_t& code : coded.codes) code = numbers[code];
  coded.categories = next;
  return coded;
}

}  // namespace

BinnedRows bin_rows(const ComparedTables& tables, const MatchedRows& matched, Bins rule, std::size_t bins) {
  BinnedRows binned{matched.each, matched.sides(), tables.used(), {}};
  binned.columns.reserve(binned.places.size());
  for (const std::size_t place : binned.places)
    binned.columns.push_back(compact(code_column(tables.columns[place], binned, matched, rule, bins)));
  return binned;
}

JointCells join(const BinnedRows& binned, std::span<const std::size_t> columns) {
  std::vector<std::uint64_t> keys(binned.all());
  std::uint64_t cells = 1;
  for (const std::size_t place : columns) {
    const CodedColumn& column = binned.columns[place];
    cells *= column.categories;
    for (std::size_t row = 0; row < keys.size(); ++row)
      keys[row] = keys[row] * column.categories + column.codes[row];
  }
  JointCells joint;
  joint.of_rows.resize(keys.size());
  if (cells <= k_dense_cells) {
    std::copy(keys.begin(), keys.end(), joint.of_rows.begin());
    joint.cells = cells;
    return joint;
  }
  std::vector<std::uint64_t> known = keys;
  std::sort(known.begin(), known.end());
  known.erase(std::unique(known.begin(), known.end()), known.end());
  std::transform(keys.begin(), keys.end(), joint.of_rows.begin(), [&](std::uint64_t key) {
    return static_cast<std::uint32_t>(std::lower_bound(known.begin(), known.end(), key) - known.begin());
  });
  joint.cells = known.size();
  return joint;
}

}  // namespace ctgan::synth::evaluate
