#include "common/table/number_text.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <limits>
#include <system_error>

namespace ctgan::table {
namespace {

constexpr int k_packed_digits = 18;
constexpr std::size_t k_packed_spaces_before = 31;
constexpr std::size_t k_packed_spaces_after = 15;
// 309 digits, a point, 17 decimals and a sign.
constexpr std::size_t k_longest_real = 328;
constexpr std::string_view k_not_integer = ".en";
// Python writes numbers from 10^-4 up to 10^16 without an exponent.
constexpr double k_least_plain = 1e-4;
constexpr double k_least_large = 1e16;
// Up to here every integer is a double, and so is every power of ten in the table: their quotient is rounded
// once.
constexpr std::int64_t k_exact_integers = std::int64_t{1} << 53;
constexpr std::array<double, k_packed_digits + 1> k_powers_of_ten{
    1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18};

bool is_blank(char c) {
  return c == ' ' || c == '\t';
}

std::string_view without_blanks(std::string_view cell) {
  while (!cell.empty() && is_blank(cell.front())) cell.remove_prefix(1);
  while (!cell.empty() && is_blank(cell.back())) cell.remove_suffix(1);
  return cell;
}

// Digits of both sides of the point; `value` is meaningless after more than 18 of them.
struct Digits {
  std::uint64_t value = 0;
  int before = 0;
  int after = 0;
  bool point = false;
};

const char* read_run(const char* p, const char* end, std::uint64_t& value) {
  for (; p != end && is_digit(*p); ++p) value = value * 10 + static_cast<std::uint64_t>(*p - '0');
  return p;
}

const char* read_digits(const char* p, const char* end, Digits& digits) {
  const char* first = p;
  p = read_run(p, end, digits.value);
  digits.before = static_cast<int>(p - first);
  if (p != end && *p == '.') {
    digits.point = true;
    first = ++p;
    p = read_run(p, end, digits.value);
    digits.after = static_cast<int>(p - first);
  }
  return p;
}

// Past a well-formed exponent, or null.
const char* skip_exponent(const char* p, const char* end) {
  ++p;
  if (p != end && (*p == '+' || *p == '-')) ++p;
  const char* first = p;
  while (p != end && is_digit(*p)) ++p;
  return p == first ? nullptr : p;
}

bool is_infinity(std::string_view magnitude) {
  constexpr std::string_view k_short = "inf";
  constexpr std::string_view k_long = "infinity";
  const std::string_view spelled = magnitude.size() == k_short.size() ? k_short : k_long;
  if (magnitude.size() != spelled.size()) return false;
  for (std::size_t i = 0; i < spelled.size(); ++i) {
    if ((magnitude[i] | 0x20) != spelled[i]) return false;
  }
  return true;
}

// Whether a number that from_chars finds out of range is too large rather than too small: by the place of its
// first digit that is not zero.
bool is_too_large(std::string_view magnitude) {
  const std::size_t mantissa_end = std::min(magnitude.find_first_of("eE"), magnitude.size());
  const std::string_view mantissa = magnitude.substr(0, mantissa_end);
  const auto first = static_cast<std::int64_t>(mantissa.find_first_of("123456789"));
  const auto point = static_cast<std::int64_t>(std::min(mantissa.find('.'), mantissa.size()));
  const bool negative_exponent = magnitude.substr(mantissa_end).find('-') != std::string_view::npos;
  std::int64_t exponent = 0;
  const std::size_t exponent_digits = magnitude.find_first_of("0123456789", mantissa_end);
  if (exponent_digits != std::string_view::npos) {
    const auto [end, status] =
        std::from_chars(magnitude.data() + exponent_digits, magnitude.data() + magnitude.size(), exponent);
    if (status != std::errc{}) return !negative_exponent;
  }
  return (point - first) + (negative_exponent ? -exponent : exponent) > 0;
}

double magnitude_value(std::string_view magnitude) {
  double value = 0;
  const auto [end, status] = std::from_chars(magnitude.data(), magnitude.data() + magnitude.size(), value);
  if (status != std::errc::result_out_of_range) return value;
  return is_too_large(magnitude) ? std::numeric_limits<double>::infinity() : 0.0;
}

// Fills the parts of `text` that depend on more than its shape.
void classify(std::string_view body, const Digits& digits, NumberText& text) {
  const bool negative = body.front() == '-';
  const bool short_enough = digits.before + digits.after <= k_packed_digits;
  text.decimals = digits.after;
  std::int64_t whole = 0;
  if (short_enough) {
    whole = static_cast<std::int64_t>(digits.value);
    if (negative) whole = -whole;
    text.integer = !digits.point && !text.exponent;
  } else if (!digits.point && !text.exponent) {
    text.integer = std::from_chars(body.data(), body.data() + body.size(), whole).ec == std::errc{};
  }
  const bool usual_point =
      digits.point ? digits.before > 0 && digits.after > 0 && short_enough : text.integer;
  NumberForm& form = text.packed.form;
  form.unusual = text.exponent || !usual_point || (negative && whole == 0);
  if (!form.unusual) form.decimals = static_cast<std::uint16_t>(digits.after) & 31U;
  text.packed.digits = whole;
  if (text.exponent || !short_enough)
    text.infinite = std::isinf(magnitude_value(body.substr(negative ? 1 : 0)));
}

void read_body(std::string_view body, NumberText& text) {
  const char* const end = body.data() + body.size();
  const char* const first = body.data() + (body.front() == '-' ? 1 : 0);
  Digits digits;
  const char* p = read_digits(first, end, digits);
  if (digits.before + digits.after == 0) {
    text.number = text.infinite = is_infinity({first, static_cast<std::size_t>(end - first)});
    text.packed.form.unusual = 1;
    return;
  }
  if (digits.before > 1 && *first == '0') return;
  if (p != end && (*p == 'e' || *p == 'E')) {
    text.exponent = true;
    p = skip_exponent(p, end);
  }
  text.number = p == end;
  if (text.number) classify(body, digits, text);
}

void append(std::string& out, const char* first, const char* end) {
  out.append(first, static_cast<std::size_t>(end - first));
}

// True when `value` is the double nearest to packed.digits / 10^decimals: then those digits are its text.
bool scale(double value, int decimals, PackedNumber& packed) {
  const double power = k_powers_of_ten[static_cast<std::size_t>(decimals)];
  const double digits = std::nearbyint(value * power);
  if (!(std::fabs(digits) <= static_cast<double>(k_exact_integers)) || digits / power != value) return false;
  packed.digits = static_cast<std::int64_t>(digits);
  packed.form.decimals = static_cast<std::uint16_t>(decimals) & 31U;
  return digits != 0 || !std::signbit(value);
}

}  // namespace

NumberText read_number(std::string_view cell) {
  NumberText text;
  const std::string_view body = without_blanks(cell);
  if (body.empty()) return text;
  read_body(body, text);
  if (body.size() == cell.size()) return text;
  const auto before = static_cast<std::size_t>(body.data() - cell.data());
  const std::size_t after = cell.size() - before - body.size();
  NumberForm& form = text.packed.form;
  form.spaces_before = before & k_packed_spaces_before;
  form.spaces_after = after & k_packed_spaces_after;
  if (before > k_packed_spaces_before || after > k_packed_spaces_after ||
      cell.find('\t') != std::string_view::npos) {
    form.unusual = 1;
  }
  return text;
}

void append_number(const PackedNumber& packed, std::string& out) {
  const NumberForm form = packed.form;
  out.append(form.spaces_before, ' ');
  if (packed.digits < 0) out += '-';
  std::array<char, 20> digits{};
  const auto magnitude = packed.digits < 0 ? std::uint64_t{0} - static_cast<std::uint64_t>(packed.digits)
                                           : static_cast<std::uint64_t>(packed.digits);
  const char* const end = std::to_chars(digits.data(), digits.data() + digits.size(), magnitude).ptr;
  const auto length = static_cast<std::size_t>(end - digits.data());
  const std::size_t decimals = form.decimals;
  const std::size_t before = length > decimals ? length - decimals : 0;
  out.append(digits.data(), before);
  if (decimals > 0) {
    if (before == 0) out += '0';
    out += '.';
    out.append(decimals - (length - before), '0');
    out.append(digits.data() + before, length - before);
  }
  out.append(form.spaces_after, ' ');
}

void append_integer(std::int64_t value, std::string& out) {
  std::array<char, 24> text{};
  append(out, text.data(), std::to_chars(text.data(), text.data() + text.size(), value).ptr);
}

void append_real(double value, int decimals, std::string& out) {
  std::array<char, k_longest_real>
      text;  // NOLINT: filled by to_chars, and zeroing it would cost more than that
  char* const end = text.data() + text.size();
  PackedNumber packed;
  if (decimals < 0) {
    const std::size_t first = out.size();
    const double magnitude = std::abs(value);
    const bool plain = magnitude == 0 || (magnitude >= k_least_plain && magnitude < k_least_large);
    const auto format = plain ? std::chars_format::fixed : std::chars_format::scientific;
    append(out, text.data(), std::to_chars(text.data(), end, value, format).ptr);
    if (out.find_first_of(k_not_integer, first) == std::string::npos) out += ".0";
  } else if (scale(value, decimals, packed)) {
    append_number(packed, out);
  } else {
    append(out, text.data(), std::to_chars(text.data(), end, value, std::chars_format::fixed, decimals).ptr);
  }
}

double real_value(const PackedNumber& packed) {
  if (packed.digits <= k_exact_integers && packed.digits >= -k_exact_integers) {
    return static_cast<double>(packed.digits) / k_powers_of_ten[packed.form.decimals];
  }
  std::string text;
  append_number(packed, text);
  return real_value(text);
}

double real_value(std::string_view cell) {
  std::string_view body = without_blanks(cell);
  const bool negative = body.front() == '-';
  if (negative) body.remove_prefix(1);
  const double magnitude =
      is_infinity(body) ? std::numeric_limits<double>::infinity() : magnitude_value(body);
  return negative ? -magnitude : magnitude;
}

std::int64_t integer_value(std::string_view cell) {
  const std::string_view body = without_blanks(cell);
  std::int64_t value = 0;
  std::from_chars(body.data(), body.data() + body.size(), value);
  return value;
}

}  // namespace ctgan::table
