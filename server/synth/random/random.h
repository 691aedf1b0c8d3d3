// Seeded, counter-based random numbers: Philox4x32-10 (Salmon et al., SC'11, "Parallel random numbers: as
// easy as 1, 2, 3"). A stream is (seed, stream id); every draw has a position, so any part of a stream can be
// made by any thread, in any order, with the same result on every machine.
//
//     random::Stream z(seed, random::StreamId::latent, step);
//     z.fill_normal(buffer);
//
// For sampling, weights and shuffles only. Never for secrets.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

#include "server/synth/random/philox.h"

namespace ctgan::synth::random {

// What a stream is for: two purposes never share numbers. Values are part of "same seed, same bytes":
// append, never renumber. At most 255.
enum class StreamId : std::uint32_t {
  weights = 1,
  transform = 2,
  condition = 3,
  rows = 4,
  latent = 5,
  gumbel = 6,
  dropout = 7,
  interpolation = 8,
  sampling = 9,
  decode = 10,
  held_out = 11,
  quota_order = 12,
  calibration = 13,
  pairs = 14,
  evaluation = 16,
  elimination = 17,
  rounding = 18,
};

// Holds 2^58 words; not safe to share between threads.
class Stream {
 public:
  // `substream` separates uses of one purpose, e.g. the training step or the sampled block.
  Stream(std::uint64_t seed, StreamId id, std::uint64_t substream = 0);

  std::uint32_t next_u32();
  // In [0, 1), 53 bits.
  double next_double();
  // Uniform in [0, bound), without bias. REQUIRES: bound > 0.
  std::uint32_t next_below(std::uint32_t bound);

  // Each fill starts at a fresh block of four words, and its i-th number comes from the i-th word (normals:
  // from the i-th pair): two fills equal one when the first holds a multiple of four. Only exactly rounded
  // arithmetic is used, so the bits do not depend on the compiler's vectors or on libm.
  // A long array may be filled in pieces of a multiple of four, by copies of the stream that skip what comes
  // before their piece.
  void fill_uniform(std::span<float> out);  // [0, 1), 24 bits
  void fill_normal(std::span<float> out);   // N(0, 1), Box-Muller, within +-6.7
  void fill_gumbel(std::span<float> out);   // -ln(-ln(u)), within [-2.9, 22.2]
  // 0 with probability `rate`, else 1 / (1 - rate): inverted dropout. REQUIRES: 0 <= rate < 1.
  void fill_dropout(std::span<float> out, float rate);
  // Moves on as a fill of `numbers` numbers does.
  void skip(std::size_t numbers);

 private:
  // Calls make(words, out) for stretches of up to a batch of words, from a fresh block on.
  template <typename Make>
  void fill(std::span<float> out, const Make& make);

  PhiloxKey key_;
  std::array<std::uint32_t, 2> substream_;
  std::uint64_t counter_;  // of the next block; its top byte is the stream id
  PhiloxBlock block_ = {};
  std::size_t used_ = 4;  // words of block_
};

}  // namespace ctgan::synth::random
