#include "server/synth/privacy/exact_noise.h"

#include <cmath>

#include "common/errors/error.h"

namespace ctgan::synth::privacy {
namespace {

constexpr int k_significant_bits = 24;

[[noreturn]] void overflow() {
  throw errors::Error(errors::Kind::internal, "privacy noise left the numbers that it is drawn on");
}

Wide product(Wide a, Wide b) {
  Wide result = 0;
  if (__builtin_mul_overflow(a, b, &result)) overflow();
  return result;
}

Wide random_wide(NoiseBits& bits) {
  const Wide high = bits.next();
  return high << 64U | bits.next();
}

// The least m 2^e with 24 bits of m that is not below the number.
Ratio rounded_up(double number) {
  int exponent = 0;
  const double mantissa = std::frexp(number, &exponent);
  auto digits = static_cast<std::uint64_t>(std::ceil(std::ldexp(mantissa, k_significant_bits)));
  exponent -= k_significant_bits;
  for (; digits % 2 == 0; digits /= 2) ++exponent;
  const Wide one = 1;
  return exponent >= 0 ? Ratio{Wide{digits} << static_cast<unsigned>(exponent), 1}
                       : Ratio{digits, one << static_cast<unsigned>(-exponent)};
}

double real(const Ratio& ratio) {
  return static_cast<double>(ratio.numerator) / static_cast<double>(ratio.denominator);
}

double require_range(double number, double least, double most) {
  if (number >= least && number <= most) return number;
  throw errors::Error(errors::Kind::internal, "privacy noise of a scale that cannot be drawn");
}

// exp(-x) for x <= 1, as the parity of a sequence of coins x / 1, x / 2, ... (algorithm 1).
bool bernoulli_exp_below_one(NoiseBits& bits, const Ratio& x) {
  Wide round = 1;
  while (bernoulli(bits, {x.numerator, product(x.denominator, round)})) ++round;
  return round % 2 == 1;
}

std::uint64_t magnitude(std::int64_t number) {
  return number < 0 ? 0 - static_cast<std::uint64_t>(number) : static_cast<std::uint64_t>(number);
}

}  // namespace

Wide uniform_below(NoiseBits& bits, Wide bound) {
  if (bound <= Wide{UINT64_MAX}) {
    const auto narrow = static_cast<std::uint64_t>(bound);
    // Words beyond the last whole multiple of the bound would favour small numbers.
    const std::uint64_t limit = UINT64_MAX - (UINT64_MAX % narrow + 1) % narrow;
    std::uint64_t word = bits.next();
    while (word > limit) word = bits.next();
    return word % narrow;
  }
  const Wide most = ~Wide{0};
  const Wide limit = most - (most % bound + 1) % bound;
  Wide word = random_wide(bits);
  while (word > limit) word = random_wide(bits);
  return word % bound;
}

bool bernoulli(NoiseBits& bits, Ratio probability) {
  return uniform_below(bits, probability.denominator) < probability.numerator;
}

bool bernoulli_exp(NoiseBits& bits, Ratio x) {
  for (; x.numerator > x.denominator; x.numerator -= x.denominator)
    if (!bernoulli_exp_below_one(bits, {1, 1})) return false;
  return bernoulli_exp_below_one(bits, x);
}

DiscreteLaplace::DiscreteLaplace(double scale)
    : scale_(rounded_up(require_range(scale, std::ldexp(1, -20), std::ldexp(1, 40)))) {}

double DiscreteLaplace::scale() const {
  return real(scale_);
}

// Algorithm 2, with t = numerator and s = denominator.
std::int64_t DiscreteLaplace::draw(NoiseBits& bits) const {
  for (;;) {
    const Wide remainder = uniform_below(bits, scale_.numerator);
    if (!bernoulli_exp(bits, {remainder, scale_.numerator})) continue;
    Wide whole = 0;
    while (bernoulli_exp(bits, {1, 1})) ++whole;
    const Wide distance = (remainder + product(scale_.numerator, whole)) / scale_.denominator;
    const bool negative = (bits.next() & 1U) != 0;
    // Zero would come twice as often otherwise.
    if (negative && distance == 0) continue;
    if (distance > Wide{INT64_MAX}) overflow();
    const auto result = static_cast<std::int64_t>(distance);
    return negative ? -result : result;
  }
}

DiscreteGaussian::DiscreteGaussian(double sigma)
    : variance_(rounded_up(require_range(sigma, std::ldexp(1, -10), std::ldexp(1, 24)) * sigma)),
      proposal_(std::floor(sigma) + 1) {}

double DiscreteGaussian::sigma() const {
  return std::sqrt(real(variance_));
}

// Algorithm 3: with variance n / d and a proposal of scale t, a proposal y is kept with probability
// exp(-(|y| - n / (d t))^2 / (2 n / d)) = exp(-(|y| d t - n)^2 / (2 n d t^2)).
std::int64_t DiscreteGaussian::draw(NoiseBits& bits) const {
  const auto t = static_cast<Wide>(proposal_.scale());
  const Wide n = variance_.numerator, d = variance_.denominator;
  const Wide below = product(product(2 * n, d), product(t, t));
  for (;;) {
    const std::int64_t proposed = proposal_.draw(bits);
    const Wide at = product(magnitude(proposed), product(d, t));
    const Wide distance = at > n ? at - n : n - at;
    if (bernoulli_exp(bits, {product(distance, distance), below})) return proposed;
  }
}

}  // namespace ctgan::synth::privacy
