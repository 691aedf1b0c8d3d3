#include "server/synth/paid_domains/found_bounds.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <vector>

namespace ctgan::synth::paid_domains {
namespace {

// Bins of each sign; between them is that of 0.
constexpr std::size_t k_octaves = 63;

std::size_t bin_of(std::int64_t step) {
  const std::uint64_t size =
      step < 0 ? 0 - static_cast<std::uint64_t>(step) : static_cast<std::uint64_t>(step);
  const std::size_t octave = std::min<std::size_t>(std::bit_width(size), k_octaves);
  return step < 0 ? k_octaves - octave : k_octaves + octave;
}

// The steps of a bin.
StepRange range_of(std::size_t bin) {
  if (bin == k_octaves) return {0, 0};
  const std::size_t octave = bin < k_octaves ? k_octaves - bin : bin - k_octaves;
  const std::int64_t inner = std::int64_t{1} << (octave - 1);
  const std::int64_t outer = inner - 1 + inner;
  return bin < k_octaves ? StepRange{-outer, -inner} : StepRange{inner, outer};
}

StepRange within(const StepRange& limits, std::int64_t least, std::int64_t most) {
  least = std::clamp(least, limits.least, limits.most - 1);
  return {least, std::clamp(most, least + 1, limits.most)};
}

}  // namespace

StepRange find_bounds(privacy::Mechanisms& mechanisms, const std::string& stage,
                      std::span<const std::int64_t> steps, const StepRange& limits,
                      std::uint64_t rows_per_unit, double rho) {
  // Less than one time in 20,000 a bin without rows has more.
  constexpr double k_deviations = 5;
  std::vector<std::uint64_t> counts(2 * k_octaves + 1);
  for (const std::int64_t step : steps) ++counts[bin_of(std::clamp(step, limits.least, limits.most))];
  const auto sensitivity = static_cast<double>(rows_per_unit);
  const double sigma = sensitivity / std::sqrt(2 * rho);
  const std::vector<std::int64_t> noisy = mechanisms.noisy_counts(stage, counts, sensitivity, sigma);
  const auto has_rows = [&](std::int64_t count) {
    return static_cast<double>(count) > k_deviations * privacy::drawn_sigma(sigma);
  };
  const auto first = std::find_if(noisy.begin(), noisy.end(), has_rows);
  if (first == noisy.end()) return within(limits, 0, 1);
  const auto last = std::find_if(noisy.rbegin(), noisy.rend(), has_rows);
  return within(limits, range_of(static_cast<std::size_t>(first - noisy.begin())).least,
                range_of(static_cast<std::size_t>(noisy.rend() - last) - 1).most);
}

}  // namespace ctgan::synth::paid_domains
