#include "server/synth/codecs/number_grid.h"

#include <cmath>
#include <cstdint>
#include <numeric>

namespace ctgan::synth::codecs {

double common_step(const DistinctValues& column, double step) {
  constexpr std::size_t k_least_values = 10;
  constexpr double k_exact = 0x1p53;
  if (step <= 0 || column.values.size() < k_least_values) return 0;
  std::uint64_t common = 0;
  for (const double value : column.values) {
    const double steps = std::round((value - column.values.front()) / step);
    if (!(steps < k_exact)) return 0;
    common = std::gcd(common, static_cast<std::uint64_t>(steps));
    if (common == 1) return 0;
  }
  return static_cast<double>(common) * step;
}

}  // namespace ctgan::synth::codecs
