// Rows that a network draws, block by block: a block is a function of the model, the seed and its number
// alone. What CTGAN and TVAE share; how a block's numbers are drawn is each one's own.
#pragma once

#include <cstdint>
#include <memory>
#include <mutex>
#include <span>
#include <vector>

#include "server/synth/encoders/table_encoder.h"
#include "server/synth/model/trainer.h"
#include "server/synth/native_execution/row_generator.h"
#include "server/synth/sampling/sample_cut.h"

namespace ctgan::synth::neural {

class NetworkBlocks : public model::SampledBlocks {
 public:
  // The conditions that rows are given: one of them each, in proportion to their training rows. None: the
  // model's own choice.
  using Given = std::span<const encoders::Condition>;

  std::size_t count() const final { return cut_.count(); }
  // Whether draw() heeds what rows are given.
  virtual bool takes_conditions() const = 0;
  table::Table make(std::size_t block) const final;
  // Without what goes by a row's number. Safe to call from several threads.
  table::Table make_candidates(std::size_t block, Given given) const;

 protected:
  // Of one thread; used again by later blocks.
  struct Buffers {
    native_execution::RowGenerator::Workspace work;
    std::vector<float> latent, uniform, noise, drawn;
    std::vector<std::uint32_t> condition;
  };

  // `encoder` outlives it.
  NetworkBlocks(const encoders::TableEncoder& encoder, native_execution::RowGenerator generator,
                std::uint64_t rows, std::uint64_t seed);

  // REQUIRES: not empty. Takes a random number only where there is a choice.
  static std::uint32_t draw_given(Given given, random::Stream& random);

  // Fills the rows of `table`, which has as many as block `block`. A model without conditions passes `given`
  // over.
  virtual void draw(std::size_t block, Buffers& buffers, Given given,
                    encoders::EncodedTable& table) const = 0;

  // The stream for one purpose, `purpose` of `purposes`, of block `block`.
  random::Stream stream(std::size_t block, std::uint64_t purpose, std::uint64_t purposes) const {
    return cut_.stream(block, purpose, purposes);
  }
  // Writes what RowGenerator drew for `count` rows, the first of which is row `first` of `table`.
  static void store(const std::vector<float>& drawn, std::size_t first, std::size_t count,
                    encoders::EncodedTable& table);

  const native_execution::RowGenerator& generator() const { return generator_; }

 private:
  table::Table make(std::size_t block, Given given, bool numbered) const;
  std::unique_ptr<Buffers> take_buffers() const;
  void give_back(std::unique_ptr<Buffers> buffers) const;

  const encoders::TableEncoder& encoder_;
  native_execution::RowGenerator generator_;
  sampling::SampleCut cut_;
  mutable std::mutex mutex_;
  mutable std::vector<std::unique_ptr<Buffers>> idle_;  // buffers that no thread uses now
};

}  // namespace ctgan::synth::neural
