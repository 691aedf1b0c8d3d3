// Rows that trees draw, block by block: a block is a function of the model, the seed and its number alone.
#pragma once

#include <functional>
#include <memory>
#include <vector>

#include "server/synth/model/trainer.h"
#include "server/synth/sampling/sample_cut.h"
#include "server/synth/trees/known_states.h"
#include "server/synth/trees/trees_archive.h"

namespace ctgan::synth::trees {

// What makes a block of a sample: all that samples, candidates and completed rows have in common.
class BlockDrawing {
 public:
  // `parts` outlive it. Blocks are smaller where each row is drawn several times.
  BlockDrawing(const TreesParts& parts, std::uint64_t rows, std::uint64_t seed, std::size_t proposals = 1);

  const sampling::SampleCut& cut() const { return cut_; }
  // The streams for the states of a block's variables, in the order in which they are drawn, and one more.
  SequentialTrees::Streams streams(std::size_t block) const;

  // Drawn states as cells. `settle` may replace the numbers of a column before they are written. Without
  // `numbered` what goes by a row's number is left open.
  using States = std::vector<std::vector<State>>;
  using Settle = std::function<void(std::size_t column, std::vector<double>& numbers)>;
  table::Table write(std::size_t block, const States& states, bool numbered,
                     const Settle& settle = nullptr) const;

 private:
  random::Stream stream(std::size_t block, std::size_t place, bool inside_states) const;

  const TreesParts& parts_;
  sampling::SampleCut cut_;
};

class TreeBlocks final : public model::SampledBlocks {
 public:
  // `parts` outlive it.
  TreeBlocks(const TreesParts& parts, std::uint64_t rows, std::uint64_t seed);

  std::size_t count() const override { return drawing_.cut().count(); }
  table::Table make(std::size_t block) const override;

 private:
  const TreesParts& parts_;
  BlockDrawing drawing_;
};

class TreeCandidates final : public model::CandidateBlocks {
 public:
  // `parts` outlive it.
  TreeCandidates(const TreesParts& parts, const std::vector<std::vector<model::GivenCells>>& given,
                 std::uint64_t seed);

  bool is_given(std::size_t share) const override { return !given_[share].states.empty(); }
  table::Table make(std::size_t share, std::size_t block) const override;

 private:
  const TreesParts& parts_;
  std::vector<Given> given_;  // of each share
  BlockDrawing drawing_;
};

class CompletedTreeRows final : public model::CompletedBlocks {
 public:
  // `parts` outlive it.
  CompletedTreeRows(const TreesParts& parts, const model::KnownRows& known, std::uint64_t seed);

  std::size_t count() const override { return drawing_.cut().count(); }
  std::size_t first_row(std::size_t block) const override {
    return static_cast<std::size_t>(drawing_.cut().first_row(block));
  }
  table::Table make(std::size_t block) const override;

 private:
  const TreesParts& parts_;
  KnownCells known_;
  std::size_t proposals_;
  BlockDrawing drawing_;
};

}  // namespace ctgan::synth::trees
