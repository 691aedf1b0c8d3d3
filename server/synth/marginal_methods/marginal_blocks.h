// Rows of a model of marginals, block by block: a block is a function of the model, the seed and its number alone.
#pragma once

#include <memory>
#include <optional>
#include <vector>

#include "server/synth/graphical/row_completion.h"
#include "server/synth/graphical/row_sampler.h"
#include "server/synth/marginal_methods/coded_rows.h"
#include "server/synth/marginal_methods/known_codes.h"
#include "server/synth/marginal_methods/marginal_archive.h"
#include "server/synth/model/trainer.h"
#include "server/synth/sampling/sample_cut.h"

namespace ctgan::synth::marginal_methods {

class MarginalBlocks final : public model::SampledBlocks {
 public:
  // `parts` and `sampler` outlive it.
  MarginalBlocks(const MarginalParts& parts, const graphical::RowSampler& sampler, std::uint64_t rows,
                 std::uint64_t seed);

  std::size_t count() const override { return rows_.count(); }
  table::Table make(std::size_t block) const override;

 private:
  const graphical::RowSampler& sampler_;
  CodedRows rows_;
};

class MarginalCandidates final : public model::CandidateBlocks {
 public:
  // `parts` and `sampler` outlive it.
  MarginalCandidates(const MarginalParts& parts, const graphical::RowSampler& sampler,
                     const std::vector<std::vector<model::GivenCells>>& given, std::uint64_t seed);

  bool is_given(std::size_t share) const override { return given_[share].has_value(); }
  table::Table make(std::size_t share, std::size_t block) const override;

 private:
  const graphical::RowSampler& sampler_;
  std::vector<std::optional<graphical::RowSampler>> given_;  // of each share
  CodedRows rows_;
};

// Each row given all that is known of it, exactly as the model has it.
class CompletedMarginalRows final : public model::CompletedBlocks {
 public:
  // `parts` outlive it.
  CompletedMarginalRows(const MarginalParts& parts, const model::KnownRows& known, std::uint64_t seed);

  std::size_t count() const override { return cut_.count(); }
  std::size_t first_row(std::size_t block) const override {
    return static_cast<std::size_t>(cut_.first_row(block));
  }
  table::Table make(std::size_t block) const override;

 private:
  const MarginalParts& parts_;
  graphical::GraphicalModel model_;  // of rows without missing cells, where gaps are to be filled
  KnownCodes known_;                 // of all rows
  sampling::SampleCut cut_;
  bool fill_;
};

}  // namespace ctgan::synth::marginal_methods
