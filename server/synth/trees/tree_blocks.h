// Rows that trees draw, block by block: a block is a function of the model, the seed and its number alone.
#pragma once

#include "server/synth/model/trainer.h"
#include "server/synth/trees/trees_archive.h"

namespace ctgan::synth::trees {

class TreeBlocks final : public model::SampledBlocks {
 public:
  // `parts` outlive it.
  TreeBlocks(const TreesParts& parts, std::uint64_t rows, std::uint64_t seed);

  std::size_t count() const override;
  table::Table make(std::size_t block) const override;
  table::Table make_candidates(std::size_t block,
                               const std::optional<model::GivenCategory>& given) const override;
  table::Table number_rows(table::Table rows, std::uint64_t first) const override;

 private:
  table::Table make(std::size_t block, const std::optional<GivenStates>& given, bool numbered) const;
  std::size_t rows_in(std::size_t block) const;
  // Nothing where no tree draws the category: a column of one.
  std::optional<GivenStates> states_of(const model::GivenCategory& given) const;
  // Of the variable order()[place], for its states or for where in a state its numbers lie.
  random::Stream stream(std::size_t block, std::size_t place, bool inside_states) const;

  const TreesParts& parts_;
  std::uint64_t rows_;
  std::uint64_t seed_;
  std::size_t block_rows_;
};

}  // namespace ctgan::synth::trees
