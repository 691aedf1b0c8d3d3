#include "server/synth/random/random.h"

#include <algorithm>
#include <cmath>

#include "server/synth/random/distributions.h"

namespace ctgan::synth::random {

Stream::Stream(std::uint64_t seed, StreamId id, std::uint64_t substream)
    : key_{static_cast<std::uint32_t>(seed), static_cast<std::uint32_t>(seed >> 32)},
      substream_{static_cast<std::uint32_t>(substream), static_cast<std::uint32_t>(substream >> 32)},
      counter_(static_cast<std::uint64_t>(id) << 56) {}

std::uint32_t Stream::next_u32() {
  if (used_ == block_.size()) {
    block_ = philox(key_, {static_cast<std::uint32_t>(counter_), static_cast<std::uint32_t>(counter_ >> 32),
                           substream_[0], substream_[1]});
    ++counter_;
    used_ = 0;
  }
  return block_[used_++];
}

double Stream::next_double() {
  const std::uint64_t high = next_u32() >> 5;
  const std::uint64_t low = next_u32() >> 6;
  return static_cast<double>((high << 26) | low) * 0x1p-53;
}

// Lemire 2019, "Fast random integer generation in an interval": multiply, and redraw the few words that would
// make some results likelier.
std::uint32_t Stream::next_below(std::uint32_t bound) {
  const std::uint32_t surplus = (0U - bound) % bound;
  for (;;) {
    const std::uint64_t product = std::uint64_t{next_u32()} * bound;
    if (static_cast<std::uint32_t>(product) >= surplus) {
      return static_cast<std::uint32_t>(product >> 32);
    }
  }
}

template <typename Make>
void Stream::fill(std::span<float> out, const Make& make) {
  used_ = block_.size();
  PhiloxBatch words;
  std::array<float, std::tuple_size_v<PhiloxBatch>> numbers;
  while (!out.empty()) {
    philox_batch(key_, counter_, substream_, words);
    const std::size_t count = std::min(out.size(), words.size());
    if (count == words.size()) {
      make(words, out.first(count));
    } else {
      make(words, numbers);
      std::copy_n(numbers.begin(), count, out.begin());
    }
    counter_ += (count + 3) / 4;
    out = out.subspan(count);
  }
}

void Stream::skip(std::size_t numbers) {
  used_ = block_.size();
  counter_ += (numbers + block_.size() - 1) / block_.size();
}

void Stream::fill_uniform(std::span<float> out) {
  fill(out, to_uniform);
}

void Stream::fill_normal(std::span<float> out) {
  fill(out, to_normal);
}

void Stream::fill_gumbel(std::span<float> out) {
  fill(out, to_gumbel);
}

void Stream::fill_dropout(std::span<float> out, float rate) {
  const auto threshold = static_cast<std::uint32_t>(static_cast<double>(rate) * 0x1p32);
  const float kept = 1.0F / (1.0F - rate);
  fill(out, [&](std::span<const std::uint32_t> words, std::span<float> numbers) {
    to_dropout(words, numbers, threshold, kept);
  });
}

}  // namespace ctgan::synth::random
