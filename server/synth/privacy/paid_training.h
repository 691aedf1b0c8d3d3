// Noisy sums over sampled units, which were paid for: what training by gradients may know of confidential rows (Abadi et
// al., "Deep learning with differential privacy", CCS 2016, algorithm 1).
//
//     PaidTraining paid = mechanisms.train("training", {.rate = 0.01, .steps = 1000});
//     for (std::uint64_t step = 0; step < paid.training().steps; ++step) {
//       const auto units = paid.sample(count);
//       sum = ...                            // of one vector a unit, none longer than `bound`
//       paid.add_noise(sum, bound, pool);
//     }
//
// Each unit is in a sample by a coin of its own (Poisson sampling), which nobody may learn: batches of a fixed size, or of
// shuffled rows, cost more than renyi.h says.
//
// The sum is rounded to a grid and gets exact discrete Gaussian noise there, so that no digit of a number of floating
// point betrays it. For a shift by whole steps the ratio of two discrete Gaussians has, at whole orders, the moments of the
// continuous ones to the last digit, and at others up to a part of exp(-2 pi^2 sigma^2), sigma in steps, which is none: the
// grid has 2^10 steps to a standard deviation at least. That each number is rounded by up to half a step makes a unit's
// vector longer by a step times the root of their number, and the noise is wider by as much.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "common/threads/thread_pool.h"
#include "server/synth/privacy/noise_bits.h"
#include "server/synth/privacy/renyi.h"

namespace ctgan::synth::privacy {

// Not safe to share between threads.
class PaidTraining {
 public:
  // What a training is drawn as, and costs: its rate rounded down to whole 2^-32.
  static SampledTraining drawn_training(SampledTraining training);

  const SampledTraining& training() const { return training_; }
  double noise_multiplier() const { return noise_multiplier_; }

  // Which of so many units are in the next sum, ascending; perhaps none. Throws Error(internal) where the last one's sum
  // had no noise yet, or there were as many as were paid for.
  std::vector<std::uint32_t> sample(std::uint32_t units);
  // Noise of the standard deviation noise_multiplier() * bound, a little more for what is rounded, on each number of the
  // sum over the last sample. REQUIRES: the sum is one of a vector a unit of length `bound` at most, computed with an error
  // below a millionth of it. Throws Error(internal) without a sample.
  void add_noise(std::span<double> sum, double bound, threads::ThreadPool& pool);

 private:
  friend class Mechanisms;
  PaidTraining(SampledTraining training, double noise_multiplier, NoiseBits& bits)
      : training_(training), noise_multiplier_(noise_multiplier), bits_(bits) {}

  SampledTraining training_;
  double noise_multiplier_;
  NoiseBits& bits_;
  std::uint64_t samples_ = 0, sums_ = 0;
};

}  // namespace ctgan::synth::privacy
