#include "server/synth/marginals/projection.h"

#include <algorithm>
#include <functional>

namespace ctgan::synth::marginals {

void project_to_counts(std::vector<double>& cells, double total) {
  std::vector<double> sorted = cells;
  std::sort(sorted.begin(), sorted.end(), std::greater<>());
  double sum = 0, taken = 0;
  for (std::size_t i = 0; i < sorted.size(); ++i) {
    sum += sorted[i];
    const double step = (sum - total) / static_cast<double>(i + 1);
    if (sorted[i] <= step) break;
    taken = step;
  }
  for (double& cell : cells) cell = std::max(cell - taken, 0.0);
}

}  // namespace ctgan::synth::marginals
