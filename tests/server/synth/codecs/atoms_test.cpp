#include "server/synth/codecs/atoms.h"

#include <cmath>

#include "server/synth/random/random.h"
#include "tests/catch.h"

namespace {

using namespace ctgan::synth;
using codecs::DistinctValues;
using codecs::ValueParts;

using Values = std::vector<double>;

Values normals(std::size_t rows, double mean, double deviation, double scale) {
  random::Stream random(5, random::StreamId::rows);
  std::vector<float> drawn(rows);
  random.fill_normal(drawn);
  Values values;
  for (const float x : drawn) values.push_back(std::round((mean + deviation * x) * scale) / scale);
  return values;
}

Values with(Values others, double value, std::size_t times) {
  others.insert(others.end(), times, value);
  return others;
}

ValueParts split(const Values& column, std::uint64_t least_rows = 5) {
  return codecs::split_values(DistinctValues::of(column), least_rows);
}

}  // namespace

TEST_CASE("zeros of a zero-inflated column are an atom, and what is not zero stays a density") {
  const ValueParts parts = split(with(normals(600, 400, 100, 100), 0, 1400));
  CHECK(parts.atoms == Values{0});
  CHECK(parts.rest.rows == 600);
  CHECK(parts.listed.empty());
}

TEST_CASE("a value that its neighbours do not explain is an atom, wherever it stands") {
  CHECK(split(with(normals(3000, 40, 10, 1), 40, 2500)).atoms == Values{40});
  CHECK(split(with(normals(25, 5000, 800, 10), 100, 4975)).atoms == Values{100});
  CHECK(split(with(normals(25, 5000, 800, 10), 100, 4975)).rest.rows == 25);
  CHECK(split(normals(3000, 40, 10, 1)).atoms.empty());
  CHECK(split(normals(3000, 0, 1, 1000)).atoms.empty());
}

TEST_CASE("values far from all others are atoms even where they are rare") {
  Values ages;
  for (int i = 0; i < 4000; ++i) ages.push_back(i % 100);
  CHECK(split(with(ages, 999, 20)).atoms == Values{999});
  CHECK(split(with(with(with(ages, 997, 9), 998, 12), 999, 30)).atoms == Values{997, 998, 999});
  CHECK(split(with(ages, 999, 3)).atoms.empty());
  // A tail is no place of few values.
  Values incomes;
  for (const double x : normals(4000, 6, 1.5, 1e6)) incomes.push_back(std::exp(x));
  CHECK(split(incomes).atoms.empty());
}

TEST_CASE("all values of a column of few are atoms, but for those that too few rows share") {
  Values prices;
  for (int i = 0; i < 500; ++i)
    prices.push_back(Values{0.99, 1.99, 2.49, 4.95, 9.9}[static_cast<std::size_t>(i % 5)]);
  CHECK(split(prices).atoms == Values{0.99, 1.99, 2.49, 4.95, 9.9});
  CHECK(split(prices).rest.values.empty());
  CHECK(split(with(prices, 3.33, 4)).atoms == Values{0.99, 1.99, 2.49, 4.95, 9.9});
  CHECK(split(with(Values(97, 0), 1, 3), 2).atoms == Values{0, 1});
  CHECK(split(with(Values(97, 0), 1, 3), 5).atoms == Values{0});
}

TEST_CASE("a column of more values that rows share is a list, one of values of their own is none") {
  Values mondays;
  for (int i = 0; i < 3000; ++i) mondays.push_back(7 * (i % 104));
  const ValueParts parts = split(mondays);
  CHECK(parts.atoms.empty());
  CHECK(parts.listed.size() == 104);
  CHECK(split(with(mondays, 3, 4)).listed == parts.listed);
  CHECK(split(normals(3000, 0, 1, 1e6)).listed.empty());
}
