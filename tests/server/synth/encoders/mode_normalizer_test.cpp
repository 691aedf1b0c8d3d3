#include "server/synth/encoders/mode_normalizer.h"

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <limits>
#include <nlohmann/json.hpp>

#include "tests/catch.h"
#include "tests/raises.h"

using namespace ctgan::synth::encoders;
namespace codecs = ctgan::synth::codecs;
using ctgan::synth::random::Stream;
using ctgan::synth::random::StreamId;
using nlohmann::json;

namespace {

struct Encoded {
  std::vector<std::uint8_t> mode;
  std::vector<float> scalar;
};

Encoded encode(const ModeNormalizer& normalizer, const std::vector<double>& values, std::uint64_t seed = 1) {
  Encoded encoded{std::vector<std::uint8_t>(values.size()), std::vector<float>(values.size())};
  Stream random(seed, StreamId::transform);
  normalizer.encode(values, random, encoded.mode, encoded.scalar);
  return encoded;
}

json fixture(const std::string& name) {
  const std::filesystem::path folder = std::getenv("CTGAN_SOURCE_DIR");
  const json all = json::parse(std::ifstream(folder / "tests/server/synth/encoders/reference/mixtures.json"));
  for (const json& one : all.at("cases")) {
    if (one.at("name") == name) {
      return one;
    }
  }
  FAIL("no fixture " << name);
  return {};
}

}  // namespace

TEST_CASE("Modes are drawn as scikit-learn's predict_proba says, plus a millionth, renormalised") {
  for (const std::string name : {"Adult's age", "Adult's hours-per-week", "three normals"}) {
    const json reference = fixture(name);
    const auto weights = reference.at("weights").get<std::vector<double>>();
    std::vector<Mode> modes;
    std::vector<std::size_t> components;
    for (std::size_t k = 0; k < weights.size(); ++k) {
      if (weights[k] > ModeNormalizer::k_weight_threshold) {
        const double variance = reference.at("variances").at(k);
        modes.push_back({reference.at("means").at(k), std::sqrt(variance), weights[k]});
        components.push_back(k);
      }
    }
    const ModeNormalizer normalizer(modes, -1000, 1000);
    const int draws = 20'000;
    for (std::size_t i = 0; i < reference.at("posterior").size(); i += 7) {
      const double value = reference.at("values").at(i);
      INFO(name << " at " << value);
      const Encoded encoded = encode(normalizer, std::vector<double>(draws, value), i);
      double sum = 0;
      for (const std::size_t k : components) {
        sum += reference.at("posterior").at(i).at(k).get<double>() + 1e-6;
      }
      for (std::size_t k = 0; k < modes.size(); ++k) {
        const double expected =
            (reference.at("posterior").at(i).at(components[k]).get<double>() + 1e-6) / sum;
        const double found =
            static_cast<double>(std::count(encoded.mode.begin(), encoded.mode.end(), k)) / draws;
        // predict_proba takes the variational expectation of the log weights, which differs by about 1 /
        // rows.
        CHECK(std::abs(found - expected) < 0.01 + 4 * std::sqrt(expected * (1 - expected) / draws));
      }
    }
  }
}

TEST_CASE("The scalar is (x - mean) / (4 sd) of the drawn mode, clipped at 0.99") {
  const ModeNormalizer normalizer({{.mean = 10, .sd = 2, .weight = 1}}, -1000, 1000);
  const Encoded encoded = encode(normalizer, {10, 12, 6, 10 + 7.92, 10 + 7.93, -500, 1e308});
  CHECK(encoded.scalar == std::vector<float>{0, 0.25F, -0.5F, 0.99F, 0.99F, -0.99F, 0.99F});
}

TEST_CASE("Decoding clips the scalar to one and the value to the observed range") {
  const ModeNormalizer normalizer({{.mean = 10, .sd = 2, .weight = 0.5}, {.mean = 0, .sd = 1, .weight = 0.5}},
                                  -3, 17);
  CHECK(normalizer.decode(0, 0.25F) == 12);
  CHECK(normalizer.decode(1, 0.5F) == 2);
  CHECK(normalizer.decode(0, 0.9F) == 17);
  CHECK(normalizer.decode(1, -5.0F) == -3);
  CHECK(normalizer.decode(1, 1.5F) == 4);
}

TEST_CASE("A value far from every mode, however far, gets one of them and a finite scalar") {
  constexpr double k_huge = std::numeric_limits<double>::max();
  const ModeNormalizer normalizer(
      {{.mean = -k_huge, .sd = 1e-300, .weight = 0.5}, {.mean = 1, .sd = 1, .weight = 0.5}}, -k_huge, k_huge);
  const Encoded encoded = encode(normalizer, {k_huge, -k_huge, 0, 5});
  for (std::size_t i = 0; i < encoded.mode.size(); ++i) {
    CHECK(encoded.mode[i] < 2);
    CHECK(std::isfinite(encoded.scalar[i]));
    CHECK(std::isfinite(normalizer.decode(encoded.mode[i], encoded.scalar[i])));
  }
}

TEST_CASE("A value whose own mode was dropped goes to the mode that explains it best") {
  // Three in a thousand, far away: their component stays under the threshold of 0.005.
  std::vector<double> values(1000);
  for (int i = 0; i < 1000; ++i) {
    values[static_cast<std::size_t>(i)] = i < 3 ? 1e5 + i : (i % 2 == 0 ? i % 10 : 500 + i % 100);
  }
  const ModeNormalizer normalizer = ModeNormalizer::fit(values);
  std::size_t widest_reach = 0;
  for (std::size_t k = 0; k < normalizer.modes().size(); ++k) {
    const auto z = [&](std::size_t m) {
      return (1e5 - normalizer.modes()[m].mean) / normalizer.modes()[m].sd;
    };
    widest_reach = z(k) < z(widest_reach) ? k : widest_reach;
  }
  const Encoded encoded = encode(normalizer, std::vector<double>(1000, 1e5));
  CHECK(std::count(encoded.mode.begin(), encoded.mode.end(), widest_reach) == 1000);
}

TEST_CASE("The draw depends on the row's place and the seed, not on the rows around it") {
  const ModeNormalizer normalizer({{.mean = 0, .sd = 1, .weight = 0.5}, {.mean = 1, .sd = 1, .weight = 0.5}},
                                  -9, 9);
  std::vector<double> values(1000, 0.5);
  const Encoded plain = encode(normalizer, values);
  for (std::size_t i = 1; i < values.size(); i += 2) {
    values[i] = -3;
  }
  const Encoded changed = encode(normalizer, values);
  for (std::size_t i = 0; i < values.size(); i += 2) {
    REQUIRE(changed.mode[i] == plain.mode[i]);
  }
  CHECK(encode(normalizer, values, 2).mode != changed.mode);
}

TEST_CASE("The order of the values does not change the fit") {
  std::vector<double> values(500);
  Stream random(8, StreamId::rows);
  for (double& value : values) {
    value = std::floor(random.next_double() * 90);
  }
  const ModeNormalizer normalizer = ModeNormalizer::fit(values);
  std::reverse(values.begin(), values.end());
  const ModeNormalizer reversed = ModeNormalizer::fit(values);
  REQUIRE(normalizer.modes().size() == reversed.modes().size());
  for (std::size_t k = 0; k < normalizer.modes().size(); ++k) {
    CHECK(normalizer.modes()[k].mean == reversed.modes()[k].mean);
    CHECK(normalizer.modes()[k].sd == reversed.modes()[k].sd);
  }
}

TEST_CASE("Separate lumps of values become separate modes with their means and deviations") {
  std::vector<double> values;
  Stream random(3, StreamId::latent);
  std::vector<float> normals(6000);
  random.fill_normal(normals);
  for (std::size_t i = 0; i < normals.size(); ++i) {
    values.push_back(i % 3 == 0 ? -100 + normals[i] : 50 + 5 * normals[i]);
  }
  const ModeNormalizer normalizer = ModeNormalizer::fit(values);
  double left = 0;
  for (const Mode& mode : normalizer.modes()) {
    if (mode.mean < 0) {
      left += mode.weight;
      CHECK(mode.mean == Approx(-100).margin(3));
    } else {
      CHECK(mode.mean == Approx(50).margin(20));
    }
  }
  CHECK(left == Approx(1.0 / 3).margin(0.01));
  CHECK(normalizer.min() == *std::min_element(values.begin(), values.end()));
  CHECK(normalizer.max() == *std::max_element(values.begin(), values.end()));
}

TEST_CASE(
    "Scaling a column by a power of two scales its modes, even far below the mixture's variance floor") {
  std::vector<double> values(300);
  Stream random(4, StreamId::rows);
  for (double& value : values) {
    value = 0.125 * random.next_double();
  }
  const ModeNormalizer normal = ModeNormalizer::fit(values);
  const double tiny = std::ldexp(1.0, -60);
  for (double& value : values) {
    value *= tiny;
  }
  const ModeNormalizer scaled = ModeNormalizer::fit(values);
  REQUIRE(scaled.modes().size() == normal.modes().size());
  for (std::size_t k = 0; k < normal.modes().size(); ++k) {
    CHECK(scaled.modes()[k].mean == normal.modes()[k].mean * tiny);
    CHECK(scaled.modes()[k].sd == normal.modes()[k].sd * tiny);
  }
}

TEST_CASE("Lumps far from each other keep the width that each has, however far") {
  for (const double apart : {100.0, 1e3, 1e5}) {
    INFO(apart);
    std::vector<double> values;
    Stream random(3, StreamId::latent);
    std::vector<float> normals(4000);
    random.fill_normal(normals);
    for (std::size_t i = 0; i < normals.size(); ++i)
      values.push_back(i % 2 == 0 ? 10 + normals[i] : apart + 5 * normals[i]);
    const ModeNormalizer normalizer = ModeNormalizer::fit(codecs::DistinctValues::of(values), ValueRules{});
    REQUIRE(normalizer.facts().axis.kind() == ValueAxis::Kind::linear);
    std::vector<std::uint8_t> mode(values.size());
    std::vector<float> scalar(values.size());
    Stream draws(1, StreamId::transform);
    normalizer.encode(values, draws, mode, scalar);
    double squares = 0, rows = 0;
    for (std::size_t i = 0; i < values.size(); i += 2) {
      const Mode& narrow = normalizer.modes()[mode[i]];
      CHECK(narrow.sd < 2.5);
      CHECK(normalizer.decode(mode[i], scalar[i]) == Approx(values[i]).margin(1e-3));
      squares += static_cast<double>(scalar[i]) * scalar[i];
      rows += 1;
    }
    CHECK(std::sqrt(squares / rows) == Approx(0.25).margin(0.1));
  }
}

TEST_CASE("One row gives one mode at its value") {
  const ModeNormalizer normalizer = ModeNormalizer::fit(std::vector<double>{-17.5});
  REQUIRE(normalizer.modes().size() == 1);
  CHECK(normalizer.modes()[0].mean == Approx(-17.5));
  CHECK(normalizer.modes()[0].sd > 0);
  CHECK(normalizer.decode(0, 0.7F) == -17.5);
}

TEST_CASE("Modes that no fit makes are refused when loading") {
  const Mode good{.mean = 0, .sd = 1, .weight = 1};
  const auto refused = [](std::vector<Mode> modes, double min, double max) {
    return ctgan::tests::raised([&] { ModeNormalizer(std::move(modes), min, max); }).kind() ==
           ctgan::errors::Kind::bad_data;
  };
  constexpr double k_nan = std::numeric_limits<double>::quiet_NaN();
  CHECK(refused({}, 0, 1));
  CHECK(refused(std::vector<Mode>(11, good), 0, 1));
  CHECK(refused({{.mean = k_nan, .sd = 1, .weight = 1}}, 0, 1));
  CHECK(refused({{.mean = 0, .sd = 0, .weight = 1}}, 0, 1));
  CHECK(refused({{.mean = 0, .sd = -1, .weight = 1}}, 0, 1));
  CHECK(refused({{.mean = 0, .sd = 1, .weight = 0}}, 0, 1));
  CHECK(refused({good}, 1, 0));
  CHECK(refused({good}, k_nan, 0));
  CHECK_NOTHROW(ModeNormalizer(std::vector<Mode>(10, good), 1, 1));
}

TEST_CASE("An atom is a mode of its own, comes back as it was and bends no Gaussian") {
  std::vector<double> values(1000, -999.9);
  Stream random(6, StreamId::latent);
  std::vector<float> normals(4000);
  random.fill_normal(normals);
  for (const float x : normals) values.push_back(15 + 8 * x);
  const ModeNormalizer normalizer = ModeNormalizer::fit(codecs::DistinctValues::of(values), ValueRules{});
  REQUIRE(normalizer.facts().atoms == std::vector<double>{-999.9});
  CHECK(normalizer.codes() == normalizer.modes().size() + 1);
  CHECK(normalizer.min() > -30);
  for (const Mode& mode : normalizer.modes()) CHECK(mode.mean > -30);
  const Encoded encoded = encode(normalizer, values);
  for (std::size_t i = 0; i < values.size(); ++i) {
    REQUIRE((encoded.mode[i] == normalizer.modes().size()) == (i < 1000));
    if (i < 1000) REQUIRE(encoded.scalar[i] == 0);
  }
  for (const float scalar : {-1.0F, 0.0F, 0.3F})
    CHECK(normalizer.decode(static_cast<std::uint8_t>(normalizer.modes().size()), scalar) == -999.9);
}

TEST_CASE("A column of few values has atoms only, and what few rows have goes to the nearest") {
  std::vector<double> values;
  for (int i = 0; i < 300; ++i) values.push_back(i % 3 == 0 ? 2.5 : 40);
  values.push_back(30);
  const ModeNormalizer normalizer =
      ModeNormalizer::fit(codecs::DistinctValues::of(values), {.least_rows = 5});
  CHECK(normalizer.modes().empty());
  CHECK(normalizer.codes() == 2);
  const Encoded encoded = encode(normalizer, values);
  for (std::size_t i = 0; i < 300; ++i) CHECK(normalizer.decode(encoded.mode[i], 0.7F) == values[i]);
  CHECK(normalizer.decode(encoded.mode.back(), 0) == 40);
}

TEST_CASE("Values stay on the grid of the column, whatever stands beside it") {
  std::vector<double> values(500, 999);
  for (int i = 0; i < 3000; ++i) values.push_back(25 * (i * 617 % 1300));
  const ModeNormalizer normalizer =
      ModeNormalizer::fit(codecs::DistinctValues::of(values), {.least_rows = 5, .step = 1});
  REQUIRE(normalizer.facts().grid_step == 25);
  for (std::size_t mode = 0; mode < normalizer.modes().size(); ++mode)
    for (float scalar = -1; scalar <= 1; scalar += 0.013F)
      CHECK(std::fmod(normalizer.decode(static_cast<std::uint8_t>(mode), scalar), 25) == 0);
}
