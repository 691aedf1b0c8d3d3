// The shape of a column's identifiers, and new ones of the same shape that no row had.
//
//   C-00123, C-04711          C-[0-9]{5}
//   3f2a9c..., (UUIDs)        [0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-...
//
// Texts of one length with their punctuation in the same places form a shape; a column has the eight
// commonest and, if need be, longer ones. What is kept of the texts:
//
//   letters and digits   A word (letters only, or digits only) stays as it is where all texts share it that
//                        have the same words and punctuation in the same order, whatever the words' lengths.
//                        Those must be all of the column (three rows or more), or at least twenty rows and
//                        1 % of the column. In texts that mix both within words (UUIDs), the rows of the
//                        shape must share it instead, and be as many. A word of letters that varies keeps no
//                        letter: each of its positions takes a-z, A-Z or both, as the rows have it there
//                        (hexadecimal digits stay hexadecimal). A word of digits that varies keeps the digits
//                        that all rows of the shape share, if those are as many.
//   the length           First come 0-9 for such shared digits, from the right, until an eighth of the shape
//                        holds ten times the rows and 100,000. If after that the rows fill at most a quarter
//                        of the shape, the length stays: new identifiers up to ten times the rows if half of
//                        the shape holds them, else half of the shape. Otherwise the last open digits, or
//                        letters if there are none, grow by one after the other.
//   free identifiers     An identifier is a number in the mixed radix of its shape's open positions.
//                        Multiplied and shifted (a v + b mod the shape's size) and divided by m, those of the
//                        training rows leave some remainders free; a few of these are kept, and only numbers
//                        with such a remainder are ever made. So an old identifier cannot come out, none is
//                        stored, and the kept remainders tell only of a part of all identifiers of the shape
//                        that it was not in the table: an eighth at most, or half where ten times the rows
//                        need that.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "server/synth/random/random.h"

namespace ctgan::synth::transforms {

// The `index`-th of 0 to count - 1 in an order that `order` draws. REQUIRES: count > 0.
std::uint64_t shuffled(std::uint64_t index, std::uint64_t count, random::Stream order);

class IdentifierShape {
 public:
  // The shapes of `texts`, all different, the commonest first; no text comes out of two of them. Together,
  // each with its share of rows(), they have room for as many identifiers as there are texts, and the
  // roomiest for ten times as many and at least 100,000; for that the last may be one without rows.
  // `whole_numbers`: no shape may begin with a zero or exceed 63 bits. REQUIRES: not empty.
  static std::vector<IdentifierShape> find(std::span<const std::string_view> texts, bool whole_numbers,
                                           std::uint64_t seed);
  // For loading: "C-[0-9]{5}" and the numbers of facts(). Throws Error(bad_data) for others.
  IdentifierShape(const std::string& pattern, const std::vector<std::int64_t>& facts);

  std::string pattern() const;
  std::vector<std::int64_t> facts() const;
  // Training rows that it stands for.
  std::uint64_t rows() const { return rows_; }
  // How many different identifiers can be made.
  std::uint64_t capacity() const;
  // The `index`-th of a series that depends on `series`; different indices below capacity() give different
  // texts.
  std::string make(std::uint64_t index, std::uint64_t series) const;

 private:
  struct Group;   // the training rows with an outline
  struct Finder;  // of a column
  IdentifierShape() = default;
  void count_positions();
  bool keep_free_remainders(const Group& group, std::uint64_t tight, std::uint64_t seed);
  void lengthen();
  void stay_whole_number();
  bool may_hold(std::string_view text) const;
  std::string outline() const;
  std::uint64_t number_of(std::string_view text) const;

  std::vector<std::string> positions_;  // the characters that each may hold; one: it is fixed
  std::size_t first_counted_ = 0;       // positions from here on make up the number
  std::uint64_t size_ = 1;              // of the counted positions
  std::uint64_t multiplier_ = 1;
  std::uint64_t shift_ = 0;
  std::uint64_t divisor_ = 1;
  std::vector<std::uint64_t> remainders_{0};
  std::uint64_t rows_ = 0;
};

}  // namespace ctgan::synth::transforms
