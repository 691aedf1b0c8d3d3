#include "server/synth/marginals/sparse_counts.h"

#include <algorithm>
#include <cmath>
#include <utility>

namespace ctgan::synth::marginals {
namespace {

// Codes of the second column, those of equal codes of the first beside each other.
struct Buckets {
  std::vector<std::uint32_t> begins;  // by the first column's code, and their end
  std::vector<std::uint32_t> codes;
};

Buckets bucket_by_first(std::size_t size, const codecs::Codes& first, const codecs::Codes& second) {
  Buckets buckets;
  buckets.begins.resize(size + 1);
  buckets.codes.resize(first.rows());
  std::visit(
      [&](const auto& codes) {
        for (const auto code : codes) ++buckets.begins[code + std::size_t{1}];
      },
      first.codes);
  for (std::size_t code = 0; code < size; ++code) buckets.begins[code + 1] += buckets.begins[code];
  std::vector<std::uint32_t> next(buckets.begins.begin(), buckets.begins.end() - 1);
  std::visit(
      [&](const auto& a, const auto& b) {
        for (std::size_t row = 0; row < a.size(); ++row) buckets.codes[next[a[row]]++] = b[row];
      },
      first.codes, second.codes);
  return buckets;
}

}  // namespace

std::vector<CellCount> count_sparse_pair(const Domain& domain, std::span<const codecs::Codes> columns,
                                         Attribute first, Attribute second) {
  const Buckets buckets = bucket_by_first(domain.size(first), columns[first], columns[second]);
  std::vector<std::uint64_t> rows(domain.size(second));
  std::vector<std::uint32_t> seen;
  std::vector<CellCount> counts;
  for (std::size_t code = 0; code + 1 < buckets.begins.size(); ++code) {
    seen.clear();
    for (std::size_t at = buckets.begins[code]; at < buckets.begins[code + 1]; ++at)
      if (rows[buckets.codes[at]]++ == 0) seen.push_back(buckets.codes[at]);
    std::sort(seen.begin(), seen.end());
    for (const std::uint32_t other : seen)
      counts.push_back({static_cast<std::uint32_t>(code), other, std::exchange(rows[other], 0)});
  }
  return counts;
}

double l1_from_independence(std::span<const CellCount> counts, std::span<const double> first,
                            std::span<const double> second, double total) {
  double error = total;
  for (const CellCount& count : counts) {
    const double expected = first[count.first] * second[count.second] / total;
    error += std::abs(static_cast<double>(count.rows) - expected) - expected;
  }
  return error;
}

}  // namespace ctgan::synth::marginals
