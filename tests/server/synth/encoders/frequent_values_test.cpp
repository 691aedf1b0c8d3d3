#include "server/synth/encoders/frequent_values.h"

#include "server/synth/codecs/distinct_values.h"
#include "tests/catch.h"

using ctgan::synth::codecs::DistinctValues;
using ctgan::synth::encoders::FrequentValues;

TEST_CASE("distinct values ascend, each with its rows, and know their quantiles") {
  const DistinctValues distinct = DistinctValues::of(std::vector<double>{3, 1, 3, 2, 3});
  CHECK(distinct.values == std::vector<double>{1, 2, 3});
  CHECK(distinct.counts == std::vector<double>{1, 1, 3});
  CHECK(distinct.rows == 5);
  CHECK(distinct.quantile(0) == 1);
  CHECK(distinct.quantile(0.4) == 2);
  CHECK(distinct.quantile(0.5) == 3);
  CHECK(distinct.quantile(1) == 3);
}

TEST_CASE("numbers within a list come to the nearest of its values, those far beyond its ends stay") {
  const FrequentValues prices = FrequentValues::list({0.99, 1.99, 4.95, 9.9});
  for (const double near : {0.5, 0.99, 1.48}) CHECK(prices.settled(near) == 0.99);
  for (const double near : {1.49, 2.5, 3.46}) CHECK(prices.settled(near) == 1.99);
  for (const double near : {7.43, 9.9, 12.3}) CHECK(prices.settled(near) == 9.9);
  for (const double far : {-0.1, 12.5, 1e9}) CHECK(prices.settled(far) == far);
  CHECK(FrequentValues().settled(7) == 7);
}

TEST_CASE("the values of earlier models reach as far as they say") {
  const FrequentValues frequent({{0, 32}, {100, 4}});
  for (const double near : {-32.0, -0.001, 0.0, 31.9, 32.0}) CHECK(frequent.settled(near) == 0);
  for (const double near : {96.0, 100.0, 104.0}) CHECK(frequent.settled(near) == 100);
  for (const double far : {-33.0, 32.5, 95.9, 104.1, 1e9}) CHECK(frequent.settled(far) == far);
}
