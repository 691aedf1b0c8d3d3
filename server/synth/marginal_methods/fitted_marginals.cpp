#include "server/synth/marginal_methods/fitted_marginals.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "server/synth/marginal_methods/marginal_blocks.h"

namespace ctgan::synth::marginal_methods {

FittedMarginals::FittedMarginals(MarginalParts parts) : parts_(std::move(parts)), sampler_(parts_.model) {}

std::unique_ptr<FittedMarginals> FittedMarginals::load(const archive::Archive& archive) {
  return std::make_unique<FittedMarginals>(read_marginals(archive));
}

std::vector<model::Category> FittedMarginals::categories(std::size_t column) const {
  const domains::DomainColumn& domain = parts_.domain.columns()[column];
  const std::vector<std::string> texts = domain.texts();
  std::vector<model::Category> categories;
  const auto& attributes = parts_.domain.attributes();
  const auto at = std::find(attributes.begin(), attributes.end(), column);
  if (at == attributes.end()) {
    for (const std::string& text : texts)
      categories.push_back({text, static_cast<std::uint64_t>(std::llround(parts_.model.total()))});
    return categories;
  }
  const auto attribute = static_cast<marginals::Attribute>(at - attributes.begin());
  const MergedCodes& merged = parts_.merged[attribute];
  const marginals::Factor expected = parts_.model.marginal(marginals::AttributeSet{attribute});
  for (std::uint32_t code = 0; code < texts.size(); ++code) {
    const std::uint32_t shared = merged.merged()[code];
    const double rows = expected.cells[shared] / static_cast<double>(merged.codes_of(shared).size());
    categories.push_back({texts[code], static_cast<std::uint64_t>(std::llround(rows))});
  }
  return categories;
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
