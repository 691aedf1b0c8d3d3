// Numbers as CSV cells spell them, and a form of ten bytes from which the spelling can be given back.
//
//   number    blanks, '-', digits, a point, digits, an exponent, blanks: "-12", " 3.50", ".5", "2e-3";
//             not "007", "+1", "1,000", "0x1F", "nan"
//   packed    the digits without the point, and how many stood after it and how many spaces around them;
//             spellings that this cannot hold (exponents, "-0", more than 18 digits, tabs) are `unusual`:
//             whoever packs keeps their text
#pragma once

#include <bit>
#include <cstdint>
#include <string>
#include <string_view>

namespace ctgan::table {

// Of ASCII, whatever the locale.
constexpr bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

// What stood around the digits. All zero is the plain integer.
struct NumberForm {
  std::uint16_t decimals : 5;
  std::uint16_t spaces_before : 5;
  std::uint16_t spaces_after : 4;
  std::uint16_t missing : 1;  // no number stands here; for the packer's use
  std::uint16_t unusual : 1;  // digits mean nothing

  bool plain() const { return std::bit_cast<std::uint16_t>(*this) == 0; }
};

struct PackedNumber {
  std::int64_t digits = 0;
  NumberForm form{};
};

struct NumberText {
  bool number = false;
  bool integer = false;   // neither point nor exponent, and it fits int64
  bool exponent = false;  // has one
  bool infinite = false;  // "inf", "-Infinity" in any case, or more than a double holds
  int decimals = 0;       // digits after the point
  PackedNumber packed;
};

NumberText read_number(std::string_view cell);

// The exact text of a packed cell, appended to `out`. REQUIRES: neither unusual nor missing.
void append_number(const PackedNumber& packed, std::string& out);

void append_integer(std::int64_t value, std::string& out);
// With `decimals` digits after the point (0 to 17); with -1 the shortest text that reads back to the same double, as
// Python writes it: with a point, and from 10^16 on and below 10^-4 with an exponent.
void append_real(double value, int decimals, std::string& out);

// The nearest double. REQUIRES: neither unusual nor missing.
double real_value(const PackedNumber& packed);

// The same for the text of a cell, infinite where NumberText says so. REQUIRES: read_number says number.
double real_value(std::string_view cell);
// REQUIRES: read_number says integer.
std::int64_t integer_value(std::string_view cell);

}  // namespace ctgan::table
