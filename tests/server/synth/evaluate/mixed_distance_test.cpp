// The distance between rows that every measure of privacy rests on: what a number, a category and a missing cell weigh.
#include <cmath>

#include "server/synth/evaluate/neighbours.h"
#include "tests/catch.h"
#include "tests/server/synth/evaluate/small_tables.h"

using namespace ctgan;
using namespace ctgan::synth::evaluate;

namespace {

using Numbers = std::vector<std::optional<double>>;

// Between one row of the original and one of the synthetic table, over all columns.
double between(const ComparedTables& tables, std::uint32_t original, std::uint32_t synthetic) {
  threads::ThreadPool pool(1);
  const MixedDistance distance(tables);
  const std::vector<std::size_t> columns = tables.used();
  const std::vector<std::uint32_t> one{original}, other{synthetic};
  return static_cast<double>(closest(distance.coordinates(Side::original, one, columns),
                                     distance.coordinates(Side::synthetic, other, columns), 1, pool)
                                 .distances.at(0));
}

ComparedTables numbers(const Numbers& original, const Numbers& synthetic) {
  return tests::compared(table::Table({tests::number_column("n", original)}), nullptr,
                         table::Table({tests::number_column("n", synthetic)}));
}

}  // namespace

TEST_CASE(
    "Numbers are as far apart as their difference is to what lies between the original's 1 % and 99 %") {
  Numbers hundred;
  for (int i = 0; i <= 100; ++i) hundred.emplace_back(i);
  hundred[100] = 1e9;  // an outlier does not make all others equal
  const ComparedTables tables = numbers(hundred, {50.0, 0.0, 1e9, 50.0 + 9.8});
  CHECK(between(tables, 50, 0) == 0);
  CHECK(between(tables, 50, 3) == Approx(0.1).epsilon(0.02));
  CHECK(between(tables, 50, 1) == Approx(50.0 / 98).epsilon(0.02));
  // Never farther than another category.
  CHECK(between(tables, 0, 2) == 1);
}

TEST_CASE("A column that hardly varies is scaled by its range, one that does not by 1") {
  Numbers mostly(200, 3.0);
  mostly[0] = 7.0;
  CHECK(between(numbers(mostly, {3.0, 5.0}), 1, 1) == Approx(0.5));
  const ComparedTables constant = numbers(Numbers(10, 3.0), {3.0, 3.25, 9.0});
  CHECK(between(constant, 0, 0) == 0);
  CHECK(between(constant, 0, 1) == Approx(0.25));
  CHECK(between(constant, 0, 2) == 1);
}

TEST_CASE("Categories are equal or not, and a missing cell is near to a missing one only") {
  const table::Table original(
      {tests::text_column("t", {"a", "b", ""}), tests::number_column("n", {1, 2, std::nullopt})});
  const table::Table synthetic(
      {tests::text_column("t", {"a", "c", ""}), tests::number_column("n", {1, std::nullopt, std::nullopt})});
  const ComparedTables tables = tests::compared(original, nullptr, synthetic);
  CHECK(between(tables, 0, 0) == 0);
  CHECK(between(tables, 0, 1) == 1);
  CHECK(between(tables, 2, 2) == 0);
  CHECK(between(tables, 2, 1) == Approx(0.5));
  CHECK(between(tables, 2, 0) == 1);
}

TEST_CASE("A distance is the mean over the columns, the same either way, and no detour is shorter") {
  const table::Table table = tests::households(40, 5);
  const ComparedTables tables = tests::compared(table, nullptr, table);
  for (std::uint32_t a = 0; a < 12; ++a) {
    CHECK(between(tables, a, a) == 0);
    for (std::uint32_t b = 0; b < 12; ++b) {
      const double direct = between(tables, a, b);
      CHECK(direct == Approx(between(tables, b, a)).margin(1e-6));
      CHECK((direct >= 0 && direct <= 1));
      for (std::uint32_t c = 0; c < 12; c += 5)
        CHECK(direct <= between(tables, a, c) + between(tables, c, b) + 1e-6);
    }
  }
}
