// A fitted model of noisy marginals: rows of a graphical model, with the declared cells of their codes.
#pragma once

#include <memory>

#include "server/synth/graphical/row_sampler.h"
#include "server/synth/marginal_methods/marginal_archive.h"
#include "server/synth/model/trainer.h"

namespace ctgan::synth::marginal_methods {

class FittedMarginals final : public model::FittedModel {
 public:
  explicit FittedMarginals(MarginalParts parts);
  // Throws Error(bad_data) saying which part of the archive is missing or wrong.
  static std::unique_ptr<FittedMarginals> load(const archive::Archive& archive);

  std::string name() const override { return parts_.method; }
  const table::Metadata& metadata() const override { return parts_.domain.metadata(); }
  // With the rows that the model expects of each, which are noisy.
  std::vector<model::Category> categories(std::size_t column) const override;
  // Counts of a block are as near to what is expected as whole rows can be.
  std::unique_ptr<model::SampledBlocks> sample(std::uint64_t rows, std::uint64_t seed) const override;
  // Exactly distributed as the model's rows that have all of the given cells.
  std::unique_ptr<model::CandidateBlocks> candidates(const std::vector<std::vector<model::GivenCells>>& given,
                                                     std::uint64_t seed) const override;
  std::unique_ptr<model::CompletedBlocks> complete(const model::KnownRows& known,
                                                   std::uint64_t seed) const override;
  table::Table number_rows(table::Table rows, std::uint64_t seed, std::uint64_t first) const override;
  archive::Archive save() const override;

 private:
  MarginalParts parts_;
  graphical::RowSampler sampler_;
};

}  // namespace ctgan::synth::marginal_methods
