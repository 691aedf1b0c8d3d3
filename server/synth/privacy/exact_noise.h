// Noise on whole numbers, drawn exactly: Canonne, Kamath and Steinke, "The discrete Gaussian for differential privacy"
// (NeurIPS 2020), algorithms 1 to 3. All arithmetic is rational, on 128 bits; nothing is rounded, so that no digit of a
// noisy count betrays the count (Mironov, "On significance of the least significant bits", CCS 2012).
#pragma once

#include <cstdint>

#include "server/synth/privacy/noise_bits.h"

namespace ctgan::synth::privacy {

__extension__ using Wide = unsigned __int128;

// Not negative. REQUIRES: denominator > 0.
struct Ratio {
  Wide numerator = 0;
  Wide denominator = 1;
};

// Uniform in [0, bound). REQUIRES: bound > 0.
Wide uniform_below(NoiseBits& bits, Wide bound);
// True with this probability. REQUIRES: at most 1.
bool bernoulli(NoiseBits& bits, Ratio probability);
// True with probability exp(-x). Throws Error(internal) where x's denominator times the number of rounds, which is
// beyond 2^20 with no probability worth the name, does not fit into 128 bits.
bool bernoulli_exp(NoiseBits& bits, Ratio x);

// P(k) proportional to exp(-|k| / scale). Epsilon is sensitivity / scale.
class DiscreteLaplace {
 public:
  // Rounds the scale up to 24 significant bits: never less noise than was paid for. REQUIRES: 2^-20 <= scale <= 2^40.
  explicit DiscreteLaplace(double scale);

  // What it was rounded to.
  double scale() const;
  std::int64_t draw(NoiseBits& bits) const;

 private:
  Ratio scale_;
};

// P(k) proportional to exp(-k^2 / (2 sigma^2)). Its zCDP is that of the continuous one, sensitivity^2 / (2 sigma^2)
// (theorem 4), and its variance is no larger (corollary 9).
class DiscreteGaussian {
 public:
  // Rounds sigma^2 up to 24 significant bits. REQUIRES: 2^-10 <= sigma <= 2^24.
  explicit DiscreteGaussian(double sigma);

  // What it was rounded to.
  double sigma() const;
  std::int64_t draw(NoiseBits& bits) const;

 private:
  Ratio variance_;
  DiscreteLaplace proposal_;  // of scale floor(sigma) + 1
};

}  // namespace ctgan::synth::privacy
