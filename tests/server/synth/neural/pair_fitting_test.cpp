// Networks that were trained for a moment half know the dependences between columns; with their pairs fitted
// they draw those of the table.
#include "server/synth/neural/pair_fitting.h"

#include <map>

#include "common/conditions/joined_cells.h"
#include "common/options/methods.h"
#include "server/synth/ctgan/ctgan_archive.h"
#include "server/synth/ctgan/ctgan_settings.h"
#include "server/synth/ctgan/ctgan_trainer.h"
#include "server/synth/ctgan/fitted_ctgan.h"
#include "server/synth/neural/calibration.h"
#include "server/synth/tvae/fitted_tvae.h"
#include "server/synth/tvae/tvae_archive.h"
#include "server/synth/tvae/tvae_settings.h"
#include "server/synth/tvae/tvae_trainer.h"
#include "tests/server/synth/model/fit_context.h"
#include "tests/server/synth/model/trainer_suite.h"

namespace {

using namespace ctgan;
using namespace ctgan::synth;

// The answer depends on the city, the number on the answer; `also` columns more have nothing to do with it.
std::string dependent_csv(int also = 0) {
  std::string csv = "city,answer,number";
  for (int i = 0; i < also; ++i) csv += ",c" + std::to_string(i);
  csv += "\n";
  for (int row = 0; row < 2000; ++row) {
    const int city = row % 3;
    const bool yes = row / 3 % 10 < (city == 0 ? 9 : city == 1 ? 5 : 1);
    csv += std::string(city == 0   ? "Rom"
                       : city == 1 ? "Paris"
                                   : "Bern") +
           (yes ? ",yes," : ",no,") + std::to_string((yes ? 500 : 100) + row * 617 % 400) + "." +
           std::to_string(row % 10);
    for (int i = 0; i < also; ++i) csv += ",v" + std::to_string(row * (i + 7) / 5 % 150);
    csv += "\n";
  }
  return csv;
}

struct Dependence {
  double yes_in_rom = 0;
  double yes_in_bern = 0;
  double more_with_yes = 0;  // of the number's mean
};

Dependence dependence(const table::Table& rows) {
  std::map<std::string, double> count, yes, sum;
  for (std::size_t row = 0; row < rows.rows(); ++row) {
    const std::string city = conditions::cell_text(*rows.find("city"), row);
    const std::string answer = conditions::cell_text(*rows.find("answer"), row);
    count[city] += 1;
    count[answer] += 1;
    if (answer == "yes") yes[city] += 1;
    sum[answer] += rows.find("number")->number(row);
  }
  return {yes["Rom"] / count["Rom"], yes["Bern"] / count["Bern"],
          sum["yes"] / count["yes"] - sum["no"] / count["no"]};
}

// How far the model's rows are from the table's dependences: 0 is none, 1 about all of one of them.
double distance(const model::FittedModel& model, const std::string& csv) {
  const Dependence wanted = dependence(tests::table_from(csv));
  const Dependence drawn = dependence(tests::table_from(tests::sample(model, 10'000).csv));
  return std::abs(drawn.yes_in_rom - wanted.yes_in_rom) + std::abs(drawn.yes_in_bern - wanted.yes_in_bern) +
         std::abs(drawn.more_with_yes - wanted.more_with_yes) / wanted.more_with_yes;
}

template <typename Trainer>
archive::Archive trained(const options::Values& options, const std::string& csv) {
  table::Table table = tests::table_from(csv);
  const table::Metadata metadata = table::infer_metadata(table, {});
  return Trainer(options).fit(std::move(table), metadata, tests::QuietFit().context)->save();
}

// The published sampling of what a short training made: nothing has been put right in it.
const nlohmann::json k_quick = {{"seed", 1},
                                {"epochs", 40},
                                {"batch_size", 100},
                                {"generator_dim", {64}},
                                {"discriminator_dim", {64}},
                                {"sample_frequency", "log"}};

struct Trained {
  explicit Trained(const std::string& csv, int threads = 2)
      : pool(threads),
        parts(synth::neural::read_network(synth::ctgan::ctgan_format(),
                                          trained<synth::ctgan::CtganTrainer>(
                                              options::check(options::find_method("ctgan"), k_quick), csv))),
        shape(synth::ctgan::ctgan_shape(parts.options, parts.encoder.layout())),
        conditions(parts.encoder.category_rows(), neural::Frequency::original),
        encoded(parts.encoder.encode(tests::table_from(csv), 1, pool)) {}

  neural::RowNetwork network() { return neural::row_network(parts.parameters, shape, conditions); }
  void calibrate() { neural::calibrate(network(), {}, encoded, 3, pool); }
  void fit_pairs() { neural::fit_pairs(network(), encoded, 1000, 3, {pool, monitor}); }

  threads::ThreadPool pool;
  tests::Listener monitor;
  neural::NetworkParts parts;
  networks::CtganShape shape;
  neural::ConditionSampler conditions;
  encoders::EncodedTable encoded;
};

double distance_of(const std::string& csv, bool fitted) {
  Trained trained(csv);
  if (fitted) trained.fit_pairs();
  trained.calibrate();
  return distance(synth::ctgan::FittedCtgan(std::move(trained.parts)), csv);
}

}  // namespace

TEST_CASE("a generator whose pairs were fitted draws the table's dependences") {
  const std::string csv = dependent_csv();
  CHECK(distance_of(csv, true) < 0.5 * distance_of(csv, false));
}

TEST_CASE("of a layout wider than what is fitted, the frequent categories' dependences are") {
  const std::string csv = dependent_csv(4);
  REQUIRE(Trained(csv).shape.layout.width > 520);
  CHECK(distance_of(csv, true) < 0.6 * distance_of(csv, false));
}

TEST_CASE("a decoder whose pairs were fitted draws the table's dependences") {
  const std::string csv = dependent_csv();
  const auto distance_of_decoder = [&csv](bool fitted) {
    const nlohmann::json quick = {
        {"epochs", 8}, {"batch_size", 100}, {"sample_choice", "likeliest"}, {"seed", 1}};
    neural::NetworkParts parts = synth::neural::read_network(
        tvae::tvae_format(),
        trained<tvae::TvaeTrainer>(options::check(options::find_method("tvae"), quick), csv));
    const networks::TvaeShape shape = tvae::tvae_shape(parts.options, parts.encoder.layout());
    threads::ThreadPool pool(2);
    tests::Listener monitor;
    const encoders::EncodedTable encoded = parts.encoder.encode(tests::table_from(csv), 1, pool);
    const neural::RowNetwork network = neural::row_network(parts.parameters, shape);
    if (fitted) neural::fit_pairs(network, encoded, 1000, 3, {pool, monitor});
    neural::calibrate(network, {}, encoded, 3, pool);
    const options::Values drawn = options::check(options::find_method("tvae"), {{"seed", 1}});
    return distance(tvae::FittedTvae({drawn, parts.encoder, std::move(parts.parameters)}), csv);
  };
  CHECK(distance_of_decoder(true) < 0.65 * distance_of_decoder(false));
}

TEST_CASE("a table of numbers alone has no conditions, and its correlation is fitted all the same") {
  std::string csv = "a,b\n";
  for (int row = 0; row < 1000; ++row) {
    const int a = row * 619 % 1000;
    csv += std::to_string(a) + "." + std::to_string(row % 10) + "," +
           std::to_string(2000 - a + row * 37 % 301) + "\n";
  }
  const auto correlation = [&csv](bool fitted) {
    Trained trained(csv);
    if (fitted) trained.fit_pairs();
    trained.calibrate();
    const synth::ctgan::FittedCtgan model(std::move(trained.parts));
    const table::Table drawn = tests::table_from(tests::sample(model, 5000).csv);
    double a_sum = 0, b_sum = 0, a_squares = 0, b_squares = 0, products = 0;
    const auto n = static_cast<double>(drawn.rows());
    for (std::size_t row = 0; row < drawn.rows(); ++row) {
      const double a = drawn.find("a")->number(row), b = drawn.find("b")->number(row);
      a_sum += a;
      b_sum += b;
      a_squares += a * a;
      b_squares += b * b;
      products += a * b;
    }
    return (n * products - a_sum * b_sum) /
           std::sqrt((n * a_squares - a_sum * a_sum) * (n * b_squares - b_sum * b_sum));
  };
  constexpr double k_wanted = -0.957;
  CHECK(std::abs(correlation(true) - k_wanted) < 0.6 * std::abs(correlation(false) - k_wanted));
}

TEST_CASE("amounts beside many zeros keep what they go with, and how often they are zero there") {
  std::string csv = "group,amount\n";
  for (int row = 0; row < 4000; ++row) {
    const bool high = row % 5 == 0;
    const bool zero = row / 5 % 10 < (high ? 3 : 9);
    csv +=
        std::string(high ? "high," : "low,") +
        (zero ? "0" : std::to_string((high ? 800 : 200) + row * 617 % 199) + "." + std::to_string(row % 10)) +
        "\n";
  }
  Trained trained(csv);
  trained.fit_pairs();
  trained.calibrate();
  const synth::ctgan::FittedCtgan model(std::move(trained.parts));
  const table::Table drawn = tests::table_from(tests::sample(model, 10'000).csv);
  std::map<std::string, double> rows, zeros, sums;
  for (std::size_t row = 0; row < drawn.rows(); ++row) {
    const std::string group = conditions::cell_text(*drawn.find("group"), row);
    const double amount = drawn.find("amount")->number(row);
    rows[group] += 1;
    zeros[group] += amount == 0 ? 1 : 0;
    sums[group] += amount;
  }
  CHECK(zeros["high"] / rows["high"] == Approx(0.3).margin(0.1));
  CHECK(zeros["low"] / rows["low"] == Approx(0.9).margin(0.05));
  CHECK(sums["high"] / (rows["high"] - zeros["high"]) == Approx(900).margin(100));
  CHECK(sums["low"] / (rows["low"] - zeros["low"]) == Approx(300).margin(150));
}

TEST_CASE("the number of threads changes nothing of the fitted pairs") {
  const std::string csv = dependent_csv();
  Trained one(csv, 1);
  Trained three(csv, 3);
  one.fit_pairs();
  three.fit_pairs();
  const auto a = one.parts.parameters.block(), b = three.parts.parameters.block();
  CHECK(std::equal(a.begin(), a.end(), b.begin(), b.end()));
}
