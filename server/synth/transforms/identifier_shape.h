// The shape of a column's identifiers, and new ones of the same shape that no row had.
//
//   C-00123, C-04711          C-[0-9]{5}
//   3f2a9c..., (UUIDs)        [0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-...
//
// Texts of one length with their punctuation in the same places form a shape; a column has up to eight. A
// letter or digit stays as it is only where a whole shape of at least ten rows (or the whole column) shares
// it. An identifier is a number in the mixed radix of its shape's open positions. Multiplied and shifted
// (a v + b mod the shape's size) and divided by m, the identifiers of the training rows leave some remainders
// free; a few of those are kept, and only numbers with such a remainder are ever made. So an old identifier
// cannot come out, none is stored, and all that the kept remainders tell is that a small part (at most an
// eighth) of all identifiers of the shape was not in the table.
#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace ctgan::synth::transforms {

class IdentifierShape {
 public:
  // The shapes of `texts`, all different, at most eight, the commonest first. `whole_numbers`: no shape may
  // begin with a zero. REQUIRES: not empty.
  static std::vector<IdentifierShape> find(std::span<const std::string_view> texts, bool whole_numbers,
                                           std::uint64_t seed);
  // For loading: "C-[0-9]{5}" and the numbers of facts(). Throws Error(bad_data) for others.
  IdentifierShape(const std::string& pattern, const std::vector<std::int64_t>& facts);

  std::string pattern() const;
  std::vector<std::int64_t> facts() const;
  // Training rows of this shape.
  std::uint64_t rows() const { return rows_; }
  // How many different identifiers can be made.
  std::uint64_t capacity() const;
  // The `index`-th of a series that depends on `series`; different indices below capacity() give different
  // texts.
  std::string make(std::uint64_t index, std::uint64_t series) const;

 private:
  struct Group;
  IdentifierShape() = default;
  // The training rows with an outline.
  using GroupOf = std::function<Group(const std::string& outline)>;
  static IdentifierShape fit(const Group& group, bool whole_column, bool whole_numbers);
  void count_positions();
  bool keep_free_remainders(const Group& group, std::uint64_t seed);
  void widen(const GroupOf& group_of, std::uint64_t seed);
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
