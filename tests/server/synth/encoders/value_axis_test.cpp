#include "server/synth/encoders/value_axis.h"

#include <cmath>

#include "server/synth/encoders/mode_normalizer.h"
#include "server/synth/random/random.h"
#include "tests/catch.h"

namespace {

using namespace ctgan::synth;
using codecs::DistinctValues;
using encoders::ModeNormalizer;
using encoders::ValueAxis;

std::vector<double> made(std::size_t rows, double (*of_normal)(double)) {
  random::Stream random(7, random::StreamId::rows);
  std::vector<float> drawn(rows);
  random.fill_normal(drawn);
  std::vector<double> values;
  for (const float x : drawn) values.push_back(of_normal(x));
  return values;
}

ModeNormalizer fitted(const std::vector<double>& values) {
  return ModeNormalizer::fit(codecs::DistinctValues::of(values), encoders::ValueRules{});
}

}  // namespace

TEST_CASE("an axis leads back to the value") {
  using Kind = ValueAxis::Kind;
  for (const ValueAxis& axis : {ValueAxis(), ValueAxis(Kind::logarithm, 0, 1),
                                ValueAxis(Kind::logarithm, -3, 0.5), ValueAxis(Kind::asinh, 20, 7)})
    for (const double value : {0.001, 1.0, 19.0, 21.0, 1e12}) {
      CHECK(axis.from(axis.to(value)) == Approx(value));
      CHECK(axis.to(value * 1.01) > axis.to(value));
      CHECK((axis.to(value * (1 + 1e-6)) - axis.to(value)) / (value * 1e-6) ==
            Approx(axis.slope(value)).epsilon(1e-3));
    }
  const ValueAxis left(Kind::logarithm, 5, -2);
  for (const double value : {-1e9, -3.0, 4.9}) CHECK(left.from(left.to(value)) == Approx(value));
  CHECK(left.to(4) < left.to(4.5));
  CHECK(std::isfinite(ValueAxis(Kind::logarithm, 0, 1).to(-1)));
  CHECK(std::isfinite(ValueAxis(Kind::logarithm, 0, 1).from(1e6)));
}

TEST_CASE("the axis is the one that describes a column best") {
  using Kind = ValueAxis::Kind;
  CHECK(fitted(made(3000, [](double x) { return 40 + 7 * x; })).facts().axis.kind() == Kind::linear);
  CHECK(fitted(made(3000, [](double x) { return x * x; })).facts().axis.kind() == Kind::logarithm);
  const auto wide = fitted(made(3000, [](double x) { return std::exp(4 * x); })).facts().axis;
  CHECK(wide.kind() == Kind::logarithm);
  const auto left = fitted(made(3000, [](double x) { return -std::exp(3 + 1.2 * x); })).facts().axis;
  CHECK(left.kind() == Kind::logarithm);
  CHECK(left.unit() < 0);
  CHECK(fitted(made(3000, [](double x) { return std::sinh(3 * x); })).facts().axis.kind() == Kind::asinh);
}

TEST_CASE("what is drawn beyond the least value does not pile up on it") {
  const std::vector<double> values = made(3000, [](double x) { return std::exp(4 * x); });
  const ModeNormalizer normalizer = fitted(values);
  std::size_t at_the_end = 0;
  random::Stream random(1, random::StreamId::latent);
  std::vector<float> scalars(3000);
  random.fill_normal(scalars);
  for (std::size_t i = 0; i < scalars.size(); ++i) {
    const double value =
        normalizer.decode(static_cast<std::uint8_t>(i % normalizer.modes().size()), scalars[i]);
    REQUIRE(value >= normalizer.min());
    REQUIRE(value <= normalizer.max());
    at_the_end += value == normalizer.min() || value == normalizer.max() ? 1 : 0;
  }
  CHECK(at_the_end < 100);
}
