#include "server/synth/marginals/projection.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "tests/catch.h"

namespace {

using ctgan::synth::marginals::project_to_counts;

double total_of(const std::vector<double>& cells) {
  return std::accumulate(cells.begin(), cells.end(), 0.0);
}

}  // namespace

// All t for which the numbers max(x - t, 0) add up to less or more are further away: compared with a fine search.
TEST_CASE("numbers become the nearest counts of a total") {
  for (const std::vector<double>& cells :
       {std::vector<double>{5, -3, 2, 0.5}, std::vector<double>{-1, -2, -3}, std::vector<double>{10, 10},
        std::vector<double>{1}, std::vector<double>{3, 2, 1, 0, -50}}) {
    std::vector<double> counts = cells;
    project_to_counts(counts, 6);
    CHECK(total_of(counts) == Approx(6));
    CHECK(*std::min_element(counts.begin(), counts.end()) >= 0);
    const auto distance = [&](const std::vector<double>& other) {
      double sum = 0;
      for (std::size_t i = 0; i < cells.size(); ++i) sum += std::pow(cells[i] - other[i], 2);
      return sum;
    };
    // No transfer between two cells comes nearer.
    for (std::size_t a = 0; a < cells.size(); ++a)
      for (std::size_t b = 0; b < cells.size(); ++b) {
        std::vector<double> other = counts;
        const double moved = std::min(other[a], 1e-3);
        other[a] -= moved;
        other[b] += moved;
        CHECK(distance(other) >= distance(counts) - 1e-9);
      }
  }
}
