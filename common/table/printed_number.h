// A number as people print it, taken apart: "-$1,234.50 net" is "-$" before, the digits, " net" after. What a
// mark between digits means is not known from one text alone ("1,234" may be a thousand or a bit more than
// one), so texts are scanned first and given meaning by the marks of their column.
#pragma once

#include <array>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace ctgan::table {

// The zeros of the scripts whose digits are read; the other nine follow each in Unicode.
inline constexpr std::array<std::string_view, 6> k_digit_zeros{"0", "٠", "۰", "०", "০", "０"};
// What may stand between digits: comma, point, spaces (plain, no-break, narrow no-break, thin), apostrophes,
// an underscore, the Arabic marks.
inline constexpr std::array<std::string_view, 11> k_digit_marks{
    ",", ".", " ", "\xc2\xa0", "\xe2\x80\xaf", "\xe2\x80\x89", "'", "’", "_", "٬", "٫"};
// The one of `among` that the text begins with, or nothing.
template <std::size_t count>
std::string_view front_of(std::string_view text, const std::array<std::string_view, count>& among) {
  for (const std::string_view one : among)
    if (text.starts_with(one)) return text.substr(0, one.size());
  return {};
}

// What stands between whole digits (nothing: no grouping) and before the decimals.
struct NumberMarks {
  std::string_view group;
  std::string_view point = ".";

  bool operator==(const NumberMarks&) const = default;
};

// Runs of digits with one mark between each two; views into the text.
struct ScannedNumber {
  static constexpr std::size_t k_most_runs = 10;

  std::string_view before;
  std::string_view after;
  std::string_view zero;  // of the digits' script
  std::array<std::string_view, k_most_runs> runs = {};
  std::array<std::string_view, k_most_runs> marks = {};  // marks[i] stands before runs[i]; marks[0]: ".5"
  std::size_t count = 0;                                 // of runs
  char exponent_mark = 0;                                // 'e', 'E', or none
  std::string_view exponent;                             // "+01"
};

// The first number in a text: digits of one script, marks that may stand in a number, an exponent. Nothing
// where there is no digit, or more runs than numbers have.
std::optional<ScannedNumber> scan_number(std::string_view text);

// The digits of a scanned number under the marks of its column.
struct NumberDigits {
  std::string whole;     // ASCII, without marks; empty in ".5"
  std::string fraction;  // ASCII
  bool grouped = false;
  bool indian = false;  // 12,34,567
};

// Nothing where marks or groups do not fit, or where a needless zero leads: "007" is a code.
std::optional<NumberDigits> digits_under(const ScannedNumber& number, const NumberMarks& marks);

// What stands around a number, freed of its sign.
struct NumberAffixes {
  std::string before;
  std::string after;
  bool negative = false;
  bool plus = false;
};

// Minus signs (also U+2212 and the en dash) and a plus at the outside or next to the digits, and brackets.
NumberAffixes affixes_of(const ScannedNumber& number);

// Whether texts around digits can be a currency or a unit rather than the letters of a code.
bool are_units(std::string_view before, std::string_view after);
bool is_currency(std::string_view text);

// Without spaces (also the unbreakable ones) at both ends.
std::string_view without_spaces(std::string_view text);

}  // namespace ctgan::table
