// Seeded, counter-based random numbers: Philox4x32-10 (Salmon et al., SC'11, "Parallel random numbers: as
// easy as 1, 2, 3"). A stream is (seed, stream id); every draw has a position, so any part of a stream can be
// made by any thread, in any order, with the same result on every machine.
//
//     random::Stream z(seed, random::StreamId::latent, step);
//     z.fill_normal(buffer);
//
// For sampling, weights and shuffles only. Never for secrets.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

namespace ctgan::synth::random {

// What a stream is for: two purposes never share numbers. Values are part of "same seed, same bytes":
// append, never renumber.
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
};

class Stream {
 public:
  // `substream` separates uses of one purpose, e.g. the training step or the sampled block.
  Stream(std::uint64_t seed, StreamId id, std::uint64_t substream = 0);

  std::uint32_t next_u32();
  // In [0, 1), 53 bits.
  double next_double();
  // Uniform in [0, bound), without bias. REQUIRES: bound > 0.
  std::uint32_t next_below(std::uint32_t bound);

  // Each fill starts at a fresh block of four words; results do not depend on how the loop is vectorised.
  void fill_uniform(std::span<float> out);  // [0, 1), 24 bits
  void fill_normal(std::span<float> out);   // N(0, 1), Box-Muller
  void fill_gumbel(std::span<float> out);   // -ln(-ln(u)), u in (0, 1)
  // 0 with probability `rate`, else 1 / (1 - rate): inverted dropout.
  void fill_dropout(std::span<float> out, float rate);

 private:
  void refill();

  std::uint32_t key_[2];
  std::uint64_t substream_;
  std::uint64_t counter_ = 0;
  std::uint32_t block_[4] = {};
  int used_ = 4;
};

}  // namespace ctgan::synth::random
