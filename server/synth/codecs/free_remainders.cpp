#include "server/synth/codecs/free_remainders.h"

#include <algorithm>
#include <numeric>
#include <utility>

namespace ctgan::synth::codecs {
namespace {

constexpr std::uint64_t k_told_share_if_tight = 2;

__extension__ typedef unsigned __int128 Wide;  // NOLINT(modernize-use-using): __extension__ needs it

std::uint64_t multiply(std::uint64_t a, std::uint64_t b, std::uint64_t modulus) {
  return static_cast<std::uint64_t>(Wide{a} * b % modulus);
}

// a^-1 modulo `modulus`, by Euclid. REQUIRES: coprime, modulus below 2^63.
std::uint64_t inverse(std::uint64_t a, std::uint64_t modulus) {
  if (modulus == 1) return 0;
  std::int64_t t = 0;
  std::int64_t next_t = 1;
  auto r = static_cast<std::int64_t>(modulus);
  auto next_r = static_cast<std::int64_t>(a % modulus);
  while (next_r != 0) {
    const std::int64_t quotient = r / next_r;
    t = std::exchange(next_t, t - quotient * next_t);
    r = std::exchange(next_r, r - quotient * next_r);
  }
  return static_cast<std::uint64_t>(t < 0 ? t + static_cast<std::int64_t>(modulus) : t);
}

std::uint64_t draw_below(random::Stream& random, std::uint64_t bound) {
  const std::uint64_t high = random.next_u32();
  return bound == 0 ? 0 : ((high << 32U) | random.next_u32()) % bound;
}

// Some number without a common divisor.
std::uint64_t draw_coprime(random::Stream& random, std::uint64_t modulus) {
  if (modulus < 3) return 1;
  std::uint64_t found = draw_below(random, modulus);
  while (found == 0 || std::gcd(found, modulus) != 1) found = (found + 1) % modulus;
  return found;
}

}  // namespace

std::uint64_t shuffled(std::uint64_t index, std::uint64_t count, random::Stream order) {
  const std::uint64_t step = draw_coprime(order, count);
  return (multiply(index % count, step, count) + draw_below(order, count)) % count;
}

FreeRemainders::FreeRemainders(std::uint64_t multiplier, std::uint64_t shift, std::uint64_t divisor,
                               std::vector<std::uint64_t> remainders)
    : multiplier_(multiplier), shift_(shift), divisor_(divisor), remainders_(std::move(remainders)) {}

bool FreeRemainders::keep(std::uint64_t size, std::uint64_t texts, std::span<const std::uint64_t> taken,
                          std::uint64_t tight, std::uint64_t seed) {
  constexpr std::uint64_t k_wanted = 1'000'000;
  divisor_ = texts == 0 ? 1 : 4 * texts + 1;
  if (size / divisor_ == 0) return false;
  random::Stream random(seed, random::StreamId::transform, ~std::uint64_t{0});
  multiplier_ = draw_coprime(random, size);
  shift_ = draw_below(random, size);
  std::vector<bool> is_taken(divisor_);
  for (const std::uint64_t number : taken)
    is_taken[(multiply(multiplier_, number, size) + shift_) % size % divisor_] = true;
  const std::uint64_t each = size / divisor_;
  const std::uint64_t freely =
      std::min(std::max(k_wanted, 2 * tight) / each + 1, std::max<std::uint64_t>(divisor_ / k_told_share, 1));
  const std::uint64_t tightly = std::min(tight / each + 1, divisor_ / k_told_share_if_tight);
  const std::uint64_t wanted = std::max(freely, tightly);
  remainders_.clear();
  const std::uint64_t start = draw_below(random, divisor_);
  for (std::uint64_t i = 0; i < divisor_ && remainders_.size() < wanted; ++i) {
    const std::uint64_t remainder = (start + i) % divisor_;
    if (!is_taken[remainder]) remainders_.push_back(remainder);
  }
  return true;
}

bool FreeRemainders::suits(std::uint64_t size) const {
  std::vector<std::uint64_t> sorted = remainders_;
  std::sort(sorted.begin(), sorted.end());
  const bool twice = std::adjacent_find(sorted.begin(), sorted.end()) != sorted.end();
  return divisor_ != 0 && !sorted.empty() && sorted.back() < divisor_ && !twice && capacity(size) > 0 &&
         shift_ < size && std::gcd(multiplier_, size) == 1;
}

std::uint64_t FreeRemainders::capacity(std::uint64_t size) const {
  return size / divisor_ * remainders_.size();
}

std::uint64_t FreeRemainders::number(std::uint64_t place, std::uint64_t size) const {
  const std::uint64_t moved = place / remainders_.size() * divisor_ +
                              remainders_[static_cast<std::size_t>(place % remainders_.size())];
  return multiply(inverse(multiplier_, size), (moved + size - shift_) % size, size);
}

std::vector<std::uint64_t> FreeRemainders::facts() const {
  std::vector<std::uint64_t> facts{multiplier_, shift_, divisor_};
  facts.insert(facts.end(), remainders_.begin(), remainders_.end());
  return facts;
}

}  // namespace ctgan::synth::codecs
