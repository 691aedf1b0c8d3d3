// The shape of a column's identifiers, and new ones of the same shape that no row had.
//
//   C-00123, C-04711              C-[0-9]{5}                                      outline_shapes.h
//   10.0.3.17, 10.2.250.4         10.\<0-3\>.\<0-255\>.\<0-255\>                    word_shapes.h
//   Anna Meier, Bert Schulz       [B-DF-H...][a-ae-e...]... [B-D...]...           word_shapes.h
//
// An identifier is a number in the mixed radix of its shape's positions (shape_position.h). Only numbers are
// made that no training row can have had (free_remainders.h).
#pragma once

#include <algorithm>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "server/synth/codecs/free_remainders.h"
#include "server/synth/codecs/shape_position.h"

namespace ctgan::synth::codecs {

struct ShapeWish {
  bool whole_numbers = false;       // no shape may begin with a zero or exceed 63 bits
  std::uint64_t rows_to_share = 1;  // what is kept of the texts must stand in as many of them
  std::uint64_t seed = 0;

  // Room that the roomiest shape of a column of `texts` must have.
  static std::uint64_t ten_times(std::uint64_t texts) { return 10 * texts; }
  static std::uint64_t room(std::uint64_t texts) {
    return std::max<std::uint64_t>(ten_times(texts), 100'000);
  }
};

class IdentifierShape {
 public:
  // The shapes of `texts`, all different, the commonest first; no text comes out of two of them. Together,
  // each with its share of rows(), they have room for as many identifiers as there are texts, and the
  // roomiest for ten times as many and at least 100,000; for that the last may be one without rows.
  // REQUIRES: not empty.
  static std::vector<IdentifierShape> find(std::span<const std::string_view> texts, const ShapeWish& wish);
  // Before avoid(), any text of the shape is made.
  IdentifierShape(std::vector<ShapePosition> positions, std::uint64_t rows);
  // For loading: "C-[0-9]{5}" and the numbers of facts(). Throws Error(bad_data) for others.
  IdentifierShape(const std::string& pattern, const std::vector<std::int64_t>& facts);

  // None of `texts` is made from now on; FreeRemainders::keep says what `tight` is, and what is answered.
  bool avoid(std::span<const std::string_view> texts, std::uint64_t tight, std::uint64_t seed);

  const std::vector<ShapePosition>& positions() const { return positions_; }
  std::string pattern() const { return pattern_of(positions_); }
  std::vector<std::int64_t> facts() const;
  // Training rows that it stands for.
  std::uint64_t rows() const { return rows_; }
  void set_rows(std::uint64_t rows) { rows_ = rows; }
  // How many texts there are, if there were nothing to avoid.
  std::uint64_t size() const { return size_; }
  // How many different identifiers can be made.
  std::uint64_t capacity() const;
  // Whether it holds numbers of a range: better the same value again than one that cannot be.
  bool has_ranges() const;
  // The `index`-th of a series that depends on `series`; different indices below capacity() give different
  // texts.
  std::string make(std::uint64_t index, std::uint64_t series) const;

 private:
  void count_positions();

  std::vector<ShapePosition> positions_;
  std::size_t first_counted_ = 0;  // positions from here on make up the number
  std::uint64_t size_ = 1;         // of the counted positions
  FreeRemainders free_;
  std::uint64_t rows_ = 0;
};

}  // namespace ctgan::synth::codecs
