// One place of an identifier's shape and what may stand there, numbered from 0:
//
//   characters   [0-9], or a single one that is always there       "C", "[a-f]"
//   words        one of a list                                     "\(north\|south\)"
//   a number     of a range, with zeros in front where both ends   "\<00-59\>", "\<0-255\>"
//                are written equally long
//
// Value type.
#pragma once

#include <algorithm>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace ctgan::synth::codecs {

class ShapePosition {
 public:
  // REQUIRES: not empty, each once.
  explicit ShapePosition(std::string characters) : characters_(std::move(characters)) {}
  static ShapePosition of_words(std::vector<std::string> words);
  // `width`: digits that each number is filled up to; 0: none. REQUIRES: least <= greatest < 10^9.
  static ShapePosition of_numbers(std::uint64_t least, std::uint64_t greatest, std::size_t width);

  std::uint64_t size() const;
  // Empty for words and numbers.
  const std::string& characters() const { return characters_; }
  // Of numbers; 0 for others.
  std::uint64_t greatest() const { return greatest_; }
  // The same numbers, none above `greatest`. REQUIRES: of numbers.
  ShapePosition up_to(std::uint64_t greatest) const {
    return of_numbers(std::min(least_, greatest), greatest, width_);
  }
  void append(std::uint64_t choice, std::string& text) const;

  // What a text may begin with: a choice, and how long it is.
  struct Beginning {
    std::uint64_t choice = 0;
    std::size_t length = 0;
  };
  std::vector<Beginning> beginnings(std::string_view text) const;

  bool operator==(const ShapePosition&) const = default;

 private:
  friend std::string pattern_of(const std::vector<ShapePosition>& positions);
  ShapePosition() = default;
  std::string pattern() const;
  std::string number(std::uint64_t choice) const;

  std::string characters_;
  std::vector<std::string> words_;
  std::uint64_t least_ = 0;
  std::uint64_t greatest_ = 0;
  std::size_t width_ = 0;
};

// All positions as one text, repetitions as {times}, and back. Throws Error(bad_data) for a text that is
// none.
std::string pattern_of(const std::vector<ShapePosition>& positions);
std::vector<ShapePosition> positions_from(const std::string& pattern);
[[noreturn]] void refuse_shape(const std::string& pattern);

}  // namespace ctgan::synth::codecs
