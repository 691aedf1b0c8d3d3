// Words and numbers for people.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace ctgan::synth::report {

inline constexpr std::size_t k_longest_title = 120;

// Text from data, fit for a page: broken UTF-8 and characters that XML forbids or that turn the reading
// direction become U+FFFD, control characters visible.
std::string clean(std::string_view text);
// Cleaned and cut to `characters` code points, the last of them an ellipsis. "(empty)" for an empty text.
std::string shortened(std::string_view text, std::size_t characters);

std::string percent(double share);                        // "12.3 %" with a fixed space, "0.04 %", "n/a"
std::string percent(const std::optional<double>& share);  // "n/a" when undefined
std::string score(const std::optional<double>& value);    // "0.908", "n/a"
std::string distance(double value);                       // three significant digits
std::string moment(std::string_view utc);                 // "2026-11-21 07:45 UTC" of "2026-11-21T07:45:00Z"
std::string count(std::size_t number);                    // "26,049"
std::string counted(std::size_t number, std::string_view one, std::string_view many);  // "1 row", "2 rows"
std::string duration(double seconds);  // "3.2 s", "4 min 10 s", "2 h 5 min"
// A fragment as a sentence: first letter large, full stop, no break before a percent sign.
std::string sentence(std::string_view fragment);

}  // namespace ctgan::synth::report
