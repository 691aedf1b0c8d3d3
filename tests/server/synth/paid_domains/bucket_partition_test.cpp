#include "server/synth/paid_domains/bucket_partition.h"

#include <algorithm>

#include "tests/server/synth/paid_domains/paid_rows.h"

using namespace ctgan;
using namespace ctgan::synth::paid_domains;
using Steps = std::vector<std::int64_t>;

namespace {

Steps rows_of(const Steps& counts) {
  Steps rows;
  for (std::size_t i = 0; i < counts.size(); ++i)
    rows.insert(rows.end(), static_cast<std::size_t>(counts[i]), static_cast<std::int64_t>(i));
  return rows;
}

}  // namespace

TEST_CASE(
    "a row changes the deviation of a bucket of n cells by 2 (n - 1) / n at most, on all small tables") {
  for (const std::size_t size : {1U, 2U, 4U}) {
    std::int64_t moved = 0;
    std::size_t tables = 1;
    for (std::size_t i = 0; i < size; ++i) tables *= 5;
    for (std::size_t table = 0; table < tables; ++table) {
      Steps cells;
      for (std::size_t i = 0, rest = table; i < size; ++i, rest /= 5)
        cells.push_back(static_cast<std::int64_t>(rest % 5));
      for (std::size_t place = 0; place < size; ++place) {
        Steps more = cells;
        ++more[place];
        moved = std::max(moved, std::abs(deviation(more) - deviation(cells)));
      }
    }
    CHECK(moved == static_cast<std::int64_t>(2048 * (size - 1) / size));
  }
  CHECK(deviation(Steps{3, 1, 0, 4}) == 1024 * 6);
}

// Six partitions of four cells; the check has their false alarms.
TEST_CASE("neighbours are parted alike, one row more or the three rows of a unit") {
  for (const double epsilon : {0.5, 1.5})
    for (const std::uint64_t rows_per_unit : {1U, 3U}) {
      const auto of = [&](const Steps& counts, std::uint64_t seed) {
        const Steps rows = rows_of(counts);
        return tests::frequencies<Steps>(15'000, seed, [&](auto& mechanisms) {
          return bucket_cuts(mechanisms, "edges", rows, {0, 3}, 4, 1, rows_per_unit, epsilon * epsilon / 2);
        });
      };
      const auto k = static_cast<std::int64_t>(rows_per_unit);
      for (const Steps& base : {Steps{9, 0, 0, 9}, Steps{0, 0, 0, 0}, Steps{5, 5, 1, 1}}) {
        const auto before = of(base, 1);
        CHECK(before.size() == 6);
        for (std::size_t place = 0; place < 4; ++place) {
          Steps more = base;
          more[place] += k;
          tests::check_alike(before, of(more, 2), epsilon);
        }
      }
    }
}

TEST_CASE("with little noise the parts are those in which rows are spread evenly") {
  Steps counts;
  for (int i = 0; i < 64; ++i) counts.push_back(i < 16 ? 200 : (i < 32 ? 10 : (i < 48 ? 90 : 0)));
  tests::PaidSearch paid;
  const Steps cuts = bucket_cuts(paid.mechanisms, "edges", rows_of(counts), {0, 63}, 32, 20, 1, 200);
  CHECK(cuts == Steps{16, 32, 48});
  CHECK(paid.accountant.spent() == Approx(200));
}

TEST_CASE("parts are no more than asked for, also of ranges that are not whole powers of two") {
  const Steps rows{1, 2, 3, 500, 70'000};
  for (const std::size_t most : {1U, 2U, 7U, 32U})
    for (const StepRange& range : {StepRange{0, 1}, StepRange{-3, 999}, StepRange{0, 1 << 30}}) {
      tests::PaidSearch paid;
      const Steps cuts = bucket_cuts(paid.mechanisms, "edges", rows, range, most, 0, 1, 0.01);
      CHECK(cuts.size() < most);
      CHECK(std::adjacent_find(cuts.begin(), cuts.end(), std::greater_equal<>()) == cuts.end());
      for (const std::int64_t cut : cuts) CHECK((cut > range.least && cut <= range.most));
    }
}
