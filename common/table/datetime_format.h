// One way of writing dates and times, found in a column or given as a pattern, and the points in time behind
// the texts as whole numbers that a model can learn.
//
//     const auto format = DatetimeFormat::infer(texts);          // "%Y-%m-%d %H:%M"
//     const auto moment = format->read("2013-01-31 08:15");      // minutes since 1970-01-01 00:00
//     format->append(moment->ticks, moment->zone, out);
//
// Patterns use the directives of C's strptime and Python's datetime: %Y %y %m %d %b %B %H %I %p %M %S %f %z
// %%, everything else stands for itself. Two extensions: %-d, %-m, %-H and %-I are without leading zero; a
// digit in %3f says how many digits a fraction has (6 without it). Years are 1 to 9999 of the Gregorian
// calendar; %y means 1969 to 2068. Immutable; safe to share between threads.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace ctgan::table {

class DatetimeFormat {
 public:
  struct Moment {
    // Local time in units of the finest directive since 1970-01-01 00:00 (months for %Y-%m; since midnight
    // where there is no date).
    std::int64_t ticks = 0;
    std::string_view zone;  // what %z read, a part of the text: "+02:00", "Z"
  };

  // Throws Error(bad_data) for a pattern with an unknown directive or that fixes no point in time.
  explicit DatetimeFormat(std::string pattern);

  // A format that reads every text and writes it back byte for byte; none for no text. Where 1/2/2013 could
  // be both, slashes mean month first, points and hyphens day first.
  static std::optional<DatetimeFormat> infer(std::span<const std::string_view> texts);

  // Nothing unless the whole text has this format and names a day and a time that exist.
  std::optional<Moment> read(std::string_view text) const;
  // Ticks outside the years 1 to 9999, or outside the day where there is no date, are brought back inside.
  void append(std::int64_t ticks, std::string_view zone, std::string& out) const;

  const std::string& pattern() const { return pattern_; }
  bool has_zone() const;
  // What one tick is: "month", "day", "hour", "minute", "second", or "10^-3 second".
  std::string unit() const;

 private:
  struct Part {
    char directive = 0;  // 0: the literal
    bool padded = true;
    int digits = 6;  // of a fraction
    char literal = 0;
  };
  struct Fields;
  enum class Calendar : std::uint8_t { none, years, months, days };

  bool has(char directive) const;
  void check() const;
  void find_unit();
  std::int64_t ticks_of(const Fields& fields) const;
  Fields fields_of(std::int64_t ticks) const;
  bool read_part(const Part& part, std::string_view& rest, Fields& fields, std::string_view& zone) const;
  void append_part(const Part& part, const Fields& fields, std::string_view zone, std::string& out) const;

  std::string pattern_;
  std::vector<Part> parts_;
  Calendar calendar_ = Calendar::none;
  int fraction_digits_ = 0;
  std::int64_t ticks_a_day_ = 1;
};

}  // namespace ctgan::table
