#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

#include "common/progress/progress.h"

namespace ctgan::progress {

std::string bytes_text(double bytes) {
  constexpr std::array<const char*, 5> k_units{"B", "kB", "MB", "GB", "TB"};
  std::size_t unit = 0;
  // 999.95 would be printed as 1000.0.
  while (bytes >= (unit == 0 ? 999.5 : 999.95) && unit + 1 < k_units.size()) {
    bytes /= 1000;
    ++unit;
  }
  return fmt::format("{:.{}f} {}", bytes, unit == 0 ? 0 : 1, k_units[unit]);
}

std::string duration_text(double seconds) {
  const auto whole = static_cast<std::uint64_t>(std::llround(std::clamp(seconds, 0.0, 1e9)));
  if (whole < 60) return fmt::format("{} s", whole);
  if (whole < 3600) return fmt::format("{} min {} s", whole / 60, whole % 60);
  return fmt::format("{} h {} min", whole / 3600, whole % 3600 / 60);
}

}  // namespace ctgan::progress
