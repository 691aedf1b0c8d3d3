// Repeatable bits for tests of noise, and how many were taken. Never what a fit uses.
#pragma once

#include <cstdint>

#include "server/synth/privacy/noise_bits.h"

namespace ctgan::tests {

// SplitMix64 (Steele, Lea and Flood, OOPSLA 2014).
class CountedBits final : public synth::privacy::NoiseBits {
 public:
  explicit CountedBits(std::uint64_t seed) : state_(seed) {}

  std::uint64_t next() override {
    ++taken_;
    std::uint64_t z = state_ += 0x9e3779b97f4a7c15U;
    z = (z ^ (z >> 30U)) * 0xbf58476d1ce4e5b9U;
    z = (z ^ (z >> 27U)) * 0x94d049bb133111ebU;
    return z ^ (z >> 31U);
  }
  std::unique_ptr<synth::privacy::NoiseBits> others() override {
    return std::make_unique<CountedBits>(next());
  }
  std::uint64_t taken() const { return taken_; }

 private:
  std::uint64_t state_;
  std::uint64_t taken_ = 0;
};

}  // namespace ctgan::tests
