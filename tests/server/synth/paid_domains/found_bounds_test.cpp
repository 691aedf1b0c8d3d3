#include "server/synth/paid_domains/found_bounds.h"

#include "tests/server/synth/paid_domains/paid_rows.h"

using namespace ctgan;
using synth::paid_domains::find_bounds;
using synth::paid_domains::StepRange;
using Steps = std::vector<std::int64_t>;

namespace {

constexpr StepRange k_all{-(std::int64_t{1} << 49), std::int64_t{1} << 49};

StepRange found(const Steps& steps, const StepRange& limits = k_all, std::uint64_t rows_per_unit = 1,
                double rho = 0.01) {
  tests::PaidSearch paid;
  const StepRange range = find_bounds(paid.mechanisms, "bounds of 'c'", steps, limits, rows_per_unit, rho);
  REQUIRE(paid.accountant.spendings().size() == 1);
  CHECK(paid.accountant.spent() <= rho * (1 + 1e-9));
  CHECK(paid.accountant.spendings()[0].sensitivity == static_cast<double>(rows_per_unit));
  return range;
}

void add(Steps& steps, std::int64_t first, std::int64_t last, int rows) {
  for (int i = 0; i < rows; ++i) steps.push_back(first + (last - first) * i / rows);
}

}  // namespace

TEST_CASE("bounds are the powers of two around what many rows have") {
  Steps ages;
  add(ages, 17, 90, 5000);
  CHECK(found(ages).least == 16);
  CHECK(found(ages).most == 127);
  Steps both = ages;
  add(both, -3000, -5, 5000);
  both.insert(both.end(), 5000, 0);
  CHECK(found(both).least == -4095);
  const Steps zeros(500, 0);
  CHECK(found(zeros).least == 0);
  CHECK(found(zeros).most == 1);
}

TEST_CASE("a few rows far out move no bound, and units with many rows count as one") {
  Steps steps;
  add(steps, 20, 60, 5000);
  steps.insert(steps.end(), {std::int64_t{1} << 40, -70'000, INT64_MAX, INT64_MIN});
  CHECK(found(steps).least == 16);
  CHECK(found(steps).most == 63);
  // 40 rows of one person are as few as one.
  steps.insert(steps.end(), 40, 1'000'000);
  CHECK(found(steps, k_all, 40).most == 63);
}

TEST_CASE("limits hold, and where nothing is found two steps within them are the range") {
  Steps steps;
  add(steps, 20, 60, 5000);
  CHECK(found(steps, {18, 50}).least == 18);
  CHECK(found(steps, {18, 50}).most == 50);
  CHECK(found({}).least == 0);
  CHECK(found({}).most == 1);
  CHECK(found({}, {10, 50}).least == 10);
  CHECK(found({}, {10, 50}).most == 11);
  CHECK(found({}, {-50, -10}).least == -11);
  CHECK(found({7}, {-50, -10}).most == -10);
}

// Gaussian noise of rho 0.05 and an epsilon of 2 have a delta below 1e-9; the check has its false alarms.
TEST_CASE("neighbours have the same bounds, by a row more and by the four rows of a unit") {
  for (const int more : {1, 4}) {
    const auto of = [&](int rows, std::uint64_t seed) {
      Steps steps(static_cast<std::size_t>(rows), 9);
      steps.insert(steps.end(), static_cast<std::size_t>(16 * more), 1);
      return tests::frequencies<std::pair<std::int64_t, std::int64_t>>(5000, seed, [&](auto& mechanisms) {
        const StepRange range =
            find_bounds(mechanisms, "bounds", steps, {-100, 100}, static_cast<std::uint64_t>(more), 0.05);
        return std::pair(range.least, range.most);
      });
    };
    const auto before = of(16 * more, 1);
    CHECK(before.size() >= 4);
    tests::check_alike(before, of(17 * more, 2), 2);
  }
}
