#include "server/synth/evaluate/privacy.h"

#include "tests/catch.h"
#include "tests/server/synth/evaluate/small_tables.h"

using namespace ctgan;
using namespace ctgan::synth::evaluate;
using tests::compared;
using tests::part;
using tests::people;

TEST_CASE("Fresh rows of the same origin are as close to training as to held-out rows") {
  threads::ThreadPool pool(2);
  const table::Table all = people(3000, 5);
  const table::Table held_out = part(all, 1000, 1000);
  const auto tables = compared(part(all, 0, 1000), &held_out, part(all, 2000, 1000));
  const ClosestRecord found = measure_closest(tables, {}, pool);
  CHECK(found.rows == 1000);
  CHECK(found.synthetic_rows == 1000);
  CHECK(found.closer_to_training.low < 0.5);
  CHECK(found.closer_to_training.high > 0.5);
  CHECK(found.median_to_training == Approx(found.median_of_held_out).epsilon(0.2));
  CHECK(found.nndr_median == Approx(found.nndr_held_out_median).epsilon(0.2));
}

TEST_CASE("A table of training rows is closer to them, at distance 0") {
  threads::ThreadPool pool(1);
  const table::Table all = people(1500, 6);
  const table::Table held_out = part(all, 500, 500);
  const auto tables = compared(part(all, 0, 500), &held_out, part(all, 0, 500));
  const ClosestRecord found = measure_closest(tables, {}, pool);
  CHECK(found.closer_to_training.low > 0.95);
  CHECK(found.median_to_training == 0);
  CHECK(found.nndr_median == 0);
  CHECK(found.nndr_held_out_median > 0);
}

TEST_CASE("Where every distance ties, the share is one half") {
  threads::ThreadPool pool(1);
  const table::Table original({tests::text_column("t", std::vector<std::string>(40, "a"))});
  const auto tables = compared(original, &original, original);
  CHECK(measure_closest(tables, {}, pool).closer_to_training.value == 0.5);
}

TEST_CASE("The number of rows compared stays within the limit, and the seed decides which") {
  threads::ThreadPool pool(2);
  const table::Table all = people(900, 7);
  const table::Table held_out = part(all, 600, 300);
  const auto tables = compared(part(all, 0, 600), &held_out, people(500, 8));
  const ClosestRecord found = measure_closest(tables, {.seed = 1, .rows_limit = 100}, pool);
  CHECK(found.rows == 100);
  CHECK(found.synthetic_rows == 100);
  const ClosestRecord again = measure_closest(tables, {.seed = 1, .rows_limit = 100}, pool);
  CHECK(again.median_to_training == found.median_to_training);
  const ClosestRecord other = measure_closest(tables, {.seed = 2, .rows_limit = 100}, pool);
  CHECK(other.median_to_training != found.median_to_training);
}

TEST_CASE("Copies are rows equal in every column, beyond what held-out rows show") {
  const auto numbers = [](std::initializer_list<double> cells) {
    return tests::number_column("n", {cells.begin(), cells.end()});
  };
  const table::Table original({numbers({1, 2, 3, -0.0}), tests::text_column("t", {"a", "b", "", "d"})});
  const table::Table held_out({numbers({1, 9}), tests::text_column("t", {"a", "b"})});
  const table::Table synthetic({numbers({2, 3, 0, 1, 7}), tests::text_column("t", {"b", "", "d", "b", "a"})});
  const Copies found = count_copies(compared(original, &held_out, synthetic));
  CHECK(found.copies == 3);  // 2 b, 3 missing, 0 d
  CHECK(found.share == Approx(0.6));
  CHECK(found.held_out_copies == 1);
  CHECK(found.excess->value == Approx(0.1));
  CHECK(found.excess->low < 0);
  CHECK_FALSE(count_copies(compared(original, nullptr, synthetic)).excess.has_value());
}

TEST_CASE("A rare combination is one that a single row has; it counts when the synthetic table has it too") {
  threads::ThreadPool pool(1);
  const auto table = [](const std::vector<std::string>& rows) {  // three letters a row
    std::vector<table::Column> columns;
    for (std::size_t c = 0; c < 3; ++c) {
      std::vector<std::string> cells;
      for (const std::string& row : rows) cells.push_back(row.substr(c, 1));
      columns.push_back(tests::text_column(std::string(1, static_cast<char>('a' + c)), cells));
    }
    return table::Table(std::move(columns));
  };
  const table::Table original = table({"xxx", "xxx", "xyx", "yyy", "yxy"});
  const table::Table held_out = table({"xyx", "yyx", "xyy", "xyy"});
  const table::Table synthetic = table({"xyx", "yyy", "yyx", "xyy"});
  const auto found = count_rare_combinations(compared(original, &held_out, synthetic), {}, pool);
  REQUIRE(found.has_value());
  CHECK(found->column_sets == 1);
  CHECK(found->combinations == 2);  // yyy, yxy
  CHECK(found->reproduced == 1);
  CHECK(found->held_out_combinations == 1);  // yyx
  CHECK(found->held_out_reproduced == 1);
  CHECK(found->excess->value == Approx(-0.5));
}

TEST_CASE("Leaked rows reproduce rare combinations, fresh ones as often as held-out rows") {
  threads::ThreadPool pool(2);
  const table::Table all = people(2400, 9);
  const table::Table held_out = part(all, 800, 800);
  const table::Table original = part(all, 0, 800);
  const auto fresh = count_rare_combinations(compared(original, &held_out, part(all, 1600, 800)), {}, pool);
  CHECK(fresh->excess->low < 0);
  CHECK(fresh->excess->high > 0);
  const auto leaked = count_rare_combinations(compared(original, &held_out, original), {}, pool);
  CHECK(leaked->excess->low > 0.5);
}

TEST_CASE("Two columns have no combinations of three") {
  threads::ThreadPool pool(1);
  const table::Table two = people(50, 1).without({"city", "level"});
  CHECK_FALSE(count_rare_combinations(compared(two, &two, two), {}, pool).has_value());
}
