#include "server/synth/marginal_methods/fitted_marginals.h"

#include <utility>

#include "server/synth/marginal_methods/marginal_blocks.h"

namespace ctgan::synth::marginal_methods {

FittedMarginals::FittedMarginals(MarginalParts parts) : parts_(std::move(parts)), sampler_(parts_.model) {}

std::unique_ptr<FittedMarginals> FittedMarginals::load(const archive::Archive& archive) {
  return std::make_unique<FittedMarginals>(read_marginals(archive));
}

std::vector<model::Category> FittedMarginals::categories(std::size_t column) const {
  return categories_of(parts_, parts_.model.total(), column, [this](marginals::Attribute attribute) {
    return parts_.model.marginal(marginals::AttributeSet{attribute});
  });
}

std::unique_ptr<model::SampledBlocks> FittedMarginals::sample(std::uint64_t rows, std::uint64_t seed) const {
  return std::make_unique<MarginalBlocks>(parts_, sampler_, rows, seed);
}

std::unique_ptr<model::CandidateBlocks> FittedMarginals::candidates(
    const std::vector<std::vector<model::GivenCells>>& given, std::uint64_t seed) const {
  return std::make_unique<MarginalCandidates>(parts_, sampler_, given, seed);
}

std::unique_ptr<model::CompletedBlocks> FittedMarginals::complete(const model::KnownRows& known,
                                                                  std::uint64_t seed) const {
  return std::make_unique<CompletedMarginalRows>(parts_, known, seed);
}

table::Table FittedMarginals::number_rows(table::Table rows, std::uint64_t /*seed*/,
                                          std::uint64_t first) const {
  return parts_.domain.number_rows(rows, first);
}

archive::Archive FittedMarginals::save() const {
  return write_marginals(parts_);
}

}  // namespace ctgan::synth::marginal_methods
