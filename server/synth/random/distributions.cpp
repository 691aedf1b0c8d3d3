#include "server/synth/random/distributions.h"

#include <bit>
#include <cmath>

#include "server/synth/random/vector_clones.h"

namespace ctgan::synth::random {
namespace {

// (0, 1]: never zero, and fine-grained near zero. 31 bits, since that converts in one instruction.
inline float open_unit(std::uint32_t word) {
  return static_cast<float>(static_cast<std::int32_t>(word >> 1)) * 0x1p-31F + 0x1p-32F;
}

// ln of a positive normal number. x = 2^e m with m in [sqrt(1/2), sqrt(2)), and with s = (m - 1) / (m + 1)
// ln m = 2 (s + s^3/3 + s^5/5 + ...).
inline float log_of(float x) {
  const auto bits = std::bit_cast<std::int32_t>(x);
  constexpr std::int32_t k_sqrt_half = 0x3F3504F3;
  const std::int32_t exponent = (bits - k_sqrt_half) >> 23;
  const auto m = std::bit_cast<float>(bits - exponent * (1 << 23));
  const float s = (m - 1.0F) / (m + 1.0F);
  const float q = s * s;
  const float series = s * q * (0.666666667F + q * (0.4F + q * (0.285714286F + q * 0.222222222F)));
  // ln 2 in two parts, the first exact when multiplied by the exponent.
  const auto e = static_cast<float>(exponent);
  constexpr float k_ln2_high = 0.693145752F;
  constexpr float k_ln2_low = 1.42860677e-6F;
  return e * k_ln2_high + (2.0F * s + (series + e * k_ln2_low));
}

// ln(1 - w) for w in (0, 1): the rounding of 1 - w is put back, so that tiny w keep their precision.
inline float log_one_minus(float w) {
  const float u = 1.0F - w;
  return log_of(u) - (w - (1.0F - u)) / u;
}

struct Rotation {
  float cosine, sine;
};

// cos and sin of 2 pi word / 2^32: the top bits are the quadrant, the rest an angle in [-pi/4, pi/4].
inline Rotation rotation(std::uint32_t word) {
  const std::uint32_t quadrant = (word + 0x20000000U) >> 30;
  const auto remainder = static_cast<std::int32_t>(word - (quadrant << 30));
  const float x = static_cast<float>(remainder) * 1.46291808e-9F;  // 2 pi / 2^32
  const float q = x * x;
  const float sine =
      x * (1.0F + q * (-0.166666667F + q * (0.00833333333F + q * (-1.98412698e-4F + q * 2.75573192e-6F))));
  const float cosine =
      1.0F +
      q * (-0.5F + q * (0.0416666667F + q * (-0.00138888889F + q * (2.48015873e-5F - q * 2.75573192e-7F))));
  const bool swapped = (quadrant & 1U) != 0;
  const float c = swapped ? sine : cosine;
  const float s = swapped ? cosine : sine;
  // Quadrants 1 and 2 turn the cosine's sign, 2 and 3 the sine's.
  const std::uint32_t c_sign = ((quadrant + 1U) & 2U) << 30;
  const std::uint32_t s_sign = (quadrant & 2U) << 30;
  return {std::bit_cast<float>(std::bit_cast<std::uint32_t>(c) ^ c_sign),
          std::bit_cast<float>(std::bit_cast<std::uint32_t>(s) ^ s_sign)};
}

}  // namespace

CTGAN_VECTOR_CLONES void to_uniform(std::span<const std::uint32_t> words, std::span<float> out) {
  for (std::size_t i = 0; i < out.size(); ++i) {
    out[i] = static_cast<float>(static_cast<std::int32_t>(words[i] >> 8)) * 0x1p-24F;
  }
}

CTGAN_VECTOR_CLONES void to_normal(std::span<const std::uint32_t> words, std::span<float> out) {
  for (std::size_t i = 0; i < out.size() / 2; ++i) {
    const float squared = -2.0F * log_of(open_unit(words[2 * i]));
    const float radius = std::sqrt(squared);
    const Rotation turn = rotation(words[2 * i + 1]);
    out[2 * i] = radius * turn.cosine;
    out[2 * i + 1] = radius * turn.sine;
  }
}

CTGAN_VECTOR_CLONES void to_gumbel(std::span<const std::uint32_t> words, std::span<float> out) {
  constexpr float k_largest_below_one = 0x1.fffffep-1F;
  for (std::size_t i = 0; i < out.size(); ++i) {
    const float w = open_unit(words[i]);
    out[i] = -log_of(-log_one_minus(w < k_largest_below_one ? w : k_largest_below_one));
  }
}

CTGAN_VECTOR_CLONES void to_dropout(std::span<const std::uint32_t> words, std::span<float> out,
                                    std::uint32_t threshold, float kept) {
  for (std::size_t i = 0; i < out.size(); ++i) {
    out[i] = words[i] < threshold ? 0.0F : kept;
  }
}

}  // namespace ctgan::synth::random
