#include "server/synth/paid_domains/private_tree.h"

#include <algorithm>
#include <numbers>

#include "server/synth/random/random.h"
#include "tests/server/synth/paid_domains/paid_rows.h"

using namespace ctgan;
using namespace ctgan::synth::paid_domains;
using Steps = std::vector<std::int64_t>;
using Counts = std::vector<std::int64_t>;

namespace {

constexpr double k_grid = 1024;

// The exact distribution of what PrivTree tells of the counts of 2^n steps: the closed form of each decision, and all
// trees. Written from the paper's algorithm 2, apart from the code.
class ExactTree {
 public:
  ExactTree(std::uint64_t rows_per_unit, double rho, double theta = 0)
      : scale_(synth::privacy::DiscreteLaplace(tree_need(rows_per_unit, rho).scale * k_grid).scale()),
        delta_(std::ceil(scale_ * std::numbers::ln2) + 1),
        theta_(theta * k_grid) {}

  std::map<Steps, double> of(const Counts& counts) const { return part(counts, 0, counts.size(), 0); }

 private:
  // That a part is halved, and that it is not: both to all digits.
  std::pair<double, double> splits(double rows, int depth) const {
    const double score = std::max(rows * k_grid - depth * delta_, theta_ - delta_) - theta_;
    const double p = std::exp(-1 / scale_);
    const double rarer = std::pow(p, score > 0 ? score : 1 - score) / (1 + p);
    return score > 0 ? std::pair(1 - rarer, rarer) : std::pair(rarer, 1 - rarer);
  }
  std::map<Steps, double> part(const Counts& counts, std::size_t first, std::size_t last, int depth) const {
    double rows = 0;
    for (std::size_t i = first; i < last; ++i) rows += static_cast<double>(counts[i]);
    if (last - first == 1) return {{{}, 1.0}};
    const auto [split, whole] = splits(rows, depth);
    std::map<Steps, double> trees{{{}, whole}};
    const std::size_t middle = first + (last - first) / 2;
    for (const auto& [left, of_left] : part(counts, first, middle, depth + 1))
      for (const auto& [right, of_right] : part(counts, middle, last, depth + 1)) {
        Steps cuts = left;
        cuts.push_back(static_cast<std::int64_t>(middle));
        cuts.insert(cuts.end(), right.begin(), right.end());
        trees[cuts] += split * of_left * of_right;
      }
    return trees;
  }

  double scale_, delta_, theta_;
};

double loss(const std::map<Steps, double>& one, const std::map<Steps, double>& other) {
  double most = 0;
  for (const auto& [cuts, probability] : one)
    most = std::max(most, std::abs(std::log(probability / other.at(cuts))));
  return most;
}

Steps rows_of(const Counts& counts) {
  Steps rows;
  for (std::size_t i = 0; i < counts.size(); ++i)
    rows.insert(rows.end(), static_cast<std::size_t>(counts[i]), static_cast<std::int64_t>(i));
  return rows;
}

}  // namespace

TEST_CASE("no row changes the probability of any tree by more than e^epsilon, exactly") {
  synth::random::Stream random(3, synth::random::StreamId::rows);
  double greatest = 0;
  for (const double epsilon : {0.3, 1.0, 4.0}) {
    const double rho = epsilon * epsilon / 2;
    for (int trial = 0; trial < 150; ++trial) {
      const ExactTree tree(1, rho, trial % 3 * 2);
      Counts counts(8);
      const std::uint32_t most = 1 + random.next_below(20);
      for (std::int64_t& count : counts) count = random.next_below(most);
      const auto before = tree.of(counts);
      for (std::size_t place = 0; place < counts.size(); ++place) {
        Counts more = counts;
        ++more[place];
        const double lost = loss(before, tree.of(more)) / epsilon;
        greatest = std::max(greatest, lost);
        CHECK(lost <= 1 + 1e-9);
      }
    }
  }
  // And not by much less: lambda is no larger than it must be.
  CHECK(greatest > 0.5);
}

TEST_CASE("nor do the three rows of a unit, wherever they are") {
  synth::random::Stream random(4, synth::random::StreamId::rows);
  constexpr double k_epsilon = 1.5;
  const ExactTree tree(3, k_epsilon * k_epsilon / 2);
  for (int trial = 0; trial < 300; ++trial) {
    Counts counts(8);
    for (std::int64_t& count : counts) count = random.next_below(25);
    Counts more = counts;
    for (int row = 0; row < 3; ++row) ++more[random.next_below(trial % 2 == 0 ? 8 : 2)];
    CHECK(loss(tree.of(counts), tree.of(more)) <= k_epsilon + 1e-9);
  }
}

// A false alarm: one in a million runs for each of 26 trees.
TEST_CASE("trees come as often as the paper's algorithm makes them") {
  constexpr int k_trees = 30'000;
  const Counts counts{9, 0, 3, 2, 0, 0, 0, 14};
  const Steps rows = rows_of(counts);
  constexpr double k_rho = 0.5;
  for (const int theta : {0, 4}) {
    const auto seen = tests::frequencies<Steps>(k_trees, 5, [&](auto& mechanisms) {
      return tree_cuts(rows, {0, 7}, theta, 8, mechanisms.laplace("edges", tree_need(1, k_rho)));
    });
    for (const auto& [cuts, probability] : ExactTree(1, k_rho, theta).of(counts)) {
      const auto found = seen.find(cuts);
      const double share = found == seen.end() ? 0 : found->second / k_trees;
      CHECK(std::abs(share - probability) < 4.9 * std::sqrt(std::max(probability, 1e-3) / k_trees));
    }
  }
}

TEST_CASE("parts are narrow where rows are, no more than asked for, and cost what was said") {
  Steps rows(30'000, 40);
  for (std::int64_t i = 0; i < 30'000; ++i) rows.push_back(i % 64);
  std::sort(rows.begin(), rows.end());
  for (const std::size_t most : {1U, 2U, 5U, 32U, 1000U}) {
    tests::PaidSearch paid;
    const Steps cuts =
        private_tree_cuts(paid.mechanisms, "edges", rows, {-(std::int64_t{1} << 30), 1 << 30}, most, 1, 0.01);
    CHECK(cuts.size() < most);
    CHECK(paid.accountant.spent() == Approx(0.01));
    if (most == 1000U)
      CHECK(std::count_if(cuts.begin(), cuts.end(), [](auto cut) { return cut >= 0 && cut < 64; }) >= 8);
  }
  // A value that half of the rows have is a part by itself.
  tests::PaidSearch paid;
  const Steps cuts = private_tree_cuts(paid.mechanisms, "edges", rows, {0, 99}, 16, 1, 0.01);
  for (const std::int64_t edge : {40, 41}) CHECK(std::binary_search(cuts.begin(), cuts.end(), edge));
}
