// One way of printing numbers, found in a column or given as a pattern, and the numbers behind the texts.
//
//     const auto format = NumberFormat::infer(texts);     // "$#,##0.00;($#,##0.00)"
//     format->read("($1,234.50)")                         // -1234.5
//     format->append(-1234.5, out);
//
// Patterns are those of spreadsheets, except that every mark stands for itself: "#,##0.00", "# ##0,00 EUR",
// "#'##0.00", "#,##,##0" (lakhs), "##.##0" (groups from five digits on), "#.00" (no zero before the point),
// "0.0##" (one to three decimals, zeros at the end left out), "0.0??" (one to three decimals as they come),
// "0.00E+00", "0%". A second section behind ';' is for negative numbers, a third for zero; without one a
// minus stands in front. A backslash takes a character for itself. Digits of another script are asked for by
// its zero. "General" is the shortest text that reads back to the same double, "General.0" the same with a
// point always, as Python writes it. A pattern with braces is one of durations (duration_format.h), whose
// numbers are seconds. Immutable; safe to share between threads.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "common/table/duration_format.h"
#include "common/table/printed_number.h"

namespace ctgan::table {

// A text of a column and how many rows have it.
struct TextCount {
  std::string_view text;
  std::size_t rows = 1;
};

class NumberFormat {
 public:
  static constexpr int k_most_decimals = 40;

  // How digits are written between the affixes.
  enum class Style : std::uint8_t { decimals, exponent, general };
  // What stands around the digits of positive numbers, of negative ones, of zero.
  struct Around {
    std::string before;
    std::string after;
    bool operator==(const Around&) const = default;
  };
  struct Parts {
    Style style = Style::decimals;
    std::string group;  // between whole digits; none: empty
    int grouped_from = 4;
    bool indian = false;
    std::string point = ".";
    bool leading_zero = true;
    int least_decimals = 0;
    int most_decimals = 0;
    bool padded = false;        // zeros at the end may stand beyond the least decimals
    bool always_point = false;  // of Style::general
    char exponent_mark = 'E';
    bool exponent_plus = true;
    int exponent_digits = 2;
    std::string zero = "0";  // of the script
    Around positive;
    Around negative{"-", ""};
    std::optional<Around> of_zero;
  };

  // Throws Error(bad_data) for a text that is no pattern.
  explicit NumberFormat(std::string pattern);
  explicit NumberFormat(Parts parts);

  // The format of texts that are numbers in print; none where one of them is not, where they have several
  // units, or where they are the spelling of codes: a needless zero or, without any negative number or
  // decimal, a plus before the digits; equally many digits, seven or more, without decimals and currency;
  // more digits than a double holds. Writes back all of them byte for byte, but for those that are spelled
  // otherwise than most.
  static std::optional<NumberFormat> infer(std::span<const TextCount> texts);

  // A text of this format, also one with other decimals, without groups or without unit.
  std::optional<double> read(std::string_view text) const;
  void append(double value, std::string& out) const { append(value, -1, out); }
  // With so many decimals; -1: as the format says.
  void append(double value, int decimals, std::string& out) const;

  const std::string& pattern() const { return pattern_; }
  const Parts& parts() const { return parts_; }
  const std::optional<DurationFormat>& duration() const { return duration_; }
  // Every number of it is a whole one (of a duration's finest unit).
  bool whole() const;
  // pandas reads all its texts as numbers.
  bool plain() const;
  // Digits after the point that its texts have; none where that is not fixed.
  int decimals() const;

 private:
  void find_units();
  std::string digits_of(double magnitude, int decimals) const;
  void append_digits(std::string_view digits, std::string& out) const;

  std::string pattern_;
  Parts parts_;
  // Around the digits, without sign and spaces.
  std::string unit_before_;
  std::string unit_after_;
  std::optional<DurationFormat> duration_;
};

// The digits after the point that a text shows: of its mantissa, where it has an exponent.
int shown_decimals(std::string_view text, std::string_view point);

}  // namespace ctgan::table
