// e^x and ln x from plain multiplications and additions: a loop over them becomes vectors, and the bits do not depend on
// libm.
#pragma once

#include <bit>
#include <cstdint>

namespace ctgan::synth::encoders {

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

// The same for floats, relative error below 3e-7. REQUIRES: -87 <= x <= 87.
inline float exponential(float x) {
  constexpr float k_round = 0x1.8p23F;
  const float shifted = x * 1.44269504F + k_round;
  const float n = shifted - k_round;
  const float r = (x - n * 0.693359375F) + n * 2.12194440e-4F;
  const float series =
      1.0F + r * (1.0F + r * (0.5F + r * (0.166666667F +
                                          r * (0.0416666667F + r * (0.00833333333F + r * 0.00138888889F)))));
  const std::int32_t power = (std::bit_cast<std::int32_t>(shifted) - 0x4B400000 + 127) << 23;
  return series * std::bit_cast<float>(power);
}

// ln x; absolute error below 4e-16 for x near 1, relative error below 4e-16 elsewhere. REQUIRES: x is
// positive and normal. x = 2^n m with m in [sqrt(1/2), sqrt(2)), and with s = (m - 1) / (m + 1) ln m = 2 (s +
// s^3/3 + ...).
inline double logarithm(double x) {
  constexpr double k_ln2_high = 0x1.62e42fee00000p-1;
  constexpr double k_ln2_low = 0x1.a39ef35793c76p-33;
  constexpr std::uint64_t k_sqrt_half = 0x3FE6A09E667F3BCD;
  constexpr std::uint64_t k_mantissa = 0x000FFFFFFFFFFFFF;
  // Adding an integer to these bits gives the double 2^52 + that integer.
  constexpr std::uint64_t k_two_to_52 = 0x4330000000000000;

  const std::uint64_t bits = std::bit_cast<std::uint64_t>(x) - k_sqrt_half + 0x3FF0000000000000;
  const std::uint64_t exponent = bits >> 52;  // biased by 1023
  const double n = std::bit_cast<double>(exponent + k_two_to_52) - (0x1p52 + 1023);
  const double m = std::bit_cast<double>((bits & k_mantissa) + k_sqrt_half);
  const double s = (m - 1.0) / (m + 1.0);
  const double q = s * s;
  const double tail =
      q *
      (1.0 / 3 +
       q * (1.0 / 5 +
            q * (1.0 / 7 +
                 q * (1.0 / 9 +
                      q * (1.0 / 11 + q * (1.0 / 13 + q * (1.0 / 15 + q * (1.0 / 17 + q * (1.0 / 19)))))))));
  return n * k_ln2_high + (2.0 * s + (2.0 * s * tail + n * k_ln2_low));
}

}  // namespace ctgan::synth::encoders
