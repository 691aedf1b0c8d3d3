#include "server/synth/evaluate/column_contrast.h"

#include <algorithm>
#include <cmath>
#include <map>

#include "server/synth/evaluate/column_scores.h"

namespace ctgan::synth::evaluate {
namespace {

// What is farther from equal shares than so many standard errors is no chance, among thousands of categories.
constexpr double k_errors = 5;
// Rows that were not whole numbers by accident.
constexpr double k_some = 0.01;

// Rows of both tables with one value.
struct Rows {
  double original = 0;
  double synthetic = 0;
};

// Of a column's values, one after the other.
class Shares {
 public:
  Shares(double original_rows, double synthetic_rows)
      : original_rows_(original_rows), synthetic_rows_(synthetic_rows) {}

  void add(const Rows& rows, ColumnContrast& contrast) {
    const double before = rows.original / original_rows_;
    const double after = rows.synthetic / synthetic_rows_;
    const double moved = std::abs(after - before);
    if (moved <= moved_ || !is_distorted(before, after, moved)) return;
    moved_ = moved;
    contrast.distorted_original = before;
    contrast.distorted_synthetic = after;
  }

 private:
  bool is_distorted(double before, double after, double moved) const {
    if (std::max(before, after) < k_distorting_factor * std::min(before, after)) return false;
    const double common =
        (before * original_rows_ + after * synthetic_rows_) / (original_rows_ + synthetic_rows_);
    const double error = std::sqrt(common * (1 - common) * (1 / original_rows_ + 1 / synthetic_rows_));
    return moved > k_errors * error;
  }

  double original_rows_;
  double synthetic_rows_;
  double moved_ = 0;
};

std::size_t occurring(const std::vector<double>& counts) {
  return static_cast<std::size_t>(
      std::count_if(counts.begin(), counts.end(), [](double count) { return count > 0; }));
}

double largest_share(const std::vector<double>& counts, double cells) {
  return cells == 0 || counts.empty() ? 0 : *std::max_element(counts.begin(), counts.end()) / cells;
}

double sum(const std::vector<double>& counts) {
  double total = 0;
  for (const double count : counts) total += count;
  return total;
}

ColumnContrast of_categories(const ComparedColumn& column, Shares& shares) {
  const auto counts = [&](Side side) { return counts_of(column.of(side).codes, column.labels.size()); };
  const std::vector<double> original = counts(Side::original);
  const std::vector<double> synthetic = counts(Side::synthetic);
  ColumnContrast contrast;
  contrast.original_values = occurring(original);
  contrast.synthetic_values = occurring(synthetic);
  contrast.top_share = largest_share(original, sum(original));
  for (std::size_t code = 0; code < original.size(); ++code)
    shares.add({original[code], synthetic[code]}, contrast);
  return contrast;
}

double fractions(const std::vector<double>& sorted) {
  const auto count = std::count_if(sorted.begin(), sorted.end(), [](double v) { return v != std::rint(v); });
  return sorted.empty() ? 0 : static_cast<double>(count) / static_cast<double>(sorted.size());
}

// Rows of each value, ascending.
std::vector<std::pair<double, double>> runs(const std::vector<double>& sorted) {
  std::vector<std::pair<double, double>> found;
  for (const double value : sorted) {
    if (found.empty() || found.back().first != value) found.emplace_back(value, 0);
    found.back().second += 1;
  }
  return found;
}

ColumnContrast of_numbers(const ComparedColumn& column, Shares& shares) {
  const std::vector<double> original = sorted_present(column.of(Side::original).numbers);
  const std::vector<double> synthetic = sorted_present(column.of(Side::synthetic).numbers);
  const auto before = runs(original);
  const auto after = runs(synthetic);
  ColumnContrast contrast;
  contrast.original_values = before.size();
  contrast.synthetic_values = after.size();
  for (const auto& [value, rows] : before)
    contrast.top_share = std::max(contrast.top_share, rows / static_cast<double>(original.size()));
  contrast.fractions = column.axis == Axis::number && before.size() > 1 && fractions(original) == 0 &&
                       fractions(synthetic) > k_some;
  if (before.size() > k_most_shared_numbers) return contrast;
  std::map<double, Rows> rows;
  for (const auto& [value, count] : before) rows[value].original = count;
  for (const auto& [value, count] : after) rows[value].synthetic = count;
  for (const auto& [value, count] : rows) shares.add(count, contrast);
  return contrast;
}

double missing_rows(const ComparedColumn& column, Side side) {
  const Cells& cells = column.of(side);
  if (column.shape == ColumnShape::categorical)
    return static_cast<double>(std::count(cells.codes.begin(), cells.codes.end(), k_missing_code));
  return static_cast<double>(
      std::count_if(cells.numbers.begin(), cells.numbers.end(), [](double v) { return std::isnan(v); }));
}

double rows_of(const ComparedColumn& column, Side side) {
  const Cells& cells = column.of(side);
  return static_cast<double>(std::max(cells.codes.size(), cells.numbers.size()));
}

}  // namespace

ColumnContrast contrast_of(const ComparedColumn& column) {
  Shares shares(rows_of(column, Side::original), rows_of(column, Side::synthetic));
  ColumnContrast contrast =
      column.shape == ColumnShape::numeric ? of_numbers(column, shares) : of_categories(column, shares);
  shares.add({missing_rows(column, Side::original), missing_rows(column, Side::synthetic)}, contrast);
  return contrast;
}

}  // namespace ctgan::synth::evaluate
