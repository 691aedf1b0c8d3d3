#include "server/synth/encoders/special_functions.h"

#include <algorithm>
#include <cmath>

#include "server/synth/encoders/exponential.h"
#include "tests/catch.h"

using namespace ctgan::synth::encoders;

namespace {

constexpr double k_euler = 0.57721566490153286061;
constexpr double k_pi = 3.14159265358979323846;

bool near(double value, double exact) {
  return std::abs(value - exact) <= 1e-13 * (1 + std::abs(exact));
}

}  // namespace

TEST_CASE("digamma takes its known values") {
  CHECK(near(digamma(1), -k_euler));
  CHECK(near(digamma(2), 1 - k_euler));
  CHECK(near(digamma(0.5), -k_euler - 2 * std::log(2.0)));
  CHECK(near(digamma(0.25), -k_euler - k_pi / 2 - 3 * std::log(2.0)));
  // Mathematica's N[PolyGamma[x], 20]
  CHECK(near(digamma(0.001), -1000.5755719318103005));
  CHECK(near(digamma(10), 2.2517525890667211076));
  CHECK(near(digamma(1e6), 13.815510057964190822));
  CHECK(std::abs(digamma(1.4616321449683623413)) < 1e-13);
}

TEST_CASE("digamma obeys its recurrence and its duplication formula") {
  for (double x = 1e-3; x < 1e4; x *= 1.7) {
    CHECK(near(digamma(x + 1), digamma(x) + 1 / x));
    CHECK(near(2 * digamma(2 * x), digamma(x) + digamma(x + 0.5) + 2 * std::log(2.0)));
  }
}

TEST_CASE("log_gamma agrees with the standard library from 1e-3 to 1e9") {
  for (double x = 1e-3; x < 1e9; x *= 1.37) {
    CHECK(near(log_gamma(x), std::lgamma(x)));
  }
  CHECK(near(log_gamma(0.5), 0.5 * std::log(k_pi)));
  CHECK(near(log_beta(2, 3), std::log(1.0 / 12)));
}

TEST_CASE("logarithm agrees with the standard library, from tiny to huge and beside one") {
  for (double x = 1e-300; x < 1e300; x *= 1.37)
    REQUIRE(std::abs(logarithm(x) - std::log(x)) <= 4e-16 * std::max(1.0, std::abs(std::log(x))));
  for (double x = 0.5; x < 10.5; x += 1e-4)
    REQUIRE(std::abs(logarithm(x) - std::log(x)) <= 6e-16 * std::max(1.0, std::abs(std::log(x))));
  CHECK(logarithm(1) == 0);
}

TEST_CASE("exponential agrees with the standard library to four parts in ten to the sixteenth") {
  for (double x = k_lowest_exponent; x <= 700; x += 0.0317) {
    REQUIRE(std::abs(exponential(x) / std::exp(x) - 1) < 6e-16);
  }
  CHECK(exponential(0.0) == 1);
}

TEST_CASE("exponential of floats agrees with the standard library to three parts in ten million") {
  for (float x = -87; x <= 87; x += 0.0173F)
    REQUIRE(std::abs(double{exponential(x)} / std::exp(double{x}) - 1) < 3e-7);
  CHECK(exponential(0.0F) == 1);
}
