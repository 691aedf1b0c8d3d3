// Confidential rows as networks take them.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "server/synth/encoders/encoded_table.h"
#include "server/synth/native_execution/sparse_batch.h"
#include "server/synth/private_gan/row_classifier.h"

namespace ctgan::synth::private_gan {

// The rows of each unit of privacy, side by side.
class UnitIndex {
 public:
  // `units` as ConfidentialCodes has them, of so many rows.
  UnitIndex(std::span<const std::uint32_t> units, std::size_t rows);

  std::uint32_t size() const { return static_cast<std::uint32_t>(starts_.size() - 1); }
  // The rows of some units.
  std::vector<std::uint32_t> rows_of(std::span<const std::uint32_t> units) const;

 private:
  std::vector<std::uint32_t> starts_, rows_;
};

// Some of a batch's table, loaded on the pool's threads; valid until the batch is used again.
ClassifiedRows loaded_rows(native_execution::SparseBatch<double>& batch, std::span<const std::uint32_t> rows,
                           threads::ThreadPool& pool);

encoders::EncodedTable coded_table(std::vector<codecs::Codes> columns, encoders::OutputLayout layout);

}  // namespace ctgan::synth::private_gan
