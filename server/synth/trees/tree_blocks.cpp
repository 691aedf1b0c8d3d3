#include "server/synth/trees/tree_blocks.h"

#include <algorithm>
#include <cmath>
#include <utility>

namespace ctgan::synth::trees {
namespace {

std::size_t rows_a_block(std::size_t variables, std::size_t proposals) {
  constexpr std::size_t k_cells = std::size_t{1} << 17;
  return std::max(sampling::SampleCut::rows_a_block(k_cells, variables) / proposals,
                  sampling::SampleCut::k_least_rows);
}

// As many as a file of so many rows can have in seconds.
std::size_t proposals_a_row(std::size_t rows) {
  constexpr std::size_t k_all = std::size_t{1} << 21;
  return std::clamp<std::size_t>(k_all / std::max<std::size_t>(rows, 1), 64, 512);
}

}  // namespace

BlockDrawing::BlockDrawing(const TreesParts& parts, std::uint64_t rows, std::uint64_t seed,
                           std::size_t proposals)
    : parts_(parts), cut_(rows, seed, rows_a_block(parts.variables.size(), proposals)) {}

// Of the variable order()[place], for its states or for where in a state its numbers lie; and of one place more.
random::Stream BlockDrawing::stream(std::size_t block, std::size_t place, bool inside_states) const {
  const std::uint64_t purpose = 2 * std::uint64_t{place} + (inside_states ? 1 : 0);
  return cut_.stream(block, purpose, 2 * (std::uint64_t{parts_.variables.size()} + 1));
}

SequentialTrees::Streams BlockDrawing::streams(std::size_t block) const {
  return [this, block](std::size_t place) { return stream(block, place, false); };
}

table::Table BlockDrawing::write(std::size_t block, const States& states, bool numbered,
                                 const Settle& settle) const {
  const Variables& variables = parts_.variables;
  const std::vector<std::size_t>& order = parts_.trees.order();
  const std::size_t rows = cut_.rows_in(block);
  std::vector<std::vector<float>> uniform(variables.size());
  for (std::size_t place = 0; place < order.size(); ++place) {
    if (!variables[order[place]].numbers) continue;
    uniform[order[place]].resize(rows);
    stream(block, place, true).fill_uniform(uniform[order[place]]);
  }
  std::vector<codecs::ColumnValues> values;
  for (std::size_t column = 0; column < parts_.codec.columns().size(); ++column) {
    values.push_back(variables.values(column, states, uniform));
    if (settle) settle(column, values.back().numbers);
  }
  return parts_.codec.decode(
      values, {.seed = cut_.seed(), .first = cut_.first_row(block), .count = rows, .numbered = numbered});
}

TreeBlocks::TreeBlocks(const TreesParts& parts, std::uint64_t rows, std::uint64_t seed)
    : parts_(parts), drawing_(parts, rows, seed) {}

table::Table TreeBlocks::make(std::size_t block) const {
  return drawing_.write(
      block, parts_.trees.draw(parts_.variables, drawing_.cut().rows_in(block), drawing_.streams(block)),
      true);
}

TreeCandidates::TreeCandidates(const TreesParts& parts,
                               const std::vector<std::vector<model::GivenCells>>& given, std::uint64_t seed)
    : parts_(parts), drawing_(parts, model::k_most_rows, seed) {
  for (const std::vector<model::GivenCells>& cells : given)
    given_.push_back(parts.trees.prepare(states_of(parts, cells)));
}

table::Table TreeCandidates::make(std::size_t share, std::size_t block) const {
  const std::size_t rows = drawing_.cut().rows_in(block);
  const SequentialTrees::Streams streams = drawing_.streams(block);
  return drawing_.write(block,
                        given_[share].states.empty()
                            ? parts_.trees.draw(parts_.variables, rows, streams)
                            : parts_.trees.draw_given(parts_.variables, rows, given_[share], streams),
                        false);
}

CompletedTreeRows::CompletedTreeRows(const TreesParts& parts, const model::KnownRows& known,
                                     std::uint64_t seed)
    : parts_(parts),
      known_(known_cells(parts, known)),
      proposals_(proposals_a_row(known.rows)),
      drawing_(parts, known.rows, seed, proposals_) {}

table::Table CompletedTreeRows::make(std::size_t block) const {
  const std::size_t first = first_row(block);
  const BlockDrawing::States states =
      parts_.trees.complete(parts_.variables, known_.states,
                            {.first = first, .count = drawing_.cut().rows_in(block), .proposals = proposals_},
                            drawing_.streams(block));
  // A number that is known is itself, not any of its state's: rules compute with it.
  return drawing_.write(block, states, true, [&](std::size_t column, std::vector<double>& numbers) {
    const std::vector<double>& known = known_.numbers[column];
    for (std::size_t row = 0; row < numbers.size() && !known.empty(); ++row)
      if (!std::isnan(known[first + row])) numbers[row] = known[first + row];
  });
}

}  // namespace ctgan::synth::trees
