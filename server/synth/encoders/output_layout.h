// How one row looks to the networks: the dense width, and which part of it is which.
// Per continuous column a scalar (tanh) and a one-hot of its modes (softmax); per discrete column a
// one-hot of its categories (softmax); columns in table order. (Xu et al. 2019, "Modeling Tabular Data
// using Conditional GAN", section 4.2.)
//
// The conditional vector is the concatenation of the discrete columns' one-hots, in table order
// (section 4.3).
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace ctgan::synth::encoders {

struct Block {
  enum class Kind : std::uint8_t { scalar, modes, categories };
  Kind kind = Kind::scalar;
  std::size_t column = 0;  // in the table
  std::size_t offset = 0;  // in the dense row
  std::size_t width = 1;
  // Kind::categories only: where the block starts in the conditional vector.
  std::size_t condition_offset = 0;

  // Whether the position of the dense row is the block's.
  bool has(std::size_t position) const { return position - offset < width; }

  bool operator==(const Block&) const = default;
};

// Where the category stands that a number of the conditional vector gives.
struct CategoryPlace {
  std::size_t block = 0;     // index into OutputLayout::blocks
  std::size_t position = 0;  // in the dense row

  bool operator==(const CategoryPlace&) const = default;
};

struct OutputLayout {
  std::vector<Block> blocks;        // ascending offset, no gaps
  std::size_t width = 0;            // of the dense row
  std::size_t condition_width = 0;  // of the conditional vector; 0 without discrete columns

  // Append the next column of the table. REQUIRES: at least one mode or category.
  void add_continuous(std::size_t modes);
  void add_discrete(std::size_t categories);

  std::size_t columns() const;
  // Indices into `blocks` of the discrete columns, in table order.
  std::vector<std::size_t> discrete_blocks() const;
  // One for each number of the conditional vector.
  std::vector<CategoryPlace> category_places() const;

  bool operator==(const OutputLayout&) const = default;
};

}  // namespace ctgan::synth::encoders
