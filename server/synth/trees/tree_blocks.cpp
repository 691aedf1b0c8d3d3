#include "server/synth/trees/tree_blocks.h"

#include <algorithm>
#include <utility>

namespace ctgan::synth::trees {
namespace {

// Enough rows for a block's own costs to vanish, few enough for wide tables to stay small.
std::size_t rows_a_block(std::size_t variables) {
  constexpr std::size_t k_cells = std::size_t{1} << 17;
  return std::clamp<std::size_t>(k_cells / variables, 64, 2048);
}

}  // namespace

TreeBlocks::TreeBlocks(const TreesParts& parts, std::uint64_t rows, std::uint64_t seed)
    : parts_(parts), rows_(rows), seed_(seed), block_rows_(rows_a_block(parts.variables.size())) {}

std::size_t TreeBlocks::count() const {
  return static_cast<std::size_t>((rows_ + block_rows_ - 1) / block_rows_);
}

std::size_t TreeBlocks::rows_in(std::size_t block) const {
  return static_cast<std::size_t>(
      std::min<std::uint64_t>(block_rows_, rows_ - std::uint64_t{block} * block_rows_));
}

random::Stream TreeBlocks::stream(std::size_t block, std::size_t place, bool inside_states) const {
  const std::uint64_t purpose = 2 * std::uint64_t{place} + (inside_states ? 1 : 0);
  return {seed_, random::StreamId::sampling, std::uint64_t{block} * 2 * parts_.variables.size() + purpose};
}

std::optional<GivenStates> TreeBlocks::states_of(const model::GivenCategory& given) const {
  const std::string text = parts_.codec.categories(given.column).categories[given.category];
  GivenStates found;
  for (const codecs::CodeRows& rows : parts_.codec.find(given.column, text)) {
    found.variable = parts_.variables.of_part(rows.column, rows.code.part);
    found.states.push_back(static_cast<State>(rows.code.code));
  }
  if (found.states.empty()) return std::nullopt;
  std::sort(found.states.begin(), found.states.end());
  return found;
}

table::Table TreeBlocks::make(std::size_t block) const {
  return make(block, std::nullopt, true);
}

table::Table TreeBlocks::make_candidates(std::size_t block,
                                         const std::optional<model::GivenCategory>& given) const {
  return make(block, given ? states_of(*given) : std::nullopt, false);
}

table::Table TreeBlocks::make(std::size_t block, const std::optional<GivenStates>& given,
                              bool numbered) const {
  const Variables& variables = parts_.variables;
  const SequentialTrees& trees = parts_.trees;
  const std::size_t rows = rows_in(block);
  const auto streams = [&](std::size_t place) { return stream(block, place, false); };
  const std::vector<std::vector<State>> states =
      given ? trees.draw_given(variables, rows, *given, streams) : trees.draw(variables, rows, streams);
  std::vector<std::vector<float>> uniform(variables.size());
  for (std::size_t place = 0; place < trees.order().size(); ++place) {
    if (!variables[trees.order()[place]].numbers) continue;
    std::vector<float>& of_variable = uniform[trees.order()[place]];
    of_variable.resize(rows);
    stream(block, place, true).fill_uniform(of_variable);
  }
  std::vector<codecs::ColumnValues> values;
  for (std::size_t column = 0; column < parts_.codec.columns().size(); ++column)
    values.push_back(variables.values(column, states, uniform));
  return parts_.codec.decode(
      values,
      {.seed = seed_, .first = std::uint64_t{block} * block_rows_, .count = rows, .numbered = numbered});
}

table::Table TreeBlocks::number_rows(table::Table rows, std::uint64_t first) const {
  return parts_.codec.number_rows(std::move(rows), seed_, first);
}

}  // namespace ctgan::synth::trees
