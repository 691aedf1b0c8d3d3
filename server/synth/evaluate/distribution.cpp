#include "server/synth/evaluate/distribution.h"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace ctgan::synth::evaluate {
namespace {

constexpr const char* k_rest = "other";

bool are_whole(std::span<const double> values) {
  constexpr double k_exact = 0x1p52;
  return std::all_of(values.begin(), values.end(),
                     [](double v) { return std::abs(v) < k_exact && v == std::rint(v); });
}

// What an axis shows of a range in bins of one width.
struct Middle {
  double least, greatest;
  bool below, above;  // whether there are values further out
  std::size_t bins() const { return k_most_bins - (below ? 1 : 0) - (above ? 1 : 0); }
};

Middle middle_of(std::span<const double> original, double least, double greatest) {
  constexpr std::size_t k_enough = 400;
  constexpr double k_worth = 0.1;
  const double range = greatest - least;
  if (original.size() < k_enough || !std::isfinite(range)) return {least, greatest, false, false};
  const auto beyond = static_cast<std::size_t>(k_tail * static_cast<double>(original.size()));
  const double low = original[beyond], high = original[original.size() - 1 - beyond];
  // What is left has to be a range.
  if (low >= high) return {least, greatest, false, false};
  const bool below = low - least > k_worth * range, above = greatest - high > k_worth * range;
  return {below ? low : least, above ? high : greatest, below, above};
}

std::vector<double> whole_edges(double least, double greatest, std::size_t bins) {
  const double values = greatest - least + 1;
  const double width = std::ceil(values / static_cast<double>(bins));
  std::vector<double> edges{least - 0.5};
  while (edges.back() < greatest) edges.push_back(edges.back() + width);
  return edges;
}

std::vector<double> even_edges(double least, double greatest, std::size_t bins) {
  // A range that is no number, or none at all, becomes one bin.
  if (!std::isfinite(greatest - least)) return {least, greatest};
  const auto count = static_cast<double>(bins);
  const double width = greatest / count - least / count;
  if (width <= 0 || least + width <= least || greatest - width >= greatest) return {least, greatest};
  std::vector<double> edges;
  for (std::size_t edge = 0; edge < bins; ++edge) {
    edges.push_back(least + width * static_cast<double>(edge));
  }
  edges.push_back(greatest);
  return edges;
}

// The last bin holds its upper edge.
std::vector<double> shares_between(std::span<const double> values, const std::vector<double>& edges) {
  std::vector<double> shares(edges.size() - 1);
  if (values.empty()) return shares;
  auto from = values.begin();
  for (std::size_t bin = 0; bin < shares.size(); ++bin) {
    const auto to =
        bin + 1 == shares.size() ? values.end() : std::lower_bound(from, values.end(), edges[bin + 1]);
    shares[bin] = static_cast<double>(to - from) / static_cast<double>(values.size());
    from = to;
  }
  return shares;
}

double share_up_to(std::span<const double> values, double bound) {
  if (values.empty()) return 0;
  const auto end = std::upper_bound(values.begin(), values.end(), bound);
  return static_cast<double>(end - values.begin()) / static_cast<double>(values.size());
}

double share_from(std::span<const double> values, double bound) {
  if (values.empty()) return 0;
  const auto begin = std::lower_bound(values.begin(), values.end(), bound);
  return static_cast<double>(values.end() - begin) / static_cast<double>(values.size());
}

double share(double count, double total) {
  return total == 0 ? 0 : count / total;
}

}  // namespace

Distribution binned_distribution(std::span<const double> original, std::span<const double> synthetic) {
  Distribution distribution;
  if (original.empty() && synthetic.empty()) return distribution;
  const auto& one = original.empty() ? synthetic : original;
  const auto& other = synthetic.empty() ? original : synthetic;
  const double least = std::min(one.front(), other.front());
  const double greatest = std::max(one.back(), other.back());
  const bool whole = are_whole(original) && are_whole(synthetic);
  const Middle middle = middle_of(original, least, greatest);
  distribution.edges = whole ? whole_edges(middle.least, middle.greatest, middle.bins())
                             : even_edges(middle.least, middle.greatest, middle.bins());
  distribution.tail_below = middle.below;
  distribution.tail_above = middle.above;
  // Bins of whole numbers may reach beyond the greatest already.
  if (middle.below) distribution.edges.insert(distribution.edges.begin(), whole ? least - 0.5 : least);
  if (middle.above)
    distribution.edges.push_back(std::max(whole ? greatest + 0.5 : greatest, distribution.edges.back()));
  distribution.least = {share_up_to(original, one.front()), share_up_to(synthetic, one.front())};
  distribution.greatest = {share_from(original, one.back()), share_from(synthetic, one.back())};
  distribution.original = shares_between(original, distribution.edges);
  distribution.synthetic = shares_between(synthetic, distribution.edges);
  return distribution;
}

Distribution category_distribution(const std::vector<std::string>& labels, std::span<const double> original,
                                   std::span<const double> synthetic) {
  std::vector<std::size_t> order(labels.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
    return original[a] != original[b] ? original[a] > original[b] : synthetic[a] > synthetic[b];
  });
  const double original_rows = std::accumulate(original.begin(), original.end(), 0.0);
  const double synthetic_rows = std::accumulate(synthetic.begin(), synthetic.end(), 0.0);

  Distribution distribution;
  distribution.categories = labels.size();
  distribution.rest = labels.size() > k_most_labels;
  const std::size_t shown = distribution.rest ? k_most_labels - 1 : labels.size();
  double original_left = original_rows;
  double synthetic_left = synthetic_rows;
  for (std::size_t place = 0; place < shown; ++place) {
    const std::size_t code = order[place];
    distribution.labels.push_back(labels[code]);
    distribution.original.push_back(share(original[code], original_rows));
    distribution.synthetic.push_back(share(synthetic[code], synthetic_rows));
    original_left -= original[code];
    synthetic_left -= synthetic[code];
  }
  if (distribution.rest) {
    distribution.labels.emplace_back(k_rest);
    distribution.original.push_back(share(original_left, original_rows));
    distribution.synthetic.push_back(share(synthetic_left, synthetic_rows));
  }
  return distribution;
}

}  // namespace ctgan::synth::evaluate
