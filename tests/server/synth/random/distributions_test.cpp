#include "server/synth/random/distributions.h"

#include <algorithm>
#include <cmath>
#include <vector>

#include "tests/catch.h"

using namespace ctgan::synth::random;

namespace {

// Words where mistakes hide: the ends, the quadrants' borders and their neighbours.
std::vector<std::uint32_t> hard_words() {
  std::vector<std::uint32_t> words;
  for (std::uint32_t eighth = 0; eighth < 8; ++eighth) {
    for (int step = -300; step <= 300; ++step) {
      words.push_back((eighth << 29) + static_cast<std::uint32_t>(step));
    }
  }
  for (std::uint32_t bit = 0; bit < 32; ++bit) {
    words.push_back(1U << bit);
    words.push_back(~(1U << bit));
  }
  return words;
}

constexpr double k_two_pi = 6.28318530717958648;

}  // namespace

TEST_CASE("Normals equal the Box-Muller formula in double precision, at every extreme word") {
  const std::vector<std::uint32_t> hard = hard_words();
  double worst = 0;
  for (const std::uint32_t radius_word : {0U, 1U, 2U, 0x12345678U, 0x80000000U, 0xfffffff0U, 0xffffffffU}) {
    std::vector<std::uint32_t> words;
    for (const std::uint32_t angle_word : hard) {
      words.push_back(radius_word);
      words.push_back(angle_word);
    }
    std::vector<float> z(words.size());
    to_normal(words, z);
    const double unit = static_cast<float>(radius_word >> 1) * 0x1p-31F + 0x1p-32F;
    const double radius = std::sqrt(-2 * std::log(unit));
    for (std::size_t i = 0; i < z.size(); i += 2) {
      const double angle = k_two_pi * words[i + 1] * 0x1p-32;
      worst = std::max(
          {worst, std::abs(z[i] - radius * std::cos(angle)), std::abs(z[i + 1] - radius * std::sin(angle))});
      REQUIRE(std::isfinite(z[i]));
      REQUIRE(std::isfinite(z[i + 1]));
      REQUIRE(std::abs(z[i]) < 6.7F);
    }
  }
  CHECK(worst < 2e-6);
}

TEST_CASE("Gumbel numbers equal their formula in double precision, both tails included") {
  const std::vector<std::uint32_t> words = hard_words();
  std::vector<float> g(words.size());
  to_gumbel(words, g);
  for (std::size_t i = 0; i < words.size(); ++i) {
    REQUIRE(std::isfinite(g[i]));
    REQUIRE(g[i] >= -2.9F);
    REQUIRE(g[i] <= 22.2F);
    const double w = (words[i] >> 1) * 0x1p-31 + 0x1p-32;
    if (w < 0.999) {  // beyond, w itself is rounded to 24 bits
      const double exact = -std::log(-std::log1p(-w));
      REQUIRE(g[i] == Approx(exact).epsilon(1e-6).margin(1e-6));
    }
  }
}

TEST_CASE("Uniform numbers are the top 24 bits, below one") {
  const std::vector<std::uint32_t> words = {0, 0xff, 0x100, 0x80000000, 0xffffffff};
  std::vector<float> u(words.size());
  to_uniform(words, u);
  CHECK(u == std::vector<float>{0, 0, 0x1p-24F, 0.5F, 1 - 0x1p-24F});
}
