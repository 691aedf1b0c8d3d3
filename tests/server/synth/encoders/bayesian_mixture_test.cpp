#include "server/synth/encoders/bayesian_mixture.h"

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <map>
#include <nlohmann/json.hpp>
#include <numeric>

#include "common/table_formats/csv_reader.h"
#include "server/synth/encoders/mode_normalizer.h"
#include "tests/catch.h"

namespace table = ctgan::table;
namespace table_formats = ctgan::table_formats;
using namespace ctgan::synth::encoders;
using nlohmann::json;

namespace {

std::filesystem::path source_folder() {
  return std::getenv("CTGAN_SOURCE_DIR");
}

// What make_mixture_fixtures.py recorded.
const json& fixtures() {
  static const json k_fixtures =
      json::parse(std::ifstream(source_folder() / "tests/server/synth/encoders/reference/mixtures.json"));
  return k_fixtures;
}

std::vector<double> start_of(const json& fixture) {
  std::vector<double> start;
  if (!fixture.at("responsibilities").is_null()) {
    for (const json& row : fixture.at("responsibilities")) {
      const auto values = row.get<std::vector<double>>();
      start.insert(start.end(), values.begin(), values.end());
    }
    return start;
  }
  const auto components = fixture.at("components").get<std::size_t>();
  for (const json& cluster : fixture.at("clusters")) {
    std::vector<double> row(components, 0.0);
    row.at(cluster.get<std::size_t>()) = 1;
    start.insert(start.end(), row.begin(), row.end());
  }
  return start;
}

MixtureOptions options_of(const json& fixture) {
  MixtureOptions options;
  options.components = fixture.at("components");
  options.iterations = fixture.at("iterations_limit");
  return options;
}

// Largest difference, relative to the larger of the exact value and `unit`.
double distance(const std::vector<double>& found, const std::vector<double>& exact, double unit) {
  REQUIRE(found.size() == exact.size());
  double worst = 0;
  for (std::size_t i = 0; i < found.size(); ++i) {
    worst = std::max(worst, std::abs(found[i] - exact[i]) / std::max(std::abs(exact[i]), unit));
  }
  return worst;
}

struct Counted {
  std::vector<double> values, counts;
};

Counted count(const std::vector<double>& rows) {
  std::map<double, double> counts;
  for (const double row : rows) {
    counts[row] += 1;
  }
  Counted counted;
  for (const auto& [value, number] : counts) {
    counted.values.push_back(value);
    counted.counts.push_back(number);
  }
  return counted;
}

// Mean log-likelihood of the rows under plain weights, as BayesianGaussianMixture's score is for large
// counts.
double mean_log_likelihood(const Mixture& mixture, const Counted& data) {
  double sum = 0;
  for (std::size_t i = 0; i < data.values.size(); ++i) {
    double density = 0;
    for (std::size_t k = 0; k < mixture.means.size(); ++k) {
      const double z2 = std::pow(data.values[i] - mixture.means[k], 2) / mixture.variances[k];
      density +=
          mixture.weights[k] * std::exp(-0.5 * z2) / std::sqrt(2 * 3.14159265358979 * mixture.variances[k]);
    }
    sum += data.counts[i] * std::log(density);
  }
  return sum / std::accumulate(data.counts.begin(), data.counts.end(), 0.0);
}

std::vector<double> adult_column(const std::string& name) {
  static const table::Table k_adult =
      table_formats::read_csv(source_folder() / "original_data/original_data_demo.csv");
  std::vector<double> rows;
  for (std::size_t row = 0; row < k_adult.rows(); ++row) {
    rows.push_back(k_adult.find(name)->number(row));
  }
  return rows;
}

double middle(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  return values[values.size() / 2];
}

}  // namespace

TEST_CASE("From scikit-learn's start the fit arrives at scikit-learn's mixture") {
  for (const json& fixture : fixtures().at("cases")) {
    INFO(fixture.at("name").get<std::string>());
    const auto values = fixture.at("values").get<std::vector<double>>();
    const auto counts = fixture.at("counts").get<std::vector<double>>();
    const Mixture mixture = fit_mixture(values, counts, start_of(fixture), options_of(fixture));
    const auto exact = [&](const char* field) { return fixture.at(field).get<std::vector<double>>(); };
    CHECK(distance(mixture.means, exact("means"), 1e-3) < 1e-6);
    CHECK(distance(mixture.variances, exact("variances"), 1e-9) < 1e-6);
    CHECK(distance(mixture.weights, exact("weights"), 1.0) < 1e-6);
    CHECK(distance(mixture.weights, exact("weights"), 1e-3) < 1e-6);
    CHECK(mixture.iterations == fixture.at("iterations").get<int>());
    CHECK(mixture.converged == fixture.at("converged").get<bool>());
    const auto bound = fixture.at("lower_bound").get<double>();
    CHECK(std::abs(mixture.lower_bound - bound) < 1e-6 * (1 + std::abs(bound)));
  }
}

TEST_CASE(
    "Some of the recorded fits converge and some run out of iterations: both ways of stopping are compared") {
  const json& cases = fixtures().at("cases");
  CHECK(std::any_of(cases.begin(), cases.end(), [](const json& c) { return c.at("converged").get<bool>(); }));
  CHECK(
      std::any_of(cases.begin(), cases.end(), [](const json& c) { return !c.at("converged").get<bool>(); }));
}

TEST_CASE("Counts mean repeated rows") {
  const std::vector<double> values = {1, 2, 5, 6, 9};
  const std::vector<double> counts = {3, 1, 2, 4, 1};
  std::vector<double> rows;
  std::vector<double> row_start;
  std::vector<double> start;
  for (std::size_t i = 0; i < values.size(); ++i) {
    const double low = values[i] < 4 ? 0.9 : 0.2;
    start.insert(start.end(), {low, 1 - low});
    for (int copy = 0; copy < counts[i]; ++copy) {
      rows.push_back(values[i]);
      row_start.insert(row_start.end(), {low, 1 - low});
    }
  }
  const MixtureOptions options{.components = 2};
  const Mixture counted = fit_mixture(values, counts, start, options);
  const Mixture repeated = fit_mixture(rows, std::vector<double>(rows.size(), 1.0), row_start, options);
  CHECK(distance(counted.means, repeated.means, 1) < 1e-12);
  CHECK(distance(counted.variances, repeated.variances, 1) < 1e-12);
  CHECK(distance(counted.weights, repeated.weights, 1) < 1e-12);
  CHECK(counted.iterations == repeated.iterations);
}

TEST_CASE("The order of the values does not matter to the start or to the fit") {
  const std::vector<double> values = {9, 1, 5, 30, 2, 6, 31};
  const std::vector<double> counts = {1, 3, 2, 1, 1, 4, 2};
  std::vector<std::size_t> order(values.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) { return values[a] < values[b]; });
  std::vector<double> sorted_values;
  std::vector<double> sorted_counts;
  for (const std::size_t i : order) {
    sorted_values.push_back(values[i]);
    sorted_counts.push_back(counts[i]);
  }
  const std::size_t components = 3;
  const std::vector<double> start = kmeans_responsibilities(values, counts, components, 1);
  const std::vector<double> sorted_start =
      kmeans_responsibilities(sorted_values, sorted_counts, components, 1);
  for (std::size_t place = 0; place < order.size(); ++place) {
    for (std::size_t k = 0; k < components; ++k) {
      CHECK(start[order[place] * components + k] == sorted_start[place * components + k]);
    }
  }
}

TEST_CASE("k-means finds clusters that stand far apart, whatever the seed, the heaviest first") {
  std::vector<double> values;
  std::vector<double> counts;
  for (int cluster = 0; cluster < 5; ++cluster) {
    for (int i = 0; i < 20; ++i) {
      values.push_back(cluster * 1000 + i);
      counts.push_back(1 + cluster);
    }
  }
  for (std::uint64_t seed = 0; seed < 20; ++seed) {
    const std::vector<double> start = kmeans_responsibilities(values, counts, 5, seed);
    for (std::size_t i = 0; i < values.size(); ++i) {
      for (std::size_t k = 0; k < 5; ++k) {
        REQUIRE(start[i * 5 + k] == (k == 4 - i / 20 ? 1.0 : 0.0));
      }
    }
  }
}

TEST_CASE("k-means ends where no value is nearer to another cluster's mean") {
  const Counted age = count(adult_column("age"));
  const std::size_t components = 10;
  const std::vector<double> start = kmeans_responsibilities(age.values, age.counts, components, 3);
  std::vector<double> sums(components);
  std::vector<double> weights(components);
  std::vector<std::size_t> cluster;
  for (std::size_t i = 0; i < age.values.size(); ++i) {
    const auto row = start.begin() + static_cast<std::ptrdiff_t>(i * components);
    REQUIRE(std::accumulate(row, row + components, 0.0) == 1);
    cluster.push_back(static_cast<std::size_t>(std::max_element(row, row + components) - row));
    sums[cluster.back()] += age.counts[i] * age.values[i];
    weights[cluster.back()] += age.counts[i];
  }
  for (std::size_t i = 0; i < age.values.size(); ++i) {
    const auto from = [&](std::size_t k) { return std::abs(age.values[i] - sums[k] / weights[k]); };
    for (std::size_t k = 0; k < components; ++k) {
      CHECK(from(cluster[i]) <= from(k) + 1e-9);
    }
  }
}

TEST_CASE("Fewer distinct values than components leave the last components empty") {
  const std::vector<double> start =
      kmeans_responsibilities(std::vector<double>{4, 8}, std::vector<double>{1, 9}, 3, 0);
  CHECK(start == std::vector<double>{0, 1, 0, 1, 0, 0});
}

TEST_CASE(
    "On Adult's columns our own start is as good as scikit-learn's: bound, likelihood and number of modes") {
  for (const json& reference : fixtures().at("scores")) {
    const auto name = reference.at("column").get<std::string>();
    INFO(name);
    const std::vector<double> rows = adult_column(name);
    const Counted data = count(rows);
    Mixture best;
    const std::uint64_t starts = data.values.size() < 2000 ? 10 : 1;
    for (std::uint64_t seed = 0; seed < starts; ++seed) {
      Mixture mixture = fit_mixture(data.values, data.counts,
                                    kmeans_responsibilities(data.values, data.counts, 10, seed), {});
      if (seed == 0 || mixture.lower_bound > best.lower_bound) {
        best = mixture;
      }
    }
    const auto bounds = reference.at("lower_bounds").get<std::vector<double>>();
    CHECK(best.lower_bound > middle(bounds) - 1e-4 * std::abs(middle(bounds)));
    const auto scores = reference.at("scores").get<std::vector<double>>();
    CHECK(mean_log_likelihood(best, data) > middle(scores) - 0.002);

    const ModeNormalizer normalizer = ModeNormalizer::fit(rows);
    const auto modes = reference.at("modes").get<std::vector<double>>();
    CHECK(std::abs(static_cast<double>(normalizer.modes().size()) - middle(modes)) <= 1);
  }
}
