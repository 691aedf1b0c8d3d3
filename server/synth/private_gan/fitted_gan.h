// A fitted private GAN: a generator of rows of codes, and how often each code is. What discriminated is gone.
#pragma once

#include <memory>

#include "server/synth/model/trainer.h"
#include "server/synth/native_execution/row_generator.h"
#include "server/synth/networks/ctgan_shape.h"
#include "server/synth/neural/conditional_sampler.h"
#include "server/synth/private_gan/gan_archive.h"

namespace ctgan::synth::private_gan {

class FittedGan final : public model::FittedModel {
 public:
  // REQUIRES: networks::generator_parameters() of the options' shape.
  explicit FittedGan(GanParts parts);
  // Throws Error(bad_data) saying which part of the archive is missing or wrong.
  static std::unique_ptr<FittedGan> load(const archive::Archive& archive);

  std::string name() const override { return parts_.method; }
  const table::Metadata& metadata() const override { return parts_.domain.metadata(); }
  // With the rows that were measured of each, which are noisy.
  std::vector<model::Category> categories(std::size_t column) const override;
  std::unique_ptr<model::SampledBlocks> sample(std::uint64_t rows, std::uint64_t seed) const override;
  // Of what is given, the first that is one category alone is the rows' condition.
  std::unique_ptr<model::CandidateBlocks> candidates(const std::vector<std::vector<model::GivenCells>>& given,
                                                     std::uint64_t seed) const override;
  // Matched with drawn rows (matched_rows.h). Null for patectgan, whose rows say of a cell hardly more than its column
  // alone does (docs/benchmarks.md).
  std::unique_ptr<model::CompletedBlocks> complete(const model::KnownRows& known,
                                                   std::uint64_t seed) const override;
  table::Table number_rows(table::Table rows, std::uint64_t seed, std::uint64_t first) const override;
  archive::Archive save() const override { return write_gan(parts_); }

 private:
  GanParts parts_;
  networks::CtganShape shape_;
  neural::ConditionSampler conditions_;
  native_execution::RowGenerator generator_;
};

}  // namespace ctgan::synth::private_gan
