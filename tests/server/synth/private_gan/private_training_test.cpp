// What a private GAN spends, and that it learns where it may spend much.
#include <cmath>

#include "common/options/methods.h"
#include "server/synth/private_gan/coded_table.h"
#include "server/synth/private_gan/dpctgan.h"
#include "server/synth/private_gan/patectgan.h"
#include "tests/catch.h"
#include "tests/server/synth/marginal_methods/paired_rows.h"

using namespace ctgan;
using namespace ctgan::synth;
using namespace ctgan::synth::private_gan;
using tests::PairedRows;

namespace {

using Train = networks::ParameterArena (*)(marginal_methods::ConfidentialRows&, const TrainingStart&);

struct Trained {
  std::vector<privacy::Spending> spendings;
  double spent, total;
  networks::ParameterArena generator;
  NoisyShares shares;
};

Trained trained(const char* method, Train train, const privacy::Guarantee& guarantee,
                privacy::Composition composition, nlohmann::json options, std::uint64_t rows_per_unit = 1,
                std::vector<std::uint32_t> units = {}) {
  const PairedRows table(4);
  tests::QuietFit quiet(2);
  privacy::Accountant accountant(guarantee, composition);
  tests::CountedBits bits(11);
  privacy::Mechanisms mechanisms(accountant, bits);
  marginal_methods::ConfidentialRows rows(table.domain, table.columns, mechanisms, quiet.pool, rows_per_unit,
                                          std::move(units));
  NoisyShares shares = noisy_shares(
      marginal_methods::measure_one_way(rows, marginal_methods::sigma_for(0.1 * accountant.total(), 4))
          .measurements);
  options["epsilon"] = 1;
  const options::Values values = options::check(options::find_method(method), options);
  const networks::CtganShape shape = generator_shape(values, shares.layout());
  const neural::ConditionSampler conditions(shares.category_rows(), neural::Frequency::original);
  networks::ParameterArena generator = train(rows, {values, shape, shares, conditions, 1, quiet.context});
  return {accountant.spendings(), accountant.spent(), accountant.total(), std::move(generator),
          std::move(shares)};
}

const nlohmann::json k_small{{"generator_dim", {16}}, {"discriminator_dim", {16}}, {"embedding_dim", 8}};

nlohmann::json small(nlohmann::json more) {
  more.update(k_small);
  return more;
}

}  // namespace

TEST_CASE(
    "dpctgan pays for all its steps at once with what the shares left, and the epsilon is the one promised") {
  const Trained fit = trained("dpctgan", train_dpctgan, {.epsilon = 2, .delta = 1e-6},
                              privacy::Composition::renyi, small({{"steps", 40}, {"batch_size", 300}}));
  CHECK(fit.spent == fit.total);
  const privacy::Spending& training = fit.spendings.back();
  CHECK(training.stage == "training");
  CHECK(training.times == 40);
  CHECK(training.rate == Approx(0.1).epsilon(0.02));
  double rho = 0;
  for (std::size_t i = 0; i + 1 < fit.spendings.size(); ++i)
    rho += static_cast<double>(fit.spendings[i].times) * fit.spendings[i].cost;
  const privacy::SampledTraining steps{.rate = training.rate, .steps = training.times};
  const double epsilon = privacy::training_epsilon(steps, training.scale, 1e-6, rho);
  CHECK(epsilon <= 2);
  CHECK(epsilon == Approx(2).epsilon(1e-3));
}

TEST_CASE("dpctgan with units of several rows samples units, and its noise is as many times as wide") {
  std::vector<std::uint32_t> units(3000);
  for (std::uint32_t row = 0; row < 3000; ++row) units[row] = row / 3;
  const Trained fit =
      trained("dpctgan", train_dpctgan, {.epsilon = 2, .delta = 1e-6, .unit = "person", .rows_per_unit = 3},
              privacy::Composition::renyi, small({{"steps", 5}}), 3, units);
  CHECK(fit.spent == fit.total);
}

TEST_CASE("patectgan pays for each question, and asks no more") {
  const Trained fit =
      trained("patectgan", train_patectgan, {.epsilon = 2, .delta = 1e-6}, privacy::Composition::concentrated,
              small({{"questions", 90},
                     {"rounds", 4},
                     {"num_teachers", 7},
                     {"teacher_iters", 3},
                     {"student_iters", 3},
                     {"generator_iters", 2}}));
  CHECK(fit.spent <= fit.total);
  CHECK(fit.spent >= fit.total * (1 - 1e-6));
  const privacy::Spending& votes = fit.spendings.back();
  CHECK(votes.stage == "votes");
  CHECK(votes.times == 90);
  CHECK(votes.sensitivity == 1);
  CHECK(votes.cost == Approx(1 / (2 * votes.scale * votes.scale)));
}

TEST_CASE("units of several rows stand side by side, whatever their numbers and their order") {
  const std::vector<std::uint32_t> units = {7, 2, 7, 9, 2, 7};
  const UnitIndex index(units, units.size());
  REQUIRE(index.size() == 3);
  const std::vector<std::uint32_t> two = {0, 2}, one = {1};
  CHECK(index.rows_of(two) == std::vector<std::uint32_t>{1, 4, 3});
  CHECK(index.rows_of(one) == std::vector<std::uint32_t>{0, 2, 5});
  CHECK(UnitIndex({}, 4).size() == 4);
  CHECK(UnitIndex({}, 4).rows_of(two) == two);
}

TEST_CASE("independent rows have the shares, and noise below nothing is nothing") {
  const std::vector<marginals::Measurement> measured = {{marginals::AttributeSet{0}, {300, -20, 100}, 1},
                                                        {marginals::AttributeSet{1}, {-5, -1}, 1}};
  const NoisyShares shares = noisy_shares(measured);
  CHECK(shares.one_way[0].cells[1] == 0);
  CHECK(shares.one_way[0].cells[0] == Approx(3 * shares.one_way[0].cells[2]));
  CHECK(shares.one_way[1].cells[0] == Approx(shares.one_way[1].cells[1]));
  const encoders::EncodedTable rows = independent_rows(shares, 20'000, 4);
  const auto counts = encoders::count_rows(rows, rows.layout.blocks[0]);
  CHECK(counts[1] == 0);
  // Five standard deviations.
  CHECK(static_cast<double>(counts[0]) == Approx(15'000).margin(310));
}
