// Against the published values of opacus, TensorFlow Privacy and dp-accounting, and against numerical integration.
#include "server/synth/privacy/renyi.h"

#include <cmath>
#include <numbers>
#include <vector>

#include "common/guarantees/zcdp.h"
#include "tests/catch.h"
#include "tests/raises.h"

using namespace ctgan;
using namespace ctgan::synth::privacy;

namespace {

double epsilon_of(const std::vector<double>& orders, const std::vector<SampledTraining>& stages,
                  const std::vector<double>& sigmas, double delta) {
  std::vector<double> divergences(orders.size());
  for (std::size_t s = 0; s < stages.size(); ++s)
    for (std::size_t i = 0; i < orders.size(); ++i)
      divergences[i] +=
          static_cast<double>(stages[s].steps) * sampled_gaussian_renyi(stages[s].rate, sigmas[s], orders[i]);
  return renyi_epsilon(orders, divergences, delta);
}

// E over N(0, sigma^2) of ((1 - q) + q exp((2 x - 1) / (2 sigma^2)))^order by the trapezoid rule, which is exact to
// the last digits for a smooth function that vanishes at both ends.
double integrated(double rate, double sigma, double order) {
  const double least = -40 * sigma, most = order + 40 * sigma;
  constexpr int k_steps = 400'000;
  const double step = (most - least) / k_steps;
  double sum = 0;
  for (int i = 0; i <= k_steps; ++i) {
    const double x = least + i * step;
    const double ratio = std::log((1 - rate) + rate * std::exp((2 * x - 1) / (2 * sigma * sigma)));
    sum += std::exp(-x * x / (2 * sigma * sigma) + order * ratio);
  }
  const double moment = sum * step / (sigma * std::sqrt(2 * std::numbers::pi));
  return std::log(moment) / (order - 1);
}

std::vector<double> whole_orders(int least, int most) {
  std::vector<double> orders;
  for (int i = least; i <= most; ++i) orders.push_back(i);
  return orders;
}

}  // namespace

TEST_CASE("training costs what opacus, TensorFlow Privacy and dp-accounting say") {
  CHECK(training_epsilon({.04, 2250}, 1.5, 1e-5) == Approx(7.32911117143).epsilon(1e-9));
  CHECK(training_epsilon({150. / 60'000, 6000}, 1.3, 1e-5) == Approx(0.7242234026109595).epsilon(1e-6));
  CHECK(training_epsilon({.001, 30'000}, 1, 1e-7) == Approx(1.4154988495444842).epsilon(1e-6));
  CHECK(training_epsilon({.01, 120}, .7, 1e-5) == Approx(3.239192).epsilon(1e-6));
  CHECK(training_epsilon({1, 2}, .7, 1e-5) == Approx(10.8602036).epsilon(1e-6));
  CHECK(training_epsilon({256. / 60'000, 14'063}, 1.1, 1e-5) == Approx(2.596656).epsilon(1e-6));
  CHECK(training_epsilon({.01, 1000}, 1, 1e-5) == Approx(2.101365).epsilon(1e-6));
  CHECK(training_epsilon({.01, 10'000}, 4, 1e-5) == Approx(1.035490).epsilon(1e-6));
  CHECK(training_epsilon({.001, 10'000}, .8, 1e-6) == Approx(1.703625).epsilon(1e-6));
  CHECK(training_epsilon({1, 100}, 10, 1e-6) == Approx(5.221540).epsilon(1e-6));
  CHECK(epsilon_of(whole_orders(2, 32), {{1e-5, 10}, {1e-4, 4}}, {1, 3}, 1e-5) ==
        Approx(.33634406).epsilon(1e-6));
  CHECK(renyi_epsilon(whole_orders(2, 32), std::vector<double>(31, 1.1), 1e-5) ==
        Approx(1.32783806176).epsilon(1e-9));
}

TEST_CASE("divergences of sampled noise are those of numerical integration, at whole and broken orders") {
  CHECK(50 * sampled_gaussian_renyi(.01, 2.5, 5) == Approx(2.18075656e-3).epsilon(1e-7));
  CHECK(50 * sampled_gaussian_renyi(.01, 2.5, 50) == Approx(2.38460375e-2).epsilon(1e-7));
  CHECK(50 * sampled_gaussian_renyi(.01, 2.5, 100) == Approx(167.416308).epsilon(1e-7));
  CHECK(sampled_gaussian_renyi(.04, 1.5, 3.9) == Approx(0.0018332022).epsilon(1e-7));
  CHECK(sampled_gaussian_renyi(.01, 1, 7.8) == Approx(0.00084756614).epsilon(1e-7));
  for (const double rate : {.001, .04, .3, .9}) {
    for (const double sigma : {.8, 1.5, 5.0}) {
      for (const double order : {1.1, 1.5, 2.0, 3.3, 6.0, 10.9}) {
        INFO(rate << ' ' << sigma << ' ' << order);
        const double exact = integrated(rate, sigma, order);
        const double computed = sampled_gaussian_renyi(rate, sigma, order);
        CHECK(computed == Approx(exact).epsilon(1e-7).margin(1e-10));
      }
    }
  }
}

TEST_CASE("a rate of none costs nothing, and one of all is the Gaussian mechanism") {
  CHECK(sampled_gaussian_renyi(0, 1, 4) == 0);
  CHECK(sampled_gaussian_renyi(1, 2, 4) == 0.5);
  CHECK(sampled_gaussian_renyi(1 - 1e-9, 2, 4) == Approx(0.5).epsilon(1e-6));
  CHECK(training_epsilon({.01, 0}, 1, 1e-5) < 0.02);
}

TEST_CASE("a Laplace mechanism's divergence lies between 0 and its epsilon, and grows to it") {
  double before = 0;
  for (const double order : {1.1, 2.0, 8.0, 100.0, 1e4}) {
    const double divergence = laplace_renyi(0.7, order);
    CHECK(divergence > before);
    CHECK(divergence <= 0.7);
    before = divergence;
  }
  CHECK(before == Approx(0.7).epsilon(1e-3));
}

TEST_CASE("the least noise for an epsilon keeps it, and a little less does not") {
  for (const double epsilon : {0.5, 1.0, 3.0, 10.0}) {
    const SampledTraining training{500. / 48'842, 29'100};
    const double sigma = least_noise_multiplier(training, epsilon, 1e-6);
    CHECK(training_epsilon(training, sigma, 1e-6) <= epsilon);
    CHECK(training_epsilon(training, sigma * 0.999, 1e-6) > epsilon);
  }
  // The reference's has whole orders alone: more noise.
  CHECK(least_noise_multiplier({500. / 48'842, 29'100}, 1, 1e-6) == Approx(7.9566).epsilon(2e-3));
  CHECK(tests::raised([] { least_noise_multiplier({.01, 10}, 1e-3, 1e-30); }).kind() == errors::Kind::usage);
}

// As dpctgan's options promise (common/options/dpctgan_options.cpp).
TEST_CASE("noise is found for every epsilon of half as much again as the least that the orders can say") {
  for (const double delta : {1e-15, 1e-9, 1e-5, 0.01}) {
    const double epsilon = std::max(1e-4, 1.5 * std::log(1 / (900 * delta)) / 900);
    for (const SampledTraining& training : {SampledTraining{1, 1'000'000}, SampledTraining{1e-3, 10}}) {
      const double multiplier =
          least_noise_multiplier(training, epsilon, delta, 0.1 * guarantees::zcdp_rho(epsilon, delta));
      CHECK(training_epsilon(training, multiplier, delta, 0.1 * guarantees::zcdp_rho(epsilon, delta)) <=
            epsilon);
    }
  }
}
