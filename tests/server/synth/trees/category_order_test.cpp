#include "server/synth/trees/category_order.h"

#include <algorithm>
#include <cmath>
#include <set>

#include "server/synth/random/random.h"
#include "tests/catch.h"

namespace {

using namespace ctgan::synth;
using trees::State;

struct Table {
  std::vector<State> predictor, target;
  std::vector<std::uint16_t> ranks;
};

// Each category with a rate, or a mean, of its own.
Table made_up(std::size_t categories, std::uint64_t seed) {
  random::Stream random(seed, random::StreamId::rows);
  std::vector<double> rates(categories);
  for (double& rate : rates) rate = random.next_double();
  Table table;
  for (int row = 0; row < 2000; ++row) {
    const auto category = random.next_below(static_cast<std::uint32_t>(categories));
    table.predictor.push_back(static_cast<State>(category));
    table.target.push_back(random.next_double() < rates[category] ? 1 : 0);
    table.ranks.push_back(static_cast<std::uint16_t>(1000 * rates[category] + random.next_below(300)));
  }
  return table;
}

// Gini's impurity or the sum of squares of both sides, when the categories of `left` go left.
double impurity(const Table& table, std::uint32_t left, bool numbers) {
  double rows[2] = {}, sums[2] = {}, squares = 0;
  for (std::size_t row = 0; row < table.predictor.size(); ++row) {
    const int side = (left >> table.predictor[row]) & 1U ? 1 : 0;
    const double value = numbers ? table.ranks[row] : table.target[row];
    ++rows[side];
    sums[side] += value;
    squares += value * value;
  }
  double impurity = squares;
  for (const int side : {0, 1})
    if (rows[side] > 0) impurity -= sums[side] * sums[side] / rows[side];
  return impurity;
}

}  // namespace

TEST_CASE("the best of all cuts of the categories is one of their order, for numbers and for two classes") {
  constexpr std::size_t k_categories = 8;
  for (const bool numbers : {false, true})
    for (const std::uint64_t seed : {1U, 2U, 3U}) {
      const Table table = made_up(k_categories, seed);
      double best = INFINITY, best_in_order = INFINITY;
      for (std::uint32_t left = 1; left + 1 < 1U << k_categories; ++left)
        best = std::min(best, impurity(table, left, numbers));
      const trees::BinOfState bins = trees::category_bins(
          table.predictor, k_categories, table.target, 2,
          numbers ? std::span<const std::uint16_t>(table.ranks) : std::span<const std::uint16_t>());
      CHECK(std::set<trees::Bin>(bins.begin(), bins.end()).size() == k_categories);
      for (std::size_t cut = 0; cut + 1 < k_categories; ++cut) {
        std::uint32_t left = 0;
        for (std::size_t c = 0; c < k_categories; ++c)
          if (bins[c] <= cut) left |= 1U << c;
        best_in_order = std::min(best_in_order, impurity(table, left, numbers));
      }
      CHECK(best_in_order == Approx(best).epsilon(1e-12));
    }
}

TEST_CASE("categories whose classes are alike are neighbours, for many classes too") {
  // Twelve categories of three kinds; a kind has classes of its own.
  std::vector<State> predictor, target;
  for (std::uint32_t row = 0; row < 6000; ++row) {
    predictor.push_back(static_cast<State>(row % 12));
    target.push_back(static_cast<State>(row % 3 * 10 + row / 12 % 10));
  }
  const trees::BinOfState bins = trees::category_bins(predictor, 12, target, 30, {});
  for (int kind = 0; kind < 3; ++kind) {
    std::vector<int> of_kind;
    for (int c = kind; c < 12; c += 3) of_kind.push_back(bins[static_cast<std::size_t>(c)]);
    const auto [least, greatest] = std::minmax_element(of_kind.begin(), of_kind.end());
    CHECK(*greatest - *least == 3);
  }
}

TEST_CASE("more categories than bins share them, all bins in use and none with most of the rows") {
  constexpr std::size_t k_categories = 3000;
  std::vector<State> predictor, target;
  std::vector<std::uint16_t> ranks;
  for (std::uint32_t row = 0; row < 60'000; ++row) {
    predictor.push_back(static_cast<State>(row % k_categories));
    target.push_back(0);
    ranks.push_back(static_cast<std::uint16_t>(row % k_categories));
  }
  const trees::BinOfState bins = trees::category_bins(predictor, k_categories, target, 1, ranks);
  CHECK(std::set<trees::Bin>(bins.begin(), bins.end()).size() > 200);
  CHECK(std::is_sorted(bins.begin(), bins.end()));
}
