#include "server/synth/paid_domains/quantile_cuts.h"

#include <algorithm>

#include "tests/server/synth/paid_domains/paid_rows.h"

using namespace ctgan;
using namespace ctgan::synth::paid_domains;
using Steps = std::vector<std::int64_t>;

namespace {

Steps cuts_of(const Steps& sorted, const StepRange& range, std::size_t parts, double rho) {
  tests::PaidSearch paid;
  const Steps cuts = quantile_cuts(paid.mechanisms, "edges of 'c'", sorted, range, parts, 1, rho);
  CHECK(paid.accountant.spent() <= rho);
  return cuts;
}

std::vector<std::uint64_t> rows_before(const Steps& rows, std::int64_t most) {
  std::vector<std::uint64_t> below;
  for (std::int64_t cut = 1; cut <= most; ++cut)
    below.push_back(static_cast<std::uint64_t>(
        std::count_if(rows.begin(), rows.end(), [&](std::int64_t row) { return row < cut; })));
  return below;
}

// All tables of so many rows with values from 0 to `most`.
std::vector<Steps> all_tables(std::size_t rows, std::int64_t most) {
  std::vector<Steps> tables{{}};
  for (std::size_t i = 0; i < rows; ++i) {
    std::vector<Steps> longer;
    for (const Steps& table : tables)
      for (std::int64_t value = 0; value <= most; ++value) {
        longer.push_back(table);
        longer.back().push_back(value);
      }
    tables = std::move(longer);
  }
  return tables;
}

}  // namespace

TEST_CASE("no row moves a cut's score by more than its share or the rest, on every small table") {
  constexpr std::int64_t k_most = 3;
  for (const double share : {0.5, 1.0 / 3, 0.4}) {
    double moved = 0;
    for (std::size_t rows = 0; rows <= 4; ++rows)
      for (const Steps& table : all_tables(rows, k_most))
        for (std::int64_t value = 0; value <= k_most; ++value) {
          Steps more = table;
          more.push_back(value);
          const auto before = cut_scores(rows_before(table, k_most), table.size(), share);
          const auto after = cut_scores(rows_before(more, k_most), more.size(), share);
          for (std::size_t i = 0; i < before.size(); ++i)
            moved = std::max(moved, std::abs(after[i] - before[i]));
        }
    CHECK(moved == Approx(std::max(share, 1 - share)));
  }
}

TEST_CASE("with little noise parts have as many rows each, whatever the shape") {
  Steps even, steep;
  for (std::int64_t i = 0; i < 6400; ++i) {
    even.push_back(i * 10);
    steep.push_back(i < 3200 ? i / 320 : 10 + (i - 3200) * (i - 3200));
  }
  const Steps of_even = cuts_of(even, {0, 63'999}, 32, 100);
  REQUIRE(of_even.size() == 31);
  for (std::size_t i = 0; i < 31; ++i)
    CHECK(std::abs(of_even[i] - static_cast<std::int64_t>(2000 * (i + 1))) < 100);
  const Steps of_steep = cuts_of(steep, {0, 1 << 24}, 32, 100);
  CHECK(std::adjacent_find(of_steep.begin(), of_steep.end(), std::greater_equal<>()) == of_steep.end());
  // Half of the rows have ten values: each of these is a part by itself, or shares one with a neighbour.
  CHECK(std::count_if(of_steep.begin(), of_steep.end(), [](std::int64_t cut) { return cut <= 10; }) >= 8);
}

TEST_CASE("a part of one value is not cut, no rows are cut anyhow, and parts of any number are made") {
  CHECK(cuts_of(Steps(1000, 5), {0, 9}, 32, 10).size() <= 9);
  CHECK(cuts_of({}, {0, 1'000'000}, 8, 1).size() == 7);
  CHECK(cuts_of({}, {0, 1'000'000}, 1, 1).empty());
  CHECK(cuts_of({}, {0, 1}, 8, 1) == Steps{1});
  CHECK(cuts_of({}, {-10, 10}, 7, 1).size() == 6);
  const Steps cuts = cuts_of({}, {-(std::int64_t{1} << 49), std::int64_t{1} << 49}, 32, 1);
  CHECK(std::is_sorted(cuts.begin(), cuts.end()));
}

// All halvings of 4 values into 4 parts, on neighbours: two levels, whose epsilons have squares of 8 rho together and are
// no more than sqrt(16 rho) in sum.
TEST_CASE("neighbours are cut alike, as the budget says, by a row more and by the rows of a unit") {
  constexpr double k_rho = 0.1;
  const double epsilon = std::sqrt(16 * k_rho);
  const Steps base{0, 0, 1, 3};
  for (const Steps& added :
       {Steps{0}, Steps{1}, Steps{2}, Steps{3}, Steps{0, 3}, Steps{3, 3, 3}, Steps{0, 1, 2}}) {
    const auto of = [&](const Steps& rows, std::uint64_t seed) {
      return tests::frequencies<Steps>(30'000, seed, [&](auto& mechanisms) {
        return quantile_cuts(mechanisms, "edges", rows, {0, 3}, 4, added.size(), k_rho);
      });
    };
    Steps more = base;
    more.insert(more.end(), added.begin(), added.end());
    std::sort(more.begin(), more.end());
    tests::check_alike(of(base, 1), of(more, 2), epsilon);
  }
}

TEST_CASE("candidates are all steps of a short range, and lie within a long one, close together near 0") {
  CHECK(cut_candidates({3, 7}) == Steps{4, 5, 6, 7});
  const StepRange wide{-(std::int64_t{1} << 49), std::int64_t{1} << 49};
  const Steps cuts = cut_candidates(wide);
  CHECK(cuts.size() < 6000);
  CHECK(std::adjacent_find(cuts.begin(), cuts.end(), std::greater_equal<>()) == cuts.end());
  CHECK(cuts.front() > wide.least);
  CHECK(cuts.back() <= wide.most);
  for (std::int64_t near_zero = -32; near_zero <= 32; ++near_zero)
    CHECK(std::binary_search(cuts.begin(), cuts.end(), near_zero));
}
