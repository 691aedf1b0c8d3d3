#include "server/synth/private_gan/coded_table.h"

#include <algorithm>
#include <numeric>
#include <utility>

namespace ctgan::synth::private_gan {

UnitIndex::UnitIndex(std::span<const std::uint32_t> units, std::size_t rows) : rows_(rows) {
  std::iota(rows_.begin(), rows_.end(), 0U);
  if (units.empty()) {
    starts_.resize(rows + 1);
    std::iota(starts_.begin(), starts_.end(), 0U);
    return;
  }
  std::stable_sort(rows_.begin(), rows_.end(),
                   [units](std::uint32_t a, std::uint32_t b) { return units[a] < units[b]; });
  for (std::uint32_t i = 0; i < rows; ++i)
    if (i == 0 || units[rows_[i]] != units[rows_[i - 1]]) starts_.push_back(i);
  starts_.push_back(static_cast<std::uint32_t>(rows));
}

std::vector<std::uint32_t> UnitIndex::rows_of(std::span<const std::uint32_t> units) const {
  std::vector<std::uint32_t> rows;
  for (const std::uint32_t unit : units)
    rows.insert(rows.end(), rows_.begin() + starts_[unit], rows_.begin() + starts_[unit + 1]);
  return rows;
}

ClassifiedRows loaded_rows(native_execution::SparseBatch<double>& batch, std::span<const std::uint32_t> rows,
                           threads::ThreadPool& pool) {
  const std::size_t pieces = batch.begin(rows);
  pool.run(pieces, [&](std::size_t piece) { batch.load(piece); });
  return {.count = rows.size(), .sparse = batch.rows()};
}

encoders::EncodedTable coded_table(std::vector<codecs::Codes> columns, encoders::OutputLayout layout) {
  encoders::EncodedTable table{std::move(layout), {}, columns.empty() ? 0 : columns.front().rows()};
  for (codecs::Codes& codes : columns) table.columns.emplace_back(std::move(codes));
  return table;
}

}  // namespace ctgan::synth::private_gan
