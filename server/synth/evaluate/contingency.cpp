#include "server/synth/evaluate/contingency.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

#include "server/synth/evaluate/columns.h"

namespace ctgan::synth::evaluate {
namespace {

constexpr std::size_t k_bins = 10;

// Cells of a dense table for each row of data, up to which it is cheaper than sorting.
constexpr std::size_t k_dense_cells_a_row = 8;

struct CellCount {
  std::uint64_t cell = 0;
  double original = 0;
  double synthetic = 0;
};

std::array<double, k_bins + 1> edges_of(double least, double greatest) {
  if (least == greatest) {
    least -= 0.5;
    greatest += 0.5;
  }
  std::array<double, k_bins + 1> edges{};
  const double step = (greatest - least) / k_bins;
  for (std::size_t edge = 0; edge < k_bins; ++edge) edges[edge] = static_cast<double>(edge) * step + least;
  edges[k_bins] = greatest;
  return edges;
}

std::uint64_t cell_of(const CodedPair& pair, std::size_t row) {
  return std::uint64_t{pair.first.codes[row]} * pair.second.categories + pair.second.codes[row];
}

std::vector<CellCount> dense_counts(const CodedPair& original, const CodedPair& synthetic,
                                    std::uint64_t cells) {
  std::vector<CellCount> counts(cells);
  for (std::size_t row = 0; row < original.first.codes.size(); ++row) {
    counts[cell_of(original, row)].original += 1;
  }
  for (std::size_t row = 0; row < synthetic.first.codes.size(); ++row) {
    counts[cell_of(synthetic, row)].synthetic += 1;
  }
  for (std::uint64_t cell = 0; cell < cells; ++cell) counts[cell].cell = cell;
  return counts;
}

std::vector<std::uint64_t> sorted_cells(const CodedPair& pair) {
  std::vector<std::uint64_t> cells(pair.first.codes.size());
  for (std::size_t row = 0; row < cells.size(); ++row) cells[row] = cell_of(pair, row);
  std::sort(cells.begin(), cells.end());
  return cells;
}

std::vector<CellCount> sparse_counts(const CodedPair& original, const CodedPair& synthetic) {
  const std::vector<std::uint64_t> a = sorted_cells(original);
  const std::vector<std::uint64_t> b = sorted_cells(synthetic);
  constexpr std::uint64_t k_end = std::numeric_limits<std::uint64_t>::max();
  std::vector<CellCount> counts;
  for (std::size_t i = 0, j = 0; i < a.size() || j < b.size();) {
    CellCount count;
    count.cell = std::min(i < a.size() ? a[i] : k_end, j < b.size() ? b[j] : k_end);
    for (; i < a.size() && a[i] == count.cell; ++i) count.original += 1;
    for (; j < b.size() && b[j] == count.cell; ++j) count.synthetic += 1;
    counts.push_back(count);
  }
  return counts;
}

double similarity(const std::vector<CellCount>& counts, double original_rows, double synthetic_rows) {
  double variation = 0;
  for (const CellCount& count : counts) {
    variation += std::abs(count.original / original_rows - count.synthetic / synthetic_rows);
  }
  return 1 - variation / 2;
}

std::size_t present(const std::vector<double>& counts) {
  return static_cast<std::size_t>(
      std::count_if(counts.begin(), counts.end(), [](double c) { return c > 0; }));
}

std::optional<double> cramers_v(const CodedPair& pair, const std::vector<CellCount>& counts,
                                double CellCount::*table) {
  std::vector<double> first(pair.first.categories);
  std::vector<double> second(pair.second.categories);
  for (const CellCount& count : counts) {
    first[count.cell / pair.second.categories] += count.*table;
    second[count.cell % pair.second.categories] += count.*table;
  }
  const std::size_t least = std::min(present(first), present(second));
  if (least < 2) return std::nullopt;
  double sum = 0;
  for (const CellCount& count : counts) {
    const double rows = count.*table;
    if (rows == 0) continue;
    sum += rows * rows /
           (first[count.cell / pair.second.categories] * second[count.cell % pair.second.categories]);
  }
  return std::sqrt(std::clamp((sum - 1) / static_cast<double>(least - 1), 0.0, 1.0));
}

}  // namespace

CodedColumn ten_bins(std::span<const double> numbers) {
  double least = std::numeric_limits<double>::infinity();
  double greatest = -least;
  for (const double number : numbers) {
    if (std::isnan(number)) continue;
    least = std::min(least, number);
    greatest = std::max(greatest, number);
  }
  const auto edges = edges_of(least, greatest);
  CodedColumn coded{std::vector<std::uint32_t>(numbers.size(), k_bins), k_bins + 1};
  for (std::size_t row = 0; row < numbers.size(); ++row) {
    if (std::isnan(numbers[row])) continue;
    const auto above = std::upper_bound(edges.begin(), edges.end(), numbers[row]) - edges.begin();
    coded.codes[row] = static_cast<std::uint32_t>(std::max<std::ptrdiff_t>(above, 1) - 1);
  }
  return coded;
}

CodedColumn with_missing_as_category(std::span<const std::uint32_t> codes, std::size_t categories) {
  CodedColumn coded{{codes.begin(), codes.end()}, categories + 1};
  std::replace(coded.codes.begin(), coded.codes.end(), k_missing_code,
               static_cast<std::uint32_t>(categories));
  return coded;
}

Contingency contingency(const CodedPair& original, const CodedPair& synthetic) {
  const std::size_t rows = original.first.codes.size() + synthetic.first.codes.size();
  const std::uint64_t cells = std::uint64_t{original.first.categories} * original.second.categories;
  const std::vector<CellCount> counts = cells <= k_dense_cells_a_row * rows
                                            ? dense_counts(original, synthetic, cells)
                                            : sparse_counts(original, synthetic);
  Contingency found;
  found.similarity = similarity(counts, static_cast<double>(original.first.codes.size()),
                                static_cast<double>(synthetic.first.codes.size()));
  found.original_association = cramers_v(original, counts, &CellCount::original);
  found.synthetic_association = cramers_v(synthetic, counts, &CellCount::synthetic);
  return found;
}

}  // namespace ctgan::synth::evaluate
