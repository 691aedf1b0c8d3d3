#include "server/synth/trees/association.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <numeric>

namespace ctgan::synth::trees {
namespace {

constexpr std::size_t k_most_bins = 16;
constexpr std::size_t k_most_rows = 20'000;

using Coarse = std::vector<std::uint8_t>;

// Every so manieth row, so that all parts of a sorted table are in it.
std::vector<std::size_t> some_rows(std::size_t rows) {
  const std::size_t stride = (rows + k_most_rows - 1) / k_most_rows;
  std::vector<std::size_t> chosen;
  for (std::size_t row = 0; row < rows; row += stride) chosen.push_back(row);
  return chosen;
}

// Numbers in their order, about as many rows a bin; of categories the commonest, and one bin for the others.
Coarse coarse(const Variable& variable, const std::vector<State>& states,
              const std::vector<std::size_t>& rows) {
  std::vector<std::size_t> count(variable.all_states());
  for (const std::size_t row : rows) ++count[states[row]];
  std::vector<std::uint8_t> bin_of(count.size());
  if (variable.numbers) {
    std::size_t before = 0;
    const std::size_t all = rows.size() + 1;
    for (std::size_t state = 0; state < count.size(); ++state) {
      bin_of[state] = static_cast<std::uint8_t>((before + count[state] / 2) * k_most_bins / all);
      before += count[state];
    }
  } else {
    std::vector<std::size_t> order(count.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::stable_sort(order.begin(), order.end(), [&count](auto a, auto b) { return count[a] > count[b]; });
    for (std::size_t i = 0; i < order.size(); ++i)
      bin_of[order[i]] = static_cast<std::uint8_t>(std::min(i, k_most_bins - 1));
  }
  Coarse bins;
  for (const std::size_t row : rows) bins.push_back(bin_of[states[row]]);
  return bins;
}

template <typename Counts>
double entropy(const Counts& counts, double rows) {
  double sum = 0;
  for (const auto count : counts)
    if (count > 0) sum -= static_cast<double>(count) / rows * std::log(static_cast<double>(count) / rows);
  return sum;
}

double association(const Coarse& a, const Coarse& b) {
  std::array<std::uint32_t, k_most_bins> rows_a{}, rows_b{};
  std::array<std::uint32_t, k_most_bins * k_most_bins> together{};
  for (std::size_t row = 0; row < a.size(); ++row) {
    ++rows_a[a[row]];
    ++rows_b[b[row]];
    ++together[a[row] * k_most_bins + b[row]];
  }
  const auto rows = static_cast<double>(a.size());
  const double of_a = entropy(rows_a, rows), of_b = entropy(rows_b, rows);
  const double smaller = std::min(of_a, of_b);
  if (!(smaller > 0)) return 0;
  return std::clamp((of_a + of_b - entropy(together, rows)) / smaller, 0.0, 1.0);
}

}  // namespace

std::vector<std::vector<double>> associations(const Variables& variables, const TrainingStates& training) {
  const std::vector<std::size_t> rows = some_rows(training.rows);
  std::vector<Coarse> bins;
  for (std::size_t v = 0; v < variables.size(); ++v)
    bins.push_back(coarse(variables[v], training.states[v], rows));
  std::vector<std::vector<double>> found(variables.size(), std::vector<double>(variables.size()));
  for (std::size_t a = 0; a < variables.size(); ++a)
    for (std::size_t b = 0; b < a; ++b) found[a][b] = found[b][a] = association(bins[a], bins[b]);
  return found;
}

}  // namespace ctgan::synth::trees
