#include "server/synth/evaluate/column_scores.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "server/synth/evaluate/column_contrast.h"
#include "server/synth/evaluate/distribution.h"

namespace ctgan::synth::evaluate {
namespace {

double sum(const std::vector<double>& counts) {
  return std::accumulate(counts.begin(), counts.end(), 0.0);
}

SortedColumn sorted_column(const ComparedColumn& column) {
  SortedColumn sorted;
  sorted.original = sorted_present(column.of(Side::original).numbers);
  sorted.synthetic = sorted_present(column.of(Side::synthetic).numbers);
  sorted.original_missing = column.of(Side::original).numbers.size() - sorted.original.size();
  sorted.synthetic_missing = column.of(Side::synthetic).numbers.size() - sorted.synthetic.size();
  return sorted;
}

std::size_t missing_codes(const std::vector<std::uint32_t>& codes) {
  return static_cast<std::size_t>(std::count(codes.begin(), codes.end(), k_missing_code));
}

CountedColumn counted_column(const ComparedColumn& column) {
  const auto& original = column.of(Side::original).codes;
  const auto& synthetic = column.of(Side::synthetic).codes;
  return {counts_of(original, column.labels.size()), counts_of(synthetic, column.labels.size()),
          missing_codes(original), missing_codes(synthetic)};
}

template <typename Values>
MissingRates missing_rates(const Values& column, double original_present, double synthetic_present) {
  const auto rate = [](std::size_t missing, double present) {
    const double rows = static_cast<double>(missing) + present;
    return rows == 0 ? 0.0 : static_cast<double>(missing) / rows;
  };
  MissingRates rates;
  rates.original = rate(column.original_missing, original_present);
  rates.synthetic = rate(column.synthetic_missing, synthetic_present);
  rates.similarity = 1 - std::abs(rates.original - rates.synthetic);
  return rates;
}

void score_numeric(const ComparedColumn& column, ColumnResult& result) {
  const SortedColumn sorted = sorted_column(column);
  result.score_metric = "KSComplement";
  result.score = ks_complement(sorted);
  result.coverage = range_coverage(sorted);
  result.adherence = boundary_adherence(sorted);
  result.missing = missing_rates(sorted, static_cast<double>(sorted.original.size()),
                                 static_cast<double>(sorted.synthetic.size()));
  result.distribution = binned_distribution(sorted.original, sorted.synthetic);
  result.distribution.axis = column.axis;
}

void score_categorical(const ComparedColumn& column, ColumnResult& result) {
  const CountedColumn counted = counted_column(column);
  result.score_metric = "TVComplement";
  result.score = tv_complement(counted);
  result.coverage = category_coverage(counted);
  result.adherence = category_adherence(counted);
  result.missing = missing_rates(counted, sum(counted.original), sum(counted.synthetic));
  result.distribution = category_distribution(column.labels, counted.original, counted.synthetic);
}

}  // namespace

std::vector<double> sorted_present(std::span<const double> numbers) {
  std::vector<double> present;
  present.reserve(numbers.size());
  std::copy_if(numbers.begin(), numbers.end(), std::back_inserter(present),
               [](double number) { return !std::isnan(number); });
  std::sort(present.begin(), present.end());
  return present;
}

std::vector<double> counts_of(std::span<const std::uint32_t> codes, std::size_t categories) {
  std::vector<double> counts(categories);
  for (const std::uint32_t code : codes) {
    if (code != k_missing_code) counts[code] += 1;
  }
  return counts;
}

std::optional<double> ks_complement(const SortedColumn& column) {
  const auto& a = column.original;
  const auto& b = column.synthetic;
  if (a.empty() || b.empty()) return std::nullopt;
  double largest = 0;
  for (std::size_t i = 0, j = 0; i < a.size() && j < b.size();) {
    const double value = std::min(a[i], b[j]);
    while (i < a.size() && a[i] == value) ++i;
    while (j < b.size() && b[j] == value) ++j;
    const double below_a = static_cast<double>(i) / static_cast<double>(a.size());
    const double below_b = static_cast<double>(j) / static_cast<double>(b.size());
    largest = std::max(largest, std::abs(below_a - below_b));
  }
  return 1 - largest;
}

std::optional<double> range_coverage(const SortedColumn& column) {
  if (column.original.empty() || column.synthetic.empty()) return std::nullopt;
  const double least = column.original.front();
  const double greatest = column.original.back();
  if (least == greatest) return std::nullopt;
  const double range = greatest - least;
  const double below = std::max((column.synthetic.front() - least) / range, 0.0);
  const double above = std::max((greatest - column.synthetic.back()) / range, 0.0);
  return std::max(1 - (below + above), 0.0);
}

std::optional<double> boundary_adherence(const SortedColumn& column) {
  const std::size_t cells =
      column.synthetic.size() + (column.original_missing > 0 ? 0 : column.synthetic_missing);
  if (column.original.empty() || cells == 0) return std::nullopt;
  const auto first =
      std::lower_bound(column.synthetic.begin(), column.synthetic.end(), column.original.front());
  const auto last =
      std::upper_bound(column.synthetic.begin(), column.synthetic.end(), column.original.back());
  return static_cast<double>(last - first) / static_cast<double>(cells);
}

std::optional<double> tv_complement(const CountedColumn& column) {
  const double original = sum(column.original);
  const double synthetic = sum(column.synthetic);
  if (original == 0 || synthetic == 0) return std::nullopt;
  double variation = 0;
  for (std::size_t code = 0; code < column.original.size(); ++code) {
    variation += std::abs(column.original[code] / original - column.synthetic[code] / synthetic);
  }
  return 1 - variation / 2;
}

std::optional<double> category_coverage(const CountedColumn& column) {
  std::size_t known = 0;
  std::size_t reached = 0;
  for (std::size_t code = 0; code < column.original.size(); ++code) {
    if (column.original[code] == 0) continue;
    ++known;
    if (column.synthetic[code] > 0) ++reached;
  }
  if (known == 0) return std::nullopt;
  return static_cast<double>(reached) / static_cast<double>(known);
}

std::optional<double> category_adherence(const CountedColumn& column) {
  const double missing = static_cast<double>(column.synthetic_missing);
  const double rows = sum(column.synthetic) + missing;
  if (rows == 0) return std::nullopt;
  double known = column.original_missing > 0 ? missing : 0;
  for (std::size_t code = 0; code < column.original.size(); ++code) {
    if (column.original[code] > 0) known += column.synthetic[code];
  }
  return known / rows;
}

ColumnResult score_column(const ComparedColumn& column) {
  ColumnResult result;
  result.name = column.name;
  result.kind = column.kind;
  result.shape = column.shape;
  column.shape == ColumnShape::numeric ? score_numeric(column, result) : score_categorical(column, result);
  result.contrast = contrast_of(column);
  return result;
}

}  // namespace ctgan::synth::evaluate
