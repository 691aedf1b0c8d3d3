// Networks that were never trained draw what chance gave them; calibrated, they draw the table's shares.
#include "server/synth/neural/calibration.h"

#include "common/conditions/joined_cells.h"
#include "common/options/methods.h"
#include "server/synth/ctgan/ctgan_archive.h"
#include "server/synth/ctgan/ctgan_settings.h"
#include "server/synth/ctgan/fitted_ctgan.h"
#include "server/synth/encoders/table_encoder.h"
#include "server/synth/tvae/fitted_tvae.h"
#include "server/synth/tvae/tvae_settings.h"
#include "tests/server/synth/model/trainer_suite.h"

namespace {

using namespace ctgan;
using namespace ctgan::synth;

// 1 % of fraud, 2 % of blanks, 60/30/10, and numbers of which half are 0.
std::string shares_csv() {
  std::string csv = "fraud,answer,city,gain\n";
  for (int i = 0; i < 2000; ++i)
    csv += std::string(i % 100 == 7 ? "yes" : "no") + "," + (i % 50 == 3 ? "" : (i % 2 == 0 ? "Yes" : "No")) +
           "," + (i % 10 < 6 ? "Rom" : (i % 10 < 9 ? "Paris" : "Bern")) + "," +
           (i / 10 % 2 == 0 ? "0" : std::to_string(100 + i * 617 % 1000)) + "\n";
  return csv;
}

struct Encoded {
  explicit Encoded(int threads = 2)
      : pool(threads),
        rows(tests::table_from(shares_csv())),
        encoder(encoders::TableEncoder::fit(rows, table::infer_metadata(rows, {}), 1, pool)),
        table(encoder.encode(rows, 1, pool)) {}

  threads::ThreadPool pool;
  table::Table rows;
  encoders::TableEncoder encoder;
  encoders::EncodedTable table;
};

networks::ParameterArena started(std::vector<networks::Parameter> parameters) {
  networks::ParameterArena arena(std::move(parameters));
  random::Stream random(11, random::StreamId::weights);
  arena.initialise(random);
  for (const networks::Parameter& parameter : arena.parameters())
    if (parameter.name.ends_with("running_var") || parameter.name == networks::k_tvae_deviations)
      for (float& value : arena.values(parameter)) value = 0.25F;
  return arena;
}

double share(const table::Table& rows, const std::string& column, const std::string& text) {
  double found = 0;
  for (std::size_t row = 0; row < rows.rows(); ++row)
    found += conditions::cell_text(*std::find_if(rows.columns().begin(), rows.columns().end(),
                                                 [&](const table::Column& c) { return c.name == column; }),
                                   row) == text
                 ? 1.0
                 : 0.0;
  return found / static_cast<double>(rows.rows());
}

options::Values ctgan_options() {
  return options::check(options::find_method("ctgan"), {{"seed", 1}, {"generator_dim", {32}}});
}

networks::ParameterArena calibrated(const Encoded& encoded, threads::ThreadPool& pool) {
  const networks::CtganShape shape = synth::ctgan::ctgan_shape(ctgan_options(), encoded.encoder.layout());
  networks::ParameterArena generator = started(networks::generator_parameters(shape));
  const neural::ConditionSampler conditions(encoded.encoder.category_rows(), neural::Frequency::original);
  neural::calibrate(neural::row_network(generator, shape, conditions), {}, encoded.table, 3, pool);
  return generator;
}

void check_shares(const model::FittedModel& model) {
  const table::Table drawn = tests::table_from(tests::sample(model, 20'000).csv);
  CHECK(share(drawn, "fraud", "yes") == Approx(0.01).margin(0.004));
  CHECK(share(drawn, "answer", "") == Approx(0.02).margin(0.006));
  CHECK(share(drawn, "city", "Bern") == Approx(0.1).margin(0.015));
  CHECK(share(drawn, "gain", "0") == Approx(0.5).margin(0.03));
}

}  // namespace

TEST_CASE("a calibrated generator draws categories, blanks and atoms as often as the table has them") {
  Encoded encoded;
  networks::ParameterArena generator = calibrated(encoded, encoded.pool);
  check_shares(synth::ctgan::FittedCtgan({ctgan_options(), encoded.encoder, std::move(generator)}));
}

TEST_CASE("a calibrated decoder does too") {
  Encoded encoded;
  const options::Values options = options::check(options::find_method("tvae"), {{"seed", 1}});
  const networks::TvaeShape shape = tvae::tvae_shape(options, encoded.encoder.layout());
  networks::ParameterArena decoder = started(networks::decoder_parameters(shape));
  neural::calibrate(neural::row_network(decoder, shape), {}, encoded.table, 3, encoded.pool);
  check_shares(tvae::FittedTvae({options, encoded.encoder, std::move(decoder)}));
}

TEST_CASE("a calibrated generator's numbers lie and spread like the table's, where they are no atoms") {
  Encoded encoded;
  const synth::ctgan::FittedCtgan model(
      {ctgan_options(), encoded.encoder, calibrated(encoded, encoded.pool)});
  const auto spread = [](const table::Table& rows) {
    double count = 0, sum = 0, squares = 0;
    for (const std::int64_t gain : rows.find("gain")->integers()) {
      if (gain == 0) continue;
      const auto value = static_cast<double>(gain);
      count += 1;
      sum += value;
      squares += value * value;
    }
    return std::pair(sum / count, std::sqrt(squares / count - sum / count * sum / count));
  };
  const auto [mean, deviation] = spread(encoded.rows);
  const auto [drawn_mean, drawn_deviation] = spread(tests::table_from(tests::sample(model, 20'000).csv));
  CHECK(drawn_mean == Approx(mean).margin(40));
  CHECK(drawn_deviation == Approx(deviation).epsilon(0.15));
}

TEST_CASE("the category that a row is given is the one that it has") {
  Encoded encoded;
  const synth::ctgan::FittedCtgan model(
      {ctgan_options(), encoded.encoder, calibrated(encoded, encoded.pool)});
  const auto categories = model.categories(0);
  const auto yes =
      std::find_if(categories.begin(), categories.end(), [](const auto& c) { return c.text == "yes"; });
  const model::GivenCells given{.column = 0,
                                .categories = {static_cast<std::size_t>(yes - categories.begin())}};
  CHECK(share(model.candidates({{given}}, 1)->make(0, 0), "fraud", "yes") == 1);
}

TEST_CASE("the number of threads changes nothing of it") {
  Encoded encoded;
  threads::ThreadPool one(1);
  threads::ThreadPool three(3);
  const networks::ParameterArena a = calibrated(encoded, one);
  const networks::ParameterArena b = calibrated(encoded, three);
  CHECK(std::equal(a.block().begin(), a.block().end(), b.block().begin(), b.block().end()));
}
