#include "server/synth/marginals/counting.h"

#include <algorithm>
#include <array>
#include <mutex>
#include <variant>

#include "server/synth/random/vector_clones.h"

namespace ctgan::synth::marginals {
namespace {

// Few enough for their cells' numbers to stay in the first cache.
constexpr std::size_t k_rows_at_once = 2048;

using CellNumbers = std::array<std::uint32_t, k_rows_at_once>;

// Consecutive rows often have the same cell, and an increment waits for the one before it: neighbours count into
// different tables while these are small enough.
constexpr std::size_t k_tables = 4;
constexpr std::size_t k_most_cells_of_tables = 4096;

CTGAN_VECTOR_CLONES void move_cells(const std::uint8_t* codes, std::size_t rows, std::uint32_t size,
                                    std::uint32_t* cells) {
  for (std::size_t row = 0; row < rows; ++row) cells[row] = cells[row] * size + codes[row];
}
CTGAN_VECTOR_CLONES void move_cells(const std::uint16_t* codes, std::size_t rows, std::uint32_t size,
                                    std::uint32_t* cells) {
  for (std::size_t row = 0; row < rows; ++row) cells[row] = cells[row] * size + codes[row];
}
CTGAN_VECTOR_CLONES void move_cells(const std::uint32_t* codes, std::size_t rows, std::uint32_t size,
                                    std::uint32_t* cells) {
  for (std::size_t row = 0; row < rows; ++row) cells[row] = cells[row] * size + codes[row];
}

// Of one marginal. All arrays that counts may have are numbered by 32 bits (k_most_cells).
class MarginalCounter {
 public:
  MarginalCounter(const Domain& domain, std::span<const codecs::Codes> columns,
                  const AttributeSet& attributes)
      : domain_(domain), columns_(columns), attributes_(attributes), cells_(domain.array_cells(attributes)) {}

  Counts count(std::size_t first, std::size_t end) const {
    const std::size_t tables = cells_ <= k_most_cells_of_tables ? k_tables : 1;
    Counts counts(tables * cells_);
    CellNumbers cells;
    for (std::size_t at = first; at < end; at += k_rows_at_once) {
      const std::size_t rows = std::min(k_rows_at_once, end - at);
      number_cells(at, rows, cells);
      if (tables > 1)
        count_apart(cells, rows, counts);
      else
        for (std::size_t row = 0; row < rows; ++row) ++counts[cells[row]];
    }
    for (std::size_t other = cells_; other < counts.size(); ++other) counts[other % cells_] += counts[other];
    counts.resize(cells_);
    return counts;
  }

 private:
  void number_cells(std::size_t first, std::size_t rows, CellNumbers& cells) const {
    std::fill_n(cells.begin(), rows, 0U);
    for (const Attribute attribute : attributes_) {
      const auto size = static_cast<std::uint32_t>(domain_.size(attribute));
      std::visit([&](const auto& codes) { move_cells(codes.data() + first, rows, size, cells.data()); },
                 columns_[attribute].codes);
    }
  }

  void count_apart(const CellNumbers& cells, std::size_t rows, Counts& counts) const {
    std::uint64_t* const table = counts.data();
    std::size_t row = 0;
    for (; row + k_tables <= rows; row += k_tables)
      for (std::size_t t = 0; t < k_tables; ++t) ++table[t * cells_ + cells[row + t]];
    for (; row < rows; ++row) ++table[cells[row]];
  }

  const Domain& domain_;
  std::span<const codecs::Codes> columns_;
  const AttributeSet& attributes_;
  std::size_t cells_;
};

}  // namespace

std::vector<Counts> count_marginals(const Domain& domain, std::span<const codecs::Codes> columns,
                                    std::span<const AttributeSet> sets, threads::ThreadPool& pool) {
  const std::size_t rows = columns.empty() ? 0 : columns.front().rows();
  const auto threads = static_cast<std::size_t>(pool.threads());
  // Few marginals are counted in parts of their rows; integers add up to the same in any order.
  const std::size_t parts = sets.size() >= 2 * threads ? 1 : threads;
  std::vector<Counts> counts(sets.size());
  std::mutex mutex;
  pool.run(sets.size() * parts, [&](std::size_t task) {
    const std::size_t set = task / parts, part = task % parts;
    Counts own =
        MarginalCounter(domain, columns, sets[set]).count(rows * part / parts, rows * (part + 1) / parts);
    const std::lock_guard lock(mutex);
    if (counts[set].empty()) {
      counts[set] = std::move(own);
    } else {
      for (std::size_t cell = 0; cell < own.size(); ++cell) counts[set][cell] += own[cell];
    }
  });
  return counts;
}

Counts count_marginal(const Domain& domain, std::span<const codecs::Codes> columns,
                      const AttributeSet& attributes, threads::ThreadPool& pool) {
  return std::move(count_marginals(domain, columns, std::span(&attributes, 1), pool).front());
}

std::vector<double> as_doubles(const Counts& counts) {
  return {counts.begin(), counts.end()};
}

}  // namespace ctgan::synth::marginals
