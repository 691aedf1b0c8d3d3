// The rows that a fitted CTGAN draws, block by block: a block is a function of the model, the seed and its
// number alone.
#pragma once

#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <vector>

#include "server/synth/models/conditional_sampler.h"
#include "server/synth/models/trainer.h"
#include "server/synth/native_execution/row_generator.h"
#include "server/synth/networks/ctgan_shape.h"
#include "server/synth/transforms/table_transform.h"

namespace ctgan::synth::models {

class CtganBlocks final : public SampledBlocks {
 public:
  // All but `generator` outlive it.
  CtganBlocks(const networks::CtganShape& shape, const transforms::TableTransform& transform,
              const ConditionSampler& conditions, const networks::ParameterArena& generator,
              std::uint64_t rows, std::uint64_t seed);
  ~CtganBlocks() override;

  std::size_t count() const override;
  table::Table make(std::size_t block) const override;
  // By the conditional vector: every row is given this one position of it.
  table::Table make_candidates(std::size_t block, const std::optional<GivenCategory>& given) const override;
  table::Table number_rows(table::Table rows, std::uint64_t first) const override;

 private:
  struct Buffers;  // of one thread

  table::Table make(std::size_t block, std::optional<std::uint32_t> position, bool numbered) const;
  // Every row is given `position`, or one of its own where there is none.
  transforms::EncodedTable draw(std::size_t block, std::optional<std::uint32_t> position,
                                Buffers& buffers) const;
  void store(const std::vector<float>& drawn, std::size_t first, std::size_t count,
             transforms::EncodedTable& table) const;
  std::unique_ptr<Buffers> take_buffers() const;
  void give_back(std::unique_ptr<Buffers> buffers) const;

  const networks::CtganShape& shape_;
  const transforms::TableTransform& transform_;
  const ConditionSampler& conditions_;
  native_execution::RowGenerator generator_;
  std::uint64_t rows_;
  std::uint64_t seed_;
  std::size_t block_rows_;
  mutable std::mutex mutex_;
  mutable std::vector<std::unique_ptr<Buffers>> idle_;  // buffers that no thread uses now
};

}  // namespace ctgan::synth::models
