#include "common/table/duration_format.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <utility>

#include "common/errors/error.h"
#include "common/table/number_text.h"

namespace ctgan::table {
namespace {

constexpr std::string_view k_units = "dhms";  // descending
constexpr std::string_view k_plural = "(s)";
constexpr std::size_t k_most_digits = 12;
constexpr int k_most_fraction_digits = 9;
// Room for the sum of all units.
constexpr std::int64_t k_most_ticks = INT64_MAX / 8;

std::int64_t seconds_a(char unit) {
  switch (unit) {
    case 'd':
      return 86'400;
    case 'h':
      return 3'600;
    case 'm':
      return 60;
    default:
      return 1;
  }
}

// Digits at the front as a number; at least one.
bool take_digits(std::string_view& rest, std::int64_t& value, std::size_t& count) {
  count = 0;
  while (count < rest.size() && is_digit(rest[count])) ++count;
  if (count == 0 || count > k_most_digits) return false;
  std::from_chars(rest.data(), rest.data() + count, value);
  rest.remove_prefix(count);
  return true;
}

bool take_text(std::string_view& rest, std::string_view wanted) {
  if (!rest.starts_with(wanted)) return false;
  rest.remove_prefix(wanted.size());
  return true;
}

// " day(s), " behind 1 is " day, ", behind others " days, ".
std::string inflected(const std::string& text, std::int64_t value) {
  const std::size_t plural = text.find(k_plural);
  if (plural == std::string::npos) return text;
  return text.substr(0, plural) + (value == 1 ? "" : "s") + text.substr(plural + k_plural.size());
}

constexpr std::array k_patterns{"{hh}:{mm}:{ss}{f3?}",
                                "{hh}:{mm}:{ss}.{f3}",
                                "{hh}:{mm}:{ss}.{f6}",
                                "{h}:{mm}:{ss}",
                                "{h}:{mm}:{ss}.{f1}",
                                "{h}:{mm}:{ss}.{f2}",
                                "{h}:{mm}:{ss}.{f3}",
                                "{hh}:{mm}",
                                "{h}:{mm}",
                                "{d} days {hh}:{mm}:{ss}{f6?}",
                                "{d} days {hh}:{mm}:{ss}{f9?}",
                                "{d? day(s), }{h}:{mm}:{ss}{f6?}",
                                "{d? day(s) }{hh}:{mm}:{ss}{f6?}",
                                "{d?.}{hh}:{mm}:{ss}",
                                "{d?-}{hh}:{mm}:{ss}",
                                "{d?d }{hh}:{mm}:{ss}",
                                "PT{h?H}{m?M}{s?S}",
                                "P{d?D}{T}{h?H}{m?M}{s?S}",
                                "PT{h}H{m}M{s}S",
                                "PT{hh}H{mm}M{ss}S",
                                "P{d}DT{h}H{m}M{s}S",
                                "PT{h}H{m}M",
                                "PT{m}M{s}S",
                                "PT{h?H}{m?M}",
                                "PT{m?M}{s?S}",
                                "P{d?D}{T}{h?H}{m?M}",
                                "PT{h}H",
                                "PT{m}M",
                                "PT{s}S",
                                "P{d}D"};

// The units' words that people use, from days to seconds; a space between number and word where there is one.
constexpr std::array<std::array<std::string_view, 4>, 8> k_words{
    {{"d", "h", "m", "s"},
     {"d", "h", "min", "s"},
     {"d", "h", "min", "sec"},
     {"d", "hr", "min", "sec"},
     {" d", " h", " min", " s"},
     {" d", " h", " m", " s"},
     {" day(s)", " hr(s)", " min(s)", " sec(s)"},
     {" day(s)", " hour(s)", " minute(s)", " second(s)"}}};
// Of k_units, first and last.
constexpr std::array<std::pair<std::size_t, std::size_t>, 6> k_stretches{
    {{1, 2}, {2, 3}, {0, 1}, {1, 3}, {0, 2}, {0, 3}}};

bool reads_all(const DurationFormat& format, std::span<const std::string_view> texts) {
  std::string again;
  return std::all_of(texts.begin(), texts.end(), [&](std::string_view text) {
    const auto ticks = format.read(text);
    if (!ticks) return false;
    again.clear();
    format.append(*ticks, again);
    return again == text;
  });
}

// "{h?h}{ }{m?min}", or with all units always there.
std::string word_pattern(const std::array<std::string_view, 4>& words, std::size_t first, std::size_t last,
                         std::string_view joint, bool optional, int width) {
  std::string pattern;
  for (std::size_t i = first; i <= last; ++i) {
    if (i > first) pattern += optional && joint == " " ? "{ }" : std::string(joint);
    const std::string unit(i > first ? static_cast<std::size_t>(width) : 1, k_units[i]);
    pattern += optional ? fmt::format("{{{}?{}}}", unit, words[i]) : fmt::format("{{{}}}{}", unit, words[i]);
  }
  return pattern;
}

std::vector<DurationFormat> all_formats() {
  std::vector<std::string> patterns(k_patterns.begin(), k_patterns.end());
  for (const auto& words : k_words) {
    const bool inflects = words[0].find(k_plural) != std::string_view::npos;
    for (const auto& [first, last] : k_stretches) {
      for (const std::string_view joint : {" ", ""}) {
        for (const int width : {1, 2}) {
          if (!inflects) patterns.push_back(word_pattern(words, first, last, joint, false, width));
          patterns.push_back(word_pattern(words, first, last, joint, true, width));
        }
      }
    }
  }
  return {patterns.begin(), patterns.end()};
}

bool could_be_duration(std::string_view text) {
  constexpr std::size_t k_shortest = 2;
  constexpr std::size_t k_longest = 48;
  return text.size() >= k_shortest && text.size() <= k_longest &&
         (is_digit(text[0]) || text[0] == 'P' || text[0] == '-');
}

}  // namespace

DurationFormat::DurationFormat(std::string pattern) : pattern_(std::move(pattern)) {
  parse();
  check();
}

void DurationFormat::parse() {
  for (std::size_t i = 0; i < pattern_.size(); ++i) {
    const std::size_t end = pattern_[i] == '{' ? pattern_.find('}', i) : std::string::npos;
    Part part;
    if (end == std::string::npos) {
      part.text = pattern_[i];
      parts_.push_back(std::move(part));
      continue;
    }
    const std::string_view inner = std::string_view(pattern_).substr(i + 1, end - i - 1);
    i = end;
    const std::size_t question = std::min(inner.find('?'), inner.size());
    const std::string_view name = inner.substr(0, question);
    part.optional = question < inner.size();
    if (part.optional) part.text = inner.substr(question + 1);
    if (inner == " ") {
      part.kind = Part::Kind::space;
    } else if (inner == "T") {
      part.kind = Part::Kind::iso_time;
    } else if (name.size() == 2 && name[0] == 'f' && is_digit(name[1])) {
      part.kind = Part::Kind::fraction;
      part.width = name[1] - '0';
      for (int digit = 0; digit < part.width; ++digit) ticks_a_second_ *= 10;
    } else if (!name.empty() && k_units.find(name[0]) != std::string_view::npos &&
               name.find_first_not_of(name[0]) == std::string_view::npos) {
      part.kind = Part::Kind::unit;
      part.unit = name[0];
      part.width = static_cast<int>(name.size());
    } else {
      part.unit = '?';
    }
    parts_.push_back(std::move(part));
  }
}

void DurationFormat::check() const {
  const auto refuse = [this](std::string_view why) {
    throw errors::Error(errors::Kind::bad_data,
                        fmt::format("{} is no format of durations: {}", errors::quoted(pattern_), why),
                        "write it like '{h}:{mm}:{ss}' or 'PT{m}M{s}S'");
  };
  std::size_t last = std::string_view::npos;
  bool fraction = false;
  for (const Part& part : parts_) {
    if (part.unit == '?') refuse("braces hold none of d, h, m, s and f");
    if (part.kind == Part::Kind::fraction) {
      const bool follows = last == k_units.size() - 1 && !fraction && part.width >= 1;
      if (!follows || part.width > k_most_fraction_digits) refuse("a fraction needs seconds before it");
      fraction = true;
    }
    if (part.kind != Part::Kind::unit) continue;
    const std::size_t place = k_units.find(part.unit);
    if (last != std::string_view::npos && place <= last) refuse("its units do not descend");
    last = place;
  }
  if (last == std::string_view::npos) refuse("it has no unit");
}

std::int64_t DurationFormat::ticks_a(char unit) const {
  return seconds_a(unit) / seconds_a(finest_unit()) * ticks_a_second_;
}

char DurationFormat::finest_unit() const {
  char finest = 's';
  for (const Part& part : parts_)
    if (part.kind == Part::Kind::unit) finest = part.unit;
  return finest;
}

double DurationFormat::tick() const {
  return static_cast<double>(seconds_a(finest_unit())) / static_cast<double>(ticks_a_second_);
}

bool DurationFormat::is_clock() const {
  return pattern_.starts_with("{h") && pattern_.find(":{mm}") != std::string::npos;
}

bool DurationFormat::read_unit(const Part& part, std::string_view& rest, std::int64_t& ticks,
                               char& larger) const {
  std::string_view tried = rest;
  std::int64_t value = 0;
  std::size_t digits = 0;
  const bool number = take_digits(tried, value, digits) && (larger == 0 || digits <= 4) &&
                      digits >= static_cast<std::size_t>(part.width);
  const bool bounded = larger == 0 || value < seconds_a(larger) / seconds_a(part.unit);
  const bool fits = number && value <= k_most_ticks / ticks_a(part.unit);
  const bool there = fits && bounded && (!part.optional || take_text(tried, inflected(part.text, value)));
  if (there) {
    rest = tried;
    ticks += value * ticks_a(part.unit);
  }
  larger = part.unit;
  return there || part.optional;
}

std::optional<std::int64_t> DurationFormat::read(std::string_view text) const {
  const bool negative = take_text(text, "-");
  if (std::none_of(text.begin(), text.end(), is_digit)) return std::nullopt;
  std::int64_t ticks = 0;
  char larger = 0;
  for (const Part& part : parts_) {
    switch (part.kind) {
      case Part::Kind::literal:
        if (!take_text(text, part.text)) return std::nullopt;
        break;
      case Part::Kind::unit:
        if (!read_unit(part, text, ticks, larger)) return std::nullopt;
        break;
      case Part::Kind::fraction: {
        if (part.optional && !take_text(text, ".")) break;
        std::int64_t value = 0;
        std::size_t digits = 0;
        if (!take_digits(text, value, digits) || digits != static_cast<std::size_t>(part.width))
          return std::nullopt;
        ticks += value;
        break;
      }
      case Part::Kind::space:
        take_text(text, " ");
        break;
      case Part::Kind::iso_time:
        take_text(text, "T");
        break;
    }
  }
  if (!text.empty()) return std::nullopt;
  return negative ? -ticks : ticks;
}

void DurationFormat::append(std::int64_t ticks, std::string& out) const {
  if (ticks < 0) out += '-';
  std::int64_t left = ticks < 0 ? -ticks : ticks;
  const bool nothing = left == 0;
  bool any = false;
  bool space = false;
  for (const Part& part : parts_) {
    switch (part.kind) {
      case Part::Kind::literal:
        out += part.text;
        break;
      case Part::Kind::unit: {
        const std::int64_t a_unit = ticks_a(part.unit);
        const std::int64_t value = left / a_unit;
        left %= a_unit;
        if (part.optional && value == 0 && !(nothing && part.unit == finest_unit())) break;
        if (std::exchange(space, false)) out += ' ';
        out += fmt::format("{:0{}}", value, part.width);
        if (part.optional) out += inflected(part.text, value);
        any = true;
        break;
      }
      case Part::Kind::fraction:
        if (part.optional && left == 0) break;
        if (part.optional) out += '.';
        out += fmt::format("{:0{}}", left, part.width);
        break;
      case Part::Kind::space:
        space = any;
        break;
      case Part::Kind::iso_time:
        if (left > 0 || nothing) out += 'T';
        break;
    }
  }
}

std::optional<DurationFormat> DurationFormat::infer(std::span<const std::string_view> texts) {
  if (texts.empty() || !could_be_duration(texts.front())) return std::nullopt;
  static const std::vector<DurationFormat> k_formats = all_formats();
  for (const DurationFormat& format : k_formats) {
    // The first text rules out nearly every pattern.
    if (reads_all(format, texts.first(1)) && reads_all(format, texts)) return format;
  }
  return std::nullopt;
}

}  // namespace ctgan::table
