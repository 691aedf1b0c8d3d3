// Rows of a private model's merged codes as rows of its table, block by block: a block is a function of the model, the seed
// and its number alone. A block that is cut short is the beginning of the whole one.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <limits>
#include <memory>
#include <vector>

#include "server/synth/marginal_methods/private_archive.h"
#include "server/synth/model/trainer.h"
#include "server/synth/sampling/sample_cut.h"

namespace ctgan::synth::marginal_methods {

// Of a whole block, of a model of `total` rows. Large, as counts are rounded in each: what is left over of a cell is left
// over once a block. As many rows as the model has are whole blocks, so that a sample of the table's size has its counts as
// near as can be.
std::size_t rows_a_block(const PrivateParts& parts, double total);

class CodedRows {
 public:
  // `parts` outlive it. `rows`: of the sample.
  CodedRows(const PrivateParts& parts, double total, std::uint64_t rows, std::uint64_t seed);

  std::size_t count() const { return cut_.count(); }
  std::size_t block_rows() const { return block_rows_; }
  // For the codes of a block.
  random::Stream stream(std::size_t block) const;
  // `codes`: of a whole block's rows, an attribute each. `numbered`: with identifiers by their place in the sample.
  table::Table decode(std::size_t block, std::vector<codecs::Codes> codes, bool numbered) const;

 private:
  const PrivateParts& parts_;
  std::size_t block_rows_;
  sampling::SampleCut cut_;
};

// Codes of as many rows as a whole block has, an attribute each, for rows that are given what share `share` has; plain rows of
// a sample are share k_plain. A function of the random numbers alone, safe to call from several threads.
using DrawCodes =
    std::function<std::vector<codecs::Codes>(std::size_t share, std::size_t rows, random::Stream random)>;
inline constexpr std::size_t k_plain = std::numeric_limits<std::size_t>::max();

// Blocks of rows whose codes are drawn so. `parts` and what `draw` refers to outlive them.
std::unique_ptr<model::SampledBlocks> drawn_blocks(const PrivateParts& parts, double total,
                                                   std::uint64_t rows, std::uint64_t seed, DrawCodes draw);
// The same as candidates; `is_given` says of each share whether that changes how its rows are drawn.
std::unique_ptr<model::CandidateBlocks> drawn_candidates(const PrivateParts& parts, double total,
                                                         std::uint64_t seed, std::vector<bool> is_given,
                                                         DrawCodes draw);

// What a column of categories can hold, with the rows that the model expects of each; `marginal` gives those of an
// attribute's merged codes.
std::vector<model::Category> categories_of(
    const PrivateParts& parts, double total, std::size_t column,
    const std::function<marginals::Factor(marginals::Attribute)>& marginal);

}  // namespace ctgan::synth::marginal_methods
