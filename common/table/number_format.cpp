#include "common/table/number_format.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <limits>
#include <utility>

#include "common/table/number_pattern.h"
#include "common/table/number_text.h"

namespace ctgan::table {
namespace {

// 309 digits, a point, decimals and a sign.
constexpr std::size_t k_longest = 400;
constexpr int k_most_scaled_decimals = 17;

using Buffer = std::array<char, k_longest>;

std::string fixed(double magnitude, int decimals) {
  std::string out;
  if (decimals <= k_most_scaled_decimals) {
    append_real(magnitude, decimals, out);
    return out;
  }
  Buffer text{};
  const auto end =
      std::to_chars(text.data(), text.data() + text.size(), magnitude, std::chars_format::fixed, decimals)
          .ptr;
  return {text.data(), end};
}

std::string shortest(double magnitude, bool python) {
  std::string out;
  if (python) {
    append_real(magnitude, -1, out);
    return out;
  }
  Buffer text{};
  out.assign(text.data(), std::to_chars(text.data(), text.data() + text.size(), magnitude).ptr);
  return out;
}

// Zeros behind the point beyond the least decimals, and a point that is left alone.
void drop_zeros(std::string& digits, int least) {
  const std::size_t point = digits.find('.');
  if (point == std::string::npos) return;
  const std::size_t kept = point + 1 + static_cast<std::size_t>(least);
  while (digits.size() > kept && digits.back() == '0') digits.pop_back();
  if (digits.back() == '.') digits.pop_back();
}

bool is_zero(std::string_view digits) {
  return digits.substr(0, digits.find_first_of("eE")).find_first_of("123456789") == std::string_view::npos;
}

NumberAffixes units_of(const NumberFormat::Around& around) {
  ScannedNumber number;
  number.before = around.before;
  number.after = around.after;
  return affixes_of(number);
}

// The text as from_chars reads it, or nothing where that would not be finite.
std::optional<double> value_of(const NumberDigits& digits, std::string_view exponent) {
  std::string text = digits.whole.empty() ? "0" : digits.whole;
  if (!digits.fraction.empty()) text += "." + digits.fraction;
  if (!exponent.empty()) text += "e" + std::string(exponent);
  if (read_number(text).infinite) return std::nullopt;
  return real_value(text);
}

}  // namespace

NumberFormat::NumberFormat(std::string pattern) : pattern_(std::move(pattern)) {
  if (pattern_.find('{') != std::string::npos) {
    duration_.emplace(pattern_);
    return;
  }
  parts_ = parse_number_pattern(pattern_);
  find_units();
}

NumberFormat::NumberFormat(Parts parts) : pattern_(number_pattern(parts)), parts_(std::move(parts)) {
  find_units();
}

void NumberFormat::find_units() {
  const NumberAffixes units = units_of(parts_.positive);
  unit_before_ = without_spaces(units.before);
  unit_after_ = without_spaces(units.after);
}

bool NumberFormat::whole() const {
  return duration_ || (parts_.style == Style::decimals && parts_.most_decimals == 0);
}

int NumberFormat::decimals() const {
  const bool fixed_ones = parts_.style == Style::decimals && parts_.least_decimals == parts_.most_decimals;
  return duration_ || !fixed_ones ? -1 : parts_.most_decimals;
}

bool NumberFormat::plain() const {
  if (duration_ || !parts_.group.empty() || parts_.point != "." || parts_.zero != "0") return false;
  const auto bare = [](const Around& around) {
    const std::string_view before = without_spaces(around.before);
    const std::string_view after = without_spaces(around.after);
    return (before.empty() || before == "-" || before == "+") && (after.empty() || after == ".");
  };
  return bare(parts_.positive) && bare(parts_.negative) && (!parts_.of_zero || bare(*parts_.of_zero));
}

std::optional<double> NumberFormat::read(std::string_view text) const {
  if (duration_) {
    const auto ticks = duration_->read(text);
    return ticks ? std::optional(static_cast<double>(*ticks) * duration_->tick()) : std::nullopt;
  }
  const auto number = scan_number(text);
  if (!number) return std::nullopt;
  const auto digits = digits_under(*number, {parts_.group, parts_.point});
  const NumberAffixes affixes = affixes_of(*number);
  const auto fits = [](std::string_view found, std::string_view unit) {
    found = without_spaces(found);
    return found.empty() || found == unit;
  };
  if (!digits || !fits(affixes.before, unit_before_) || !fits(affixes.after, unit_after_))
    return std::nullopt;
  const auto magnitude = value_of(*digits, number->exponent);
  if (!magnitude) return std::nullopt;
  return affixes.negative ? -*magnitude : *magnitude;
}

std::string NumberFormat::digits_of(double magnitude, int decimals) const {
  if (parts_.style == Style::general) return shortest(magnitude, parts_.always_point);
  const int most = decimals < 0 ? parts_.most_decimals : decimals;
  std::string digits;
  if (parts_.style == Style::decimals) {
    digits = fixed(magnitude, most);
  } else {
    Buffer text{};
    const auto end =
        std::to_chars(text.data(), text.data() + text.size(), magnitude, std::chars_format::scientific, most)
            .ptr;
    digits.assign(text.data(), end);
  }
  const std::size_t mark = std::min(digits.find('e'), digits.size());
  const std::string exponent = digits.substr(mark);
  digits.resize(mark);
  if (decimals < 0 || !parts_.padded) drop_zeros(digits, parts_.least_decimals);
  if (parts_.style == Style::decimals) return digits;
  digits += parts_.exponent_mark;
  if (exponent[1] == '-' || parts_.exponent_plus) digits += exponent[1];
  std::string_view power = std::string_view(exponent).substr(2);
  while (power.size() > 1 && power.front() == '0') power.remove_prefix(1);
  const auto width = static_cast<std::size_t>(parts_.exponent_digits);
  digits.append(width > power.size() ? width - power.size() : 0, '0');
  return digits.append(power);
}

// ASCII digits as the format shows them: groups, point, script.
void NumberFormat::append_digits(std::string_view digits, std::string& out) const {
  const std::size_t whole = std::min(digits.find_first_of(".eE"), digits.size());
  const bool grouped = !parts_.group.empty() && whole >= static_cast<std::size_t>(parts_.grouped_from);
  const bool hidden = !parts_.leading_zero && whole == 1 && digits[0] == '0' && digits.size() > 1;
  for (std::size_t i = hidden ? 1 : 0; i < digits.size(); ++i) {
    const std::size_t left = whole - i;  // whole digits from here on
    const bool boundary =
        left % 3 == 0 ? !parts_.indian || left == 3 : parts_.indian && left > 3 && left % 2 == 1;
    if (grouped && i > 0 && i < whole && boundary) out += parts_.group;
    const char c = digits[i];
    if (c == '.') {
      out += parts_.point;
    } else if (c < '0' || c > '9' || parts_.zero == "0") {
      out += c;
    } else {
      out += parts_.zero;
      out.back() = static_cast<char>(out.back() + (c - '0'));
    }
  }
}

void NumberFormat::append(double value, int decimals, std::string& out) const {
  if (duration_) return duration_->append(std::llround(value / duration_->tick()), out);
  const std::string digits = digits_of(std::fabs(value), decimals);
  const Around& signed_one = std::signbit(value) ? parts_.negative : parts_.positive;
  const Around& around = !is_zero(digits) ? signed_one : parts_.of_zero ? *parts_.of_zero : parts_.positive;
  out += around.before;
  append_digits(digits, out);
  out += around.after;
}

int shown_decimals(std::string_view text, std::string_view point) {
  const auto number = scan_number(text);
  if (!number || number->count == 0) return 0;
  const std::string_view mark = number->marks[number->count - 1];
  if (mark != point) return 0;
  return static_cast<int>(number->runs[number->count - 1].size() / number->zero.size());
}

}  // namespace ctgan::table
