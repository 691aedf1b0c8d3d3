#include "server/synth/evaluate/neighbours.h"

#include <cmath>
#include <numeric>

#include "tests/catch.h"
#include "tests/server/synth/evaluate/small_tables.h"

using namespace ctgan;
using namespace ctgan::synth::evaluate;

namespace {

std::vector<std::uint32_t> all_rows(std::size_t rows) {
  std::vector<std::uint32_t> all(rows);
  std::iota(all.begin(), all.end(), 0U);
  return all;
}

struct Found {
  float distance;
  std::uint32_t row;
};

// Every distance of one query, sorted, by the plain definition.
std::vector<Found> brute_force(const Coordinates& queries, std::size_t query, const Coordinates& candidates) {
  std::vector<Found> all;
  for (std::size_t row = 0; row < candidates.rows(); ++row) {
    float sum = 0;
    for (std::size_t c = 0; c < queries.columns(); ++c) {
      sum += std::min(std::abs(queries.at(query, c) - candidates.at(row, c)), 1.0F);
    }
    all.push_back({sum, static_cast<std::uint32_t>(row)});
  }
  std::stable_sort(all.begin(), all.end(), [](Found a, Found b) { return a.distance < b.distance; });
  // Two sums may have one quotient.
  for (Found& one : all) one.distance /= static_cast<float>(queries.columns());
  return all;
}

}  // namespace

TEST_CASE("The closest rows are those of a plain search, to the last bit, whatever the sizes and threads") {
  threads::ThreadPool one(1);
  threads::ThreadPool three(3);
  for (const std::size_t candidates_rows : {1U, 15U, 16U, 17U, 400U, 1000U}) {
    const auto tables = tests::compared(tests::people(std::max<std::size_t>(candidates_rows, 2), 1), nullptr,
                                        tests::people(131, 2));
    const std::vector<std::size_t> columns = tables.used();
    const MixedDistance distance(tables);
    const Coordinates candidates = distance.coordinates(Side::original, all_rows(candidates_rows), columns);
    const Coordinates queries = distance.coordinates(Side::synthetic, all_rows(131), columns);
    for (const std::size_t wanted : {1U, 2U, 10U}) {
      const Neighbours found = closest(queries, candidates, wanted, one);
      CHECK(found.each == std::min(wanted, candidates_rows));
      CHECK(closest(queries, candidates, wanted, three).rows == found.rows);
      for (std::size_t query = 0; query < queries.rows(); ++query) {
        const auto expected = brute_force(queries, query, candidates);
        for (std::size_t place = 0; place < found.each; ++place) {
          REQUIRE(found.rows[query * found.each + place] == expected[place].row);
          REQUIRE(found.distances[query * found.each + place] == expected[place].distance);
        }
      }
    }
  }
}

TEST_CASE("Of rows that are equally near the lowest numbers are found, where boxes help and where not") {
  // In few columns most boxes are too far away, in many none.
  for (const std::size_t columns : {4U, 40U}) {
    synth::random::Stream random(3, synth::random::StreamId::rows, columns);
    Coordinates candidates(4'500, columns);
    Coordinates queries(60, columns);
    // Few values, one that is missing among them, and a column of many values.
    for (Coordinates* rows : {&candidates, &queries}) {
      for (std::size_t row = 0; row < rows->rows(); ++row) {
        for (std::size_t column = 1; column < columns; ++column) {
          rows->at(row, column) =
              random.next_below(9) == 0 ? 1e30F : 0.3F * static_cast<float>(random.next_below(4));
        }
        rows->at(row, 0) = row % 2 == 0 ? 0.0F : 0.001F * static_cast<float>(random.next_below(10'000));
      }
    }
    threads::ThreadPool pool(2);
    const Neighbours found = closest(queries, candidates, 30, pool);
    for (std::size_t query = 0; query < queries.rows(); ++query) {
      const auto expected = brute_force(queries, query, candidates);
      for (std::size_t place = 0; place < found.each; ++place) {
        REQUIRE(found.rows[query * found.each + place] == expected[place].row);
        REQUIRE(found.distances[query * found.each + place] == expected[place].distance);
      }
    }
  }
}

TEST_CASE(
    "The distance is a mean over columns: scaled and capped numbers, unequal categories, missing cells") {
  std::vector<std::optional<double>> numbers;
  for (int i = 0; i <= 100; ++i) numbers.emplace_back(i);
  std::vector<std::string> texts(numbers.size(), "a");
  const table::Table original({tests::number_column("n", numbers), tests::text_column("t", texts)});
  const table::Table synthetic({tests::number_column("n", {0.0, 49.0, 500.0, std::nullopt, std::nullopt}),
                                tests::text_column("t", {"a", "b", "", "", "a"})});
  const auto tables = tests::compared(original, nullptr, synthetic);
  const MixedDistance distance(tables);
  const std::vector<std::size_t> columns{0, 1};
  const auto place = [&](std::uint32_t row) {
    return distance.coordinates(Side::synthetic, std::vector<std::uint32_t>{row}, columns);
  };
  threads::ThreadPool pool(1);
  const auto between = [&](std::uint32_t a, std::uint32_t b) {
    return closest(place(a), place(b), 1, pool).distances[0];
  };
  CHECK(between(0, 0) == 0);
  CHECK(between(0, 1) == Approx((49.0 / 98 + 1) / 2));  // the scale is 99 - 1
  CHECK(between(0, 2) == Approx(1.0));
  CHECK(between(2, 3) == Approx(0.5));
  CHECK(between(3, 4) == Approx(0.5));
  CHECK(between(3, 3) == 0);
}

TEST_CASE("The closest row without a column is the one that a search by all other columns finds") {
  threads::ThreadPool one(1);
  threads::ThreadPool three(3);
  for (const std::size_t candidate_rows : {1U, 17U, 700U}) {
    const auto tables = tests::compared(tests::households(std::max<std::size_t>(candidate_rows, 2), 1),
                                        nullptr, tests::households(131, 2));
    const std::vector<std::size_t> columns = tables.used();
    const MixedDistance distance(tables);
    const auto candidates = [&](const std::vector<std::size_t>& of) {
      return distance.coordinates(Side::original, all_rows(candidate_rows), of);
    };
    const auto queries = [&](const std::vector<std::size_t>& of) {
      return distance.coordinates(Side::synthetic, all_rows(131), of);
    };
    const std::vector<std::size_t> left_out{0, 3, 6};
    const auto found = closest_without(queries(columns), candidates(columns), left_out, three);
    CHECK(found == closest_without(queries(columns), candidates(columns), left_out, one));
    REQUIRE(found.size() == left_out.size());
    for (std::size_t choice = 0; choice < left_out.size(); ++choice) {
      std::vector<std::size_t> others = columns;
      others.erase(others.begin() + static_cast<std::ptrdiff_t>(left_out[choice]));
      CHECK(found[choice] == closest(queries(others), candidates(others), 1, one).rows);
    }
  }
}
