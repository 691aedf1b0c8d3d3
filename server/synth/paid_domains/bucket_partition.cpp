#include "server/synth/paid_domains/bucket_partition.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <limits>
#include <numeric>

namespace ctgan::synth::paid_domains {
namespace {

constexpr std::int64_t k_parts_of_row = 1024;  // also the most cells

struct Partition {
  std::int64_t cost = std::numeric_limits<std::int64_t>::max() / 4;
  std::size_t last = 0;  // cells of its last bucket
};

// costs[k][i]: of the bucket of 2^k cells from cell i on.
std::vector<std::vector<std::int64_t>> noisy_costs(std::span<const std::int64_t> cells, std::int64_t each,
                                                   privacy::PaidLaplace& noise) {
  std::vector<std::vector<std::int64_t>> costs;
  for (std::size_t length = 1; length <= cells.size(); length *= 2) {
    std::vector<std::int64_t>& of_length = costs.emplace_back();
    for (std::size_t first = 0; first + length <= cells.size(); ++first)
      of_length.push_back(deviation(cells.subspan(first, length)) + each + noise.draw());
  }
  return costs;
}

// The first cells of the second and each later bucket of the cheapest partition into no more than `most`.
std::vector<std::size_t> cheapest(const std::vector<std::vector<std::int64_t>>& costs, std::size_t most) {
  const std::size_t cells = costs[0].size();
  // best[b][i]: of the first i cells, into b buckets.
  std::vector<std::vector<Partition>> best(most + 1, std::vector<Partition>(cells + 1));
  best[0][0].cost = 0;
  std::size_t buckets = 1;
  for (std::size_t b = 1; b <= most; ++b) {
    for (std::size_t end = 1; end <= cells; ++end)
      for (std::size_t k = 0; k < costs.size() && (std::size_t{1} << k) <= end; ++k) {
        const std::size_t length = std::size_t{1} << k;
        const std::int64_t cost = best[b - 1][end - length].cost + costs[k][end - length];
        if (cost < best[b][end].cost) best[b][end] = {cost, length};
      }
    if (best[b][cells].cost < best[buckets][cells].cost) buckets = b;
  }
  std::vector<std::size_t> starts;
  for (std::size_t end = cells; end > 0;) {
    end -= best[buckets--][end].last;
    if (end > 0) starts.push_back(end);
  }
  std::reverse(starts.begin(), starts.end());
  return starts;
}

}  // namespace

std::int64_t deviation(std::span<const std::int64_t> cells) {
  const auto size = static_cast<std::int64_t>(cells.size());
  const std::int64_t sum = std::accumulate(cells.begin(), cells.end(), std::int64_t{0});
  std::int64_t total = 0;
  for (const std::int64_t cell : cells) total += std::abs(size * cell - sum);
  return total * (k_parts_of_row / size);
}

std::vector<std::int64_t> bucket_cuts(privacy::Mechanisms& mechanisms, const std::string& stage,
                                      std::span<const std::int64_t> steps, const StepRange& range,
                                      std::size_t most_parts, double expected_noise,
                                      std::uint64_t rows_per_unit, double rho) {
  const std::size_t count = std::bit_floor(std::min<std::uint64_t>(range.steps(), k_parts_of_row));
  const std::vector<std::int64_t> starts = even_starts(range, count);
  std::vector<std::int64_t> cells(count);
  for (const std::int64_t step : steps)
    ++cells[static_cast<std::size_t>(std::upper_bound(starts.begin() + 1, starts.end(), step) -
                                     starts.begin()) -
            1];
  const double epsilon = std::sqrt(2 * rho);
  const double scale = 4 * static_cast<double>(rows_per_unit) / epsilon;
  privacy::PaidLaplace noise =
      mechanisms.laplace(stage, {.algorithm = "DAWA partition",
                                 .sensitivity = 2 * static_cast<double>(rows_per_unit),
                                 .scale = scale,
                                 .epsilon = epsilon,
                                 .unit = static_cast<double>(k_parts_of_row)});
  // A bucket is not to be cut off for the noise of its cost alone.
  const auto each =
      static_cast<std::int64_t>(std::ceil((expected_noise + scale) * static_cast<double>(k_parts_of_row)));
  std::vector<std::int64_t> cuts;
  for (const std::size_t first : cheapest(noisy_costs(cells, each, noise), most_parts))
    cuts.push_back(starts[first]);
  return cuts;
}

}  // namespace ctgan::synth::paid_domains
