// One way of writing dates and times, found in a column or given as a pattern, and the points in time behind
// the texts as whole numbers that a model can learn.
//
//     const auto format = DatetimeFormat::infer(texts);          // "%Y-%m-%d %H:%M"
//     const auto moment = format->read("2013-01-31 08:15");      // minutes since 1970-01-01 00:00
//     format->append(moment->ticks, moment->zone, out);
//
// Patterns use the directives of C's strptime and Python's datetime: %Y %y %m %d %b %B %H %I %p %M %S %f %z
// %G %V %u
// %%, everything else stands for itself. Extensions: %q is a quarter; %-d, %-m, %-H and %-I are without
// leading zero; a digit in %3f says how many digits a fraction has (6 without it); %^b and %^B are in
// capitals; %{de}B are the months of another language (de, es, fr, it, nl, pt); %{1930}y are the hundred
// years from that one on, 1969 to 2068 without it. Years are 1 to 9999 of the Gregorian calendar.
// "%d/%m/%Y|%Y-%m-%d" are several ways of writing in one column; the first has the finest unit. Immutable;
// safe to share between threads.
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
    // Local time in units of the finest directive since 1970-01-01 00:00 (since year 0 for years, quarters
    // and months; weeks since that with 1970-01-01; since midnight where there is no date).
    std::int64_t ticks = 0;
    std::string_view zone;  // what %z read, a part of the text: "+02:00", "Z"
    std::size_t way = 0;    // which of several ways of writing the text has
  };

  // Throws Error(bad_data) for a pattern with an unknown directive or that fixes no point in time.
  explicit DatetimeFormat(std::string pattern);

  // A format that reads every text and writes it back byte for byte; none for no text. Where 1/2/2013 could
  // be both, slashes mean month first, points and hyphens day first. Years of two digits are those of the
  // hundred years in which the texts lie closest together.
  static std::optional<DatetimeFormat> infer(std::span<const std::string_view> texts);
  // The same for texts in up to four ways of writing, each of a shape of its own.
  static std::optional<DatetimeFormat> infer_mixed(std::span<const std::string_view> texts);
  // The same for whole numbers or other texts of digits alone, such as 20240131, 202401 or 20240131083000, in
  // the years 1800 to 2199; none unless the texts are so many and so different that it cannot be by chance.
  // Those named like a date (`named`) need only fit.
  static std::optional<DatetimeFormat> infer_digits(std::span<const std::string_view> texts, bool named);

  // Nothing unless the whole text has this format and names a day and a time that exist.
  std::optional<Moment> read(std::string_view text) const;
  // Ticks outside the years 1 to 9999, or outside the day where there is no date, are brought back inside.
  void append(std::int64_t ticks, std::string_view zone, std::string& out) const {
    append(ticks, zone, 0, out);
  }
  // In one of several ways.
  void append(std::int64_t ticks, std::string_view zone, std::size_t way, std::string& out) const;
  std::size_t ways() const { return 1 + others_.size(); }
  // The calendar year that a text names.
  std::optional<int> year_of(std::string_view text) const;

  const std::string& pattern() const { return pattern_; }
  bool has_zone() const;
  // What one tick is: "year", "quarter", "month", "week", "day", "hour", "minute", "second", or "10^-3
  // second".
  std::string unit() const;
  // 0 where the texts name no days.
  std::int64_t ticks_a_day() const { return calendar_ == Calendar::days ? ticks_a_day_ : 0; }

 private:
  struct Part {
    char directive = 0;  // 0: the literal
    bool padded = true;
    int digits = 6;  // of a fraction
    char literal = 0;
    bool capitals = false;
    int base = 0;              // the first year of two digits; 0: 1969
    std::size_t language = 0;  // of the months' names
  };
  struct Fields;
  enum class Calendar : std::uint8_t { none, years, quarters, months, weeks, days };

  void parse(std::string_view pattern);
  bool has(char directive) const;
  void check() const;
  void check_others() const;
  std::optional<Moment> read_main(std::string_view text) const;
  std::optional<Fields> fields_in(std::string_view text, std::string_view& zone) const;
  void find_unit();
  std::int64_t ticks_of(const Fields& fields) const;
  Fields fields_of(std::int64_t ticks) const;
  static void set_week(std::int64_t day, Fields& fields);
  bool read_part(const Part& part, std::string_view& rest, Fields& fields, std::string_view& zone) const;
  bool read_month(const Part& part, std::string_view& rest, Fields& fields) const;
  void append_part(const Part& part, const Fields& fields, std::string_view zone, std::string& out) const;

  std::string pattern_;
  std::vector<Part> parts_;
  Calendar calendar_ = Calendar::none;
  int fraction_digits_ = 0;
  std::int64_t ticks_a_day_ = 1;
  std::vector<DatetimeFormat> others_;
};

}  // namespace ctgan::table
