#include "server/synth/transforms/frequent_values.h"

#include "tests/catch.h"

using ctgan::synth::transforms::DistinctValues;
using ctgan::synth::transforms::FrequentValue;
using ctgan::synth::transforms::FrequentValues;

namespace {

// `times` copies of `value` behind the others.
std::vector<double> with(std::vector<double> others, double value, std::size_t times) {
  others.insert(others.end(), times, value);
  return others;
}

std::vector<FrequentValue> found(const std::vector<double>& column, double step = 1) {
  return FrequentValues::of(DistinctValues::of(column), step).values();
}

}  // namespace

TEST_CASE("distinct values ascend, each with its rows") {
  const DistinctValues distinct = DistinctValues::of(std::vector<double>{3, 1, 3, 2, 3});
  CHECK(distinct.values == std::vector<double>{1, 2, 3});
  CHECK(distinct.counts == std::vector<double>{1, 1, 3});
  CHECK(distinct.rows == 5);
}

TEST_CASE("a frequent value reaches the largest power of two within half the way to its neighbour") {
  CHECK(found(with({114, 3000, 5000}, 0, 100)) == std::vector<FrequentValue>{{0, 32}});
  CHECK(found(with({-10, 8}, 0, 100)) == std::vector<FrequentValue>{{0, 4}});
  CHECK(found(with({0.25, 0.75}, 0.5, 100), 0.01) == std::vector<FrequentValue>{{0.5, 0.125}});
  CHECK(found(with(with({2}, 0, 100), 10, 50)) == std::vector<FrequentValue>{{0, 1}, {10, 4}});
}

TEST_CASE("rare values, those that rounding settles and the only value of a column are left out") {
  CHECK(found(with({114}, 0, 19)).empty());
  std::vector<double> many(10'000);
  for (std::size_t i = 0; i < many.size(); ++i) many[i] = static_cast<double>(100 * (i + 1));
  CHECK(found(with(many, 0, 99)).empty());
  CHECK(found(with(many, 0, 102)).size() == 1);
  CHECK(found(with({39, 41}, 40, 100)).empty());
  CHECK(found(with({}, 7, 100)).empty());
  CHECK(found(with({1e308}, -1e308, 100)).empty());
}

TEST_CASE("numbers within reach settle, others stay what they are") {
  const FrequentValues frequent({{0, 32}, {100, 4}});
  for (const double near : {-32.0, -0.001, 0.0, 31.9, 32.0}) CHECK(frequent.settled(near) == 0);
  for (const double near : {96.0, 100.0, 104.0}) CHECK(frequent.settled(near) == 100);
  for (const double far : {-33.0, 32.5, 95.9, 104.1, 1e9}) CHECK(frequent.settled(far) == far);
  CHECK(FrequentValues().settled(7) == 7);
}
