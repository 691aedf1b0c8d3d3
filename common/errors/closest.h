// "did you mean": the nearest of the names that exist.
#pragma once

#include <span>
#include <string>
#include <string_view>

namespace ctgan::errors {

// The candidate with the smallest edit distance to `name` (ASCII case ignored; two neighbours that changed
// places are one edit), or empty when none is near: at most a third of the name's length, and at least one edit, away.
std::string closest(std::string_view name, std::span<const std::string> candidates);

// "did you mean 'x'?" or, when nothing is near, "known are: a, b, c" (at most 10 of them).
std::string suggestion(std::string_view name, std::span<const std::string> candidates);

}  // namespace ctgan::errors
