// A fitted tree model: trees, the states of their variables, and the codecs that write them as cells.
#pragma once

#include <memory>

#include "server/synth/model/trainer.h"
#include "server/synth/trees/trees_archive.h"

namespace ctgan::synth::trees {

class FittedTrees final : public model::FittedModel {
 public:
  explicit FittedTrees(TreesParts parts);
  // Throws Error(bad_data) saying which part of the archive is missing or wrong.
  static std::unique_ptr<FittedTrees> load(const archive::Archive& archive);

  std::string name() const override;
  const table::Metadata& metadata() const override { return parts_.codec.metadata(); }
  std::vector<model::Category> categories(std::size_t column) const override;
  // In blocks whose size depends on the model only. A smaller sample is the beginning of a larger one of the
  // same seed.
  std::unique_ptr<model::SampledBlocks> sample(std::uint64_t rows, std::uint64_t seed) const override;
  std::unique_ptr<model::CandidateBlocks> candidates(const std::vector<std::vector<model::GivenCells>>& given,
                                                     std::uint64_t seed) const override;
  table::Table number_rows(table::Table rows, std::uint64_t seed, std::uint64_t first) const override;
  std::unique_ptr<model::CompletedBlocks> complete(const model::KnownRows& known,
                                                   std::uint64_t seed) const override;
  nlohmann::ordered_json contents() const override;
  archive::Archive save() const override;

 private:
  TreesParts parts_;
};

}  // namespace ctgan::synth::trees
