#include "server/synth/evaluate/density_coverage.h"

#include <algorithm>
#include <limits>
#include <vector>

#include "server/synth/evaluate/neighbours.h"
#include "server/synth/evaluate/sampled.h"

namespace ctgan::synth::evaluate {
namespace {

// To the k-th closest other row: the row itself is its own closest.
std::vector<float> radii_of(const Coordinates& rows, threads::ThreadPool& pool) {
  const Neighbours found = closest(rows, rows, k_density_neighbours + 1, pool);
  std::vector<float> radii(rows.rows());
  for (std::size_t row = 0; row < radii.size(); ++row)
    radii[row] = found.distances[(row + 1) * found.each - 1];
  return radii;
}

std::vector<double> in_neighbours(const std::vector<std::uint32_t>& counts) {
  std::vector<double> parts(counts.size());
  std::transform(counts.begin(), counts.end(), parts.begin(),
                 [](std::uint32_t count) { return static_cast<double>(count) / k_density_neighbours; });
  return parts;
}

double mean_of(const std::vector<double>& values) {
  double sum = 0;
  for (const double value : values) sum += value;
  return sum / static_cast<double>(values.size());
}

Estimate density_of(const Reach& reach) {
  const std::vector<double> balls = in_neighbours(reach.of_centres);
  const std::vector<double> points = in_neighbours(reach.of_points);
  return estimate_of(mean_of(points), variance_of_mean(balls) + variance_of_mean(points), 0,
                     std::numeric_limits<double>::infinity());
}

Estimate coverage_of(const Reach& reach) {
  std::vector<double> covered(reach.of_centres.size());
  // Rows that are covered by this point alone: what the coverage loses without it.
  std::vector<double> alone(reach.of_points.size());
  for (std::size_t centre = 0; centre < covered.size(); ++centre) {
    covered[centre] = reach.of_centres[centre] > 0 ? 1 : 0;
    if (reach.of_centres[centre] == 1) alone[reach.last_points[centre]] += 1;
  }
  return estimate_of(mean_of(covered), variance_of_mean(covered) + variance_of_mean(alone), 0, 1);
}

}  // namespace

std::optional<DensityCoverage> measure_density_coverage(const ComparedTables& tables,
                                                        const MatchedRows& matched,
                                                        threads::ThreadPool& pool) {
  if (matched.each <= k_density_neighbours) return std::nullopt;
  const MixedDistance distance(tables);
  const std::vector<std::size_t> columns = tables.used();
  const auto coordinates = [&](Side side) { return distance.coordinates(side, matched.of(side), columns); };
  const Coordinates original = coordinates(Side::original);
  const std::vector<float> radii = radii_of(original, pool);
  DensityCoverage found;
  found.density.rows = found.coverage.rows = matched.each;
  const Reach synthetic = reach_of(original, radii, coordinates(Side::synthetic), pool);
  found.density.synthetic = density_of(synthetic);
  found.coverage.synthetic = coverage_of(synthetic);
  if (!matched.attainable) return found;
  const Reach held_out = reach_of(original, radii, coordinates(Side::held_out), pool);
  found.density.attainable = density_of(held_out);
  found.coverage.attainable = coverage_of(held_out);
  return found;
}

}  // namespace ctgan::synth::evaluate
