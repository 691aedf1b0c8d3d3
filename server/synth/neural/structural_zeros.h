// Pairs of values that the training table does not have together although both are frequent: a withdrawal and
// a deposit in one booking, an end date on an open case, a husband who is female. In the terms of contingency
// tables these are structural zeros (Bishop, Fienberg and Holland 1975, chapter 5). Given its latent vector a
// network draws a row's blocks independently of each other, so however well it was trained some rows have
// such a pair; settle() draws the later of the two again, from what is left.
//
//   tensor   structural_zeros     i64, pairs x 2: positions in the output layout, the smaller first,
//                                 ascending; there when there are pairs
//
// Immutable, safe to share between threads.
#pragma once

#include <algorithm>
#include <cstdint>
#include <span>
#include <utility>
#include <vector>

#include "common/threads/thread_pool.h"
#include "server/synth/archive/archive.h"
#include "server/synth/encoders/encoded_table.h"
#include "server/synth/native_execution/row_generator.h"

namespace ctgan::synth::neural {

class StructuralZeros {
 public:
  using Pair = std::pair<std::uint32_t, std::uint32_t>;

  StructuralZeros() = default;
  // Modes and categories of different columns that fewer than `least_rows` training rows have together, where
  // 20 rows or more would if the columns knew nothing of each other. Likewise where a row has any other than
  // a frequent one: who has no deposit of 0 has one of any size. Of the 2,048 most frequent positions, and at
  // most 50,000 pairs, those with most expected rows. REQUIRES: least_rows > 0.
  static StructuralZeros find(const encoders::EncodedTable& encoded, std::uint64_t least_rows,
                              threads::ThreadPool& pool);
  // REQUIRES: pairs ascending, each of positions of two blocks that are no scalars, the smaller first.
  StructuralZeros(std::vector<Pair> pairs, const encoders::OutputLayout& layout);
  // What add_to() put there. Throws Error(bad_data) for what add_to() does not write.
  static StructuralZeros load(const archive::Archive& archive, const encoders::OutputLayout& layout);
  void add_to(archive::Archive& archive) const;

  bool empty() const { return pairs_.empty(); }
  const std::vector<Pair>& pairs() const { return pairs_; }

  // What RowGenerator::draw drew, and from what; `condition` may be empty.
  struct Draws {
    std::size_t count = 0;
    std::span<const std::uint32_t> condition;
    const kernels::Panels<float>* logits = nullptr;  // rows x layout.width
    std::span<const float> uniform;                  // that the blocks were drawn with
  };
  // Goes through each row's blocks in the layout's order, that of its condition before the others. A code
  // that makes a pair with one settled before is drawn again among those that make none, with what its
  // uniform number has left to say; where each makes one, it stays.
  void settle(const Draws& draws, std::span<float> drawn) const;

 private:
  using Word = std::uint64_t;
  static constexpr std::size_t k_bits = 64;

  // Some of the layout's positions, a bit each.
  class Positions {
   public:
    explicit Positions(std::size_t words) : words_(words) {}
    void clear() { std::fill(words_.begin(), words_.end(), 0); }
    bool has(std::size_t position) const {
      return (words_[position / k_bits] >> (position % k_bits) & 1) != 0;
    }
    // `others` may be null: none.
    void add(const Word* others) {
      for (std::size_t i = 0; others != nullptr && i < words_.size(); ++i) words_[i] |= others[i];
    }

   private:
    std::vector<Word> words_;
  };

  // What a position makes pairs with, a bit for each position of the layout; null if it makes none.
  const Word* partners(std::size_t position) const {
    return row_[position] == k_none ? nullptr : partners_.data() + row_[position] * words_;
  }
  static std::size_t redrawn(const Draws& draws, std::size_t row, const encoders::Block& block, float uniform,
                             std::size_t code, const Positions& barred);

  static constexpr std::uint32_t k_none = UINT32_MAX;
  std::vector<Pair> pairs_;
  encoders::OutputLayout layout_;
  std::vector<encoders::CategoryPlace> places_;
  std::size_t words_ = 0;
  std::vector<std::uint32_t> row_;  // of each position in partners_
  std::vector<Word> partners_;
};

}  // namespace ctgan::synth::neural
