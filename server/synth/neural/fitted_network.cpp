#include "server/synth/neural/fitted_network.h"

#include <algorithm>
#include <string>
#include <utility>

#include "server/synth/sampling/column_categories.h"

namespace ctgan::synth::neural {
namespace {

class NetworkCandidates final : public model::CandidateBlocks {
 public:
  using Given = std::vector<encoders::Condition>;

  NetworkCandidates(std::unique_ptr<NetworkBlocks> blocks, std::vector<Given> given)
      : blocks_(std::move(blocks)), given_(std::move(given)) {}

  bool is_given(std::size_t share) const override {
    return blocks_->takes_conditions() && !given_[share].empty();
  }
  table::Table make(std::size_t share, std::size_t block) const override {
    return blocks_->make_candidates(block, given_[share]);
  }

 private:
  std::unique_ptr<NetworkBlocks> blocks_;
  std::vector<Given> given_;  // of each share
};

}  // namespace

FittedNetwork::FittedNetwork(const NetworkFormat& format, NetworkParts parts)
    : format_(format), parts_(std::move(parts)), metadata_(parts_.encoder.metadata()) {}

std::vector<model::Category> FittedNetwork::categories(std::size_t column) const {
  return sampling::categories_of(parts_.encoder.codec(), column);
}

std::unique_ptr<model::SampledBlocks> FittedNetwork::sample(std::uint64_t rows, std::uint64_t seed) const {
  return blocks(rows, seed);
}

std::unique_ptr<model::CandidateBlocks> FittedNetwork::candidates(
    const std::vector<std::vector<model::GivenCells>>& given, std::uint64_t seed) const {
  std::vector<NetworkCandidates::Given> conditions(given.size());
  for (std::size_t share = 0; share < given.size(); ++share) {
    const auto one =
        std::find_if(given[share].begin(), given[share].end(),
                     [](const model::GivenCells& cells) { return cells.one_category().has_value(); });
    if (one == given[share].end()) continue;
    const std::string text = parts_.encoder.codec().categories(one->column).categories[*one->one_category()];
    conditions[share] = parts_.encoder.find_conditions(one->column, text);
  }
  return std::make_unique<NetworkCandidates>(blocks(model::k_most_rows, seed), std::move(conditions));
}

table::Table FittedNetwork::number_rows(table::Table rows, std::uint64_t seed, std::uint64_t first) const {
  return parts_.encoder.codec().number_rows(std::move(rows), seed, first);
}

}  // namespace ctgan::synth::neural
