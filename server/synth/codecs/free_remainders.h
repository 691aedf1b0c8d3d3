// Numbers below a size of which some are taken, and a way to the others that says of few that they are free.
//
// Multiplied and shifted (a v + b mod the size) and divided by m, the taken numbers leave some remainders
// free; a few of these are kept, and only numbers with such a remainder are ever given. So a taken number
// cannot come out, none is stored, and the kept remainders tell only of a part of all numbers that it was not
// taken: an eighth at most, or half where there is no room otherwise.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "server/synth/random/random.h"

namespace ctgan::synth::codecs {

// The part of all remainders that may be told to be free.
inline constexpr std::uint64_t k_told_share = 8;

// The `index`-th of 0 to count - 1 in an order that `order` draws. REQUIRES: count > 0.
std::uint64_t shuffled(std::uint64_t index, std::uint64_t count, random::Stream order);

class FreeRemainders {
 public:
  FreeRemainders() = default;
  // For loading. REQUIRES: suits().
  FreeRemainders(std::uint64_t multiplier, std::uint64_t shift, std::uint64_t divisor,
                 std::vector<std::uint64_t> remainders);

  // Room for a million, or for twice `tight`, as far as an eighth of all goes; for `tight` as far as half
  // goes. `texts` numbers are to be avoided, of which those in `taken` are below `size`. False when they fill
  // more than a quarter of the size.
  bool keep(std::uint64_t size, std::uint64_t texts, std::span<const std::uint64_t> taken,
            std::uint64_t tight, std::uint64_t seed);

  // Whether these are remainders for numbers below `size`, each once.
  bool suits(std::uint64_t size) const;
  // How many numbers there are.
  std::uint64_t capacity(std::uint64_t size) const;
  // The `place`-th of them. REQUIRES: place < capacity(size).
  std::uint64_t number(std::uint64_t place, std::uint64_t size) const;
  // Multiplier, shift, divisor and the remainders.
  std::vector<std::uint64_t> facts() const;

 private:
  std::uint64_t multiplier_ = 1;
  std::uint64_t shift_ = 0;
  std::uint64_t divisor_ = 1;
  std::vector<std::uint64_t> remainders_{0};
};

}  // namespace ctgan::synth::codecs
