// What stands between a column and a value, or between two columns, and which texts have an order.
#pragma once

#include <array>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace ctgan::conditions {

enum class Comparison { equal, not_equal, less, less_equal, greater, greater_equal };

// Longer spellings first, so that the first that fits is the one that was meant.
inline constexpr std::array<std::pair<std::string_view, Comparison>, 6> k_comparisons{{
    {"!=", Comparison::not_equal},
    {"<=", Comparison::less_equal},
    {">=", Comparison::greater_equal},
    {"=", Comparison::equal},
    {"<", Comparison::less},
    {">", Comparison::greater},
}};

// The comparison that `text` begins with, which is then taken away from it.
std::optional<Comparison> take_comparison(std::string_view& text);
// <, <=, > or >=.
bool needs_order(Comparison comparison);

// A text that has an order among its like. A number's long double holds every int64 and every double; dates
// and times are seconds, since 1970 in UTC and since midnight. A date without a zone counts as UTC.
struct Ordered {
  enum class Kind { number, date, time };
  Kind kind = Kind::number;
  long double value = 0;
};

// A finite number ("65", "-0.5", "007", "1e3"), an ISO 8601 date with or without a time and a zone
// ("2026-11-21", "2026-11-21T07:45:00.5+02:00", "2026-11-21 07:45"), or a time ("07:45", "07:45:30"); spaces
// around it do not count.
std::optional<Ordered> read_ordered(std::string_view text);

// What is to be added to a local time with this zone ("Z", "+02:00", "-0130", "+02") to make it UTC.
std::optional<int> seconds_before_utc(std::string_view zone);

// Whether `left comparison right` holds. REQUIRES: neither is NaN.
bool holds(Comparison comparison, long double left, long double right);

}  // namespace ctgan::conditions
