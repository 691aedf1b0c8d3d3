// e^x in double precision from plain multiplications and additions: a loop over it becomes vectors, and the
// bits do not depend on libm.
#pragma once

#include <bit>
#include <cstdint>

namespace ctgan::synth::transforms {

// The least argument that exponential() takes; what is below it is as good as zero beside e^0.
inline constexpr double k_lowest_exponent = -700.0;

// Relative error below 4e-16. REQUIRES: -700 <= x <= 700.
inline double exponential(double x) {
  constexpr double k_log2_e = 1.44269504088896340736;
  constexpr double k_ln2_high = 0x1.62e42fee00000p-1;
  constexpr double k_ln2_low = 0x1.a39ef35793c76p-33;
  // Adding this leaves the rounded integer in the low bits of the sum.
  constexpr double k_round = 0x1.8p52;

  const double shifted = x * k_log2_e + k_round;
  const double n = shifted - k_round;
  const double r = (x - n * k_ln2_high) - n * k_ln2_low;
  const double tail =
      1.0 / 6 +
      r * (1.0 / 24 +
           r * (1.0 / 120 +
                r * (1.0 / 720 +
                     r * (1.0 / 5040 +
                          r * (1.0 / 40320 +
                               r * (1.0 / 362880 +
                                    r * (1.0 / 3628800 + r * (1.0 / 39916800 + r * (1.0 / 479001600)))))))));
  const double fraction = 1.0 + (r + r * r * (0.5 + r * tail));
  const std::uint64_t exponent = std::bit_cast<std::uint64_t>(shifted) << 52;
  return std::bit_cast<double>(std::bit_cast<std::uint64_t>(fraction) + exponent);
}

}  // namespace ctgan::synth::transforms
