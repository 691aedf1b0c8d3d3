// One way of writing lengths of time, found in a column or given as a pattern, and the lengths as whole
// numbers of the finest unit.
//
//     const auto format = DurationFormat::infer(texts);     // "PT{m}M{s}S"
//     format->read("PT5123M7S")                             // 307387 seconds
//
// Braces hold a unit: {d}, {h}, {m}, {s}, as {hh} with at least two digits; {f3} are digits of a fraction of
// a second. The first unit is unbounded, each other one stays below the next larger unit of the pattern.
// {h?H} is a unit with the text behind it, both left out where it is zero; in that text "day(s)" is "day"
// behind 1 and "days" behind others. "{ }" is a space between two units that are there; "{T}" the T of ISO
// 8601, where a time follows. Everything else stands for itself. A minus in front of everything is a negative
// length. Immutable; safe to share between threads.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace ctgan::table {

class DurationFormat {
 public:
  // Throws Error(bad_data) for a pattern without a unit, or with units that do not descend.
  explicit DurationFormat(std::string pattern);

  // A format that reads every text and writes it back byte for byte; none for no text. 1:30 is hours and
  // minutes.
  static std::optional<DurationFormat> infer(std::span<const std::string_view> texts);

  // In the finest unit. Nothing unless the whole text has this format.
  std::optional<std::int64_t> read(std::string_view text) const;
  void append(std::int64_t ticks, std::string& out) const;

  const std::string& pattern() const { return pattern_; }
  // Of one tick, in seconds.
  double tick() const;
  // Written like the time of a day: hours and minutes with colons.
  bool is_clock() const;

 private:
  struct Part {
    enum class Kind : std::uint8_t { literal, unit, fraction, space, iso_time };
    Kind kind = Kind::literal;
    char unit = 0;
    int width = 1;
    bool optional = false;
    std::string text;  // the literal; behind an optional unit
  };

  void parse();
  void check() const;
  char finest_unit() const;
  std::int64_t ticks_a(char unit) const;
  bool read_unit(const Part& part, std::string_view& rest, std::int64_t& ticks, char& larger) const;

  std::string pattern_;
  std::vector<Part> parts_;
  std::int64_t ticks_a_second_ = 1;
};

}  // namespace ctgan::table
