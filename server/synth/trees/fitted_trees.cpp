#include "server/synth/trees/fitted_trees.h"

#include <utility>

#include "server/synth/sampling/column_categories.h"
#include "server/synth/trees/tree_blocks.h"
#include "server/synth/trees/tree_contents.h"

namespace ctgan::synth::trees {

FittedTrees::FittedTrees(TreesParts parts) : parts_(std::move(parts)) {}

std::unique_ptr<FittedTrees> FittedTrees::load(const archive::Archive& archive) {
  return std::make_unique<FittedTrees>(read_trees(archive));
}

std::string FittedTrees::name() const {
  return "trees";
}

std::vector<model::Category> FittedTrees::categories(std::size_t column) const {
  return sampling::categories_of(parts_.codec, column);
}

std::unique_ptr<model::SampledBlocks> FittedTrees::sample(std::uint64_t rows, std::uint64_t seed) const {
  return std::make_unique<TreeBlocks>(parts_, rows, seed);
}

std::unique_ptr<model::CandidateBlocks> FittedTrees::candidates(
    const std::vector<std::vector<model::GivenCells>>& given, std::uint64_t seed) const {
  return std::make_unique<TreeCandidates>(parts_, given, seed);
}

table::Table FittedTrees::number_rows(table::Table rows, std::uint64_t seed, std::uint64_t first) const {
  return parts_.codec.number_rows(std::move(rows), seed, first);
}

std::unique_ptr<model::CompletedBlocks> FittedTrees::complete(const model::KnownRows& known,
                                                              std::uint64_t seed) const {
  return std::make_unique<CompletedTreeRows>(parts_, known, seed);
}

nlohmann::ordered_json FittedTrees::contents() const {
  return contents_of(parts_);
}

archive::Archive FittedTrees::save() const {
  return write_trees(parts_);
}

}  // namespace ctgan::synth::trees
