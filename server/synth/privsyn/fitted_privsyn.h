// A fitted PrivSyn model: consistent noisy marginals, and rows that are made to have them (gradual_update.h).
#pragma once

#include <memory>

#include "server/synth/model/trainer.h"
#include "server/synth/privsyn/gradual_update.h"
#include "server/synth/privsyn/privsyn_archive.h"

namespace ctgan::synth::privsyn {

class FittedPrivsyn final : public model::FittedModel {
 public:
  explicit FittedPrivsyn(PrivsynParts parts);
  // Throws Error(bad_data) saying which part of the archive is missing or wrong.
  static std::unique_ptr<FittedPrivsyn> load(const archive::Archive& archive);

  std::string name() const override { return parts_.method; }
  const table::Metadata& metadata() const override { return parts_.domain.metadata(); }
  // With the rows that the marginals have of each, which are noisy.
  std::vector<model::Category> categories(std::size_t column) const override;
  std::unique_ptr<model::SampledBlocks> sample(std::uint64_t rows, std::uint64_t seed) const override;
  // Rows as sample() draws them: nothing can be given.
  std::unique_ptr<model::CandidateBlocks> candidates(const std::vector<std::vector<model::GivenCells>>& given,
                                                     std::uint64_t seed) const override;
  // Matched with drawn rows (matched_rows.h).
  std::unique_ptr<model::CompletedBlocks> complete(const model::KnownRows& known,
                                                   std::uint64_t seed) const override;
  table::Table number_rows(table::Table rows, std::uint64_t seed, std::uint64_t first) const override;
  archive::Archive save() const override;

 private:
  PrivsynParts parts_;
  GradualUpdate update_;
};

}  // namespace ctgan::synth::privsyn
