#include "server/budgets/amount.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <limits>

#include "common/errors/error.h"

namespace ctgan::server::budgets {
namespace {

using errors::Error;
using errors::Kind;

constexpr int k_decimals = 27;

// "-1.25e-06" without what an amount cannot have: a sign.
struct Decimal {
  std::string digits;  // without the point, and without zeros before
  int exponent = 0;    // of ten, behind the last digit
};

Error no_amount(std::string_view text) {
  return {Kind::bad_data, fmt::format("{} is no amount of epsilon or delta", errors::quoted(text))};
}

int exponent_of(std::string_view text, std::string_view whole) {
  if (text.starts_with('+')) text.remove_prefix(1);
  int exponent = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), exponent);
  if (error != std::errc() || end != text.data() + text.size()) throw no_amount(whole);
  return exponent;
}

Decimal decimal_of(std::string_view text) {
  constexpr std::size_t k_most_digits = 350;
  Decimal decimal;
  const std::size_t mark = std::min(text.find('e'), text.size());
  if (mark < text.size()) decimal.exponent = exponent_of(text.substr(mark + 1), text);
  bool behind_point = false;
  std::size_t seen = 0;
  for (const char c : text.substr(0, mark)) {
    if (c == '.' && !behind_point) {
      behind_point = true;
      continue;
    }
    if (c < '0' || c > '9' || ++seen > k_most_digits) throw no_amount(text);
    if (c != '0' || !decimal.digits.empty()) decimal.digits += c;
    if (behind_point) --decimal.exponent;
  }
  if (seen == 0) throw no_amount(text);
  return decimal;
}

}  // namespace

std::string exact_text(double number) {
  std::array<char, 32> buffer{};
  const auto [end, error] = std::to_chars(buffer.data(), buffer.data() + buffer.size(), number);
  return {buffer.data(), end};
}

Amount::Quotient Amount::units_of(std::string_view text) {
  constexpr Wide k_most = std::numeric_limits<Wide>::max();
  const Decimal decimal = decimal_of(text);
  const int shift = decimal.exponent + k_decimals;
  // Digits that are worth less than a unit only say whether there is a rest.
  const int kept = static_cast<int>(decimal.digits.size()) + std::min(shift, 0);
  Quotient quotient;
  for (int i = 0; i < static_cast<int>(decimal.digits.size()); ++i) {
    const auto digit = static_cast<unsigned>(decimal.digits[static_cast<std::size_t>(i)] - '0');
    if (i >= kept) {
      quotient.exact = quotient.exact && digit == 0;
    } else if (quotient.whole > (k_most - digit) / 10) {
      return {k_most, true};
    } else {
      quotient.whole = quotient.whole * 10 + digit;
    }
  }
  for (int i = 0; i < shift && quotient.whole > 0; ++i) {
    if (quotient.whole > k_most / 10) return {k_most, true};
    quotient.whole *= 10;
  }
  return quotient;
}

Amount Amount::rounded_up(std::string_view text) {
  const Quotient quotient = units_of(text);
  return Amount(quotient.whole) + Amount(quotient.exact ? 0 : 1);
}

Amount Amount::rounded_down(std::string_view text) {
  return Amount(units_of(text).whole);
}

Amount Amount::operator+(const Amount& more) const {
  constexpr Wide k_most = std::numeric_limits<Wide>::max();
  return Amount(units_ > k_most - more.units_ ? k_most : units_ + more.units_);
}

Amount Amount::without(const Amount& less) const {
  return Amount(units_ > less.units_ ? units_ - less.units_ : 0);
}

std::string Amount::text() const {
  std::string digits;
  for (Wide rest = units_; rest > 0 || digits.size() <= std::size_t{k_decimals}; rest /= 10)
    digits += static_cast<char>('0' + static_cast<int>(rest % 10));
  std::reverse(digits.begin(), digits.end());
  digits.insert(digits.size() - std::size_t{k_decimals}, 1, '.');
  digits.erase(digits.find_last_not_of('0') + 1);
  if (digits.ends_with('.')) digits.pop_back();
  return digits;
}

double Amount::nearest() const {
  const std::string digits = text();
  double number = 0;
  std::from_chars(digits.data(), digits.data() + digits.size(), number);
  return number;
}

double Amount::at_least() const {
  double number = nearest();
  while (rounded_up(exact_text(number)) < *this)
    number = std::nextafter(number, std::numeric_limits<double>::infinity());
  return number;
}

double Amount::at_most() const {
  double number = nearest();
  while (rounded_down(exact_text(number)) > *this) number = std::nextafter(number, 0.0);
  return number;
}

}  // namespace ctgan::server::budgets
