// What CTGAN as published does on small tables, after a training of seconds.
#include "common/errors/error.h"
#include "common/options/methods.h"
#include "server/synth/ctgan/ctgan_archive.h"
#include "server/synth/ctgan/fitted_ctgan.h"
#include "tests/server/synth/model/trainer_suite.h"

namespace {

using namespace ctgan;
using synth::ctgan::FittedCtgan;

// The published suite's table: 950 rows of one category, 25 of each of two others, beside a uniform number.
std::string imbalanced_csv() {
  std::string csv = "kind,number\n";
  for (int i = 0; i < 1000; ++i)
    csv += std::string(i < 950   ? "a"
                       : i < 975 ? "b"
                                 : "c") +
           ",0." + std::to_string(100 + i * 617 % 900) + "\n";
  return csv;
}

// The same generator, with conditions drawn by another frequency.
FittedCtgan drawn_by(const std::string& frequency, const synth::model::FittedModel& model) {
  auto parts = synth::neural::read_network(synth::ctgan::ctgan_format(), model.save());
  nlohmann::json given = parts.options.to_json();
  given["sample_frequency"] = frequency;
  return FittedCtgan({options::check(options::find_method("ctgan"), given), std::move(parts.encoder),
                      std::move(parts.parameters)});
}

std::size_t majority(const synth::model::FittedModel& model) {
  const table::Table out = tests::table_from(tests::sample(model, 10'000).csv);
  const auto& kinds = out.find("kind")->categories();
  return static_cast<std::size_t>(
      std::count_if(kinds.codes.begin(), kinds.codes.end(),
                    [&](std::uint32_t code) { return kinds.dictionary[code] == "a"; }));
}

nlohmann::json options_with(bool log_frequency) {
  return {{"epochs", 100},
          {"log_frequency", log_frequency},
          {"generator_lr", 0.001},
          {"generator_dim", {64, 64}},
          {"discriminator_dim", {64, 64}},
          {"device", "cpu"}};
}

}  // namespace

TEST_CASE(
    "trained by log frequency, a rare category is drawn as often as it stands in the table, or as in "
    "training") {
  const auto model = tests::Synthesizer("ctgan", options_with(true)).fit(imbalanced_csv());
  CHECK(majority(*model) > 9400);
  CHECK(majority(*model) < 9600);
  CHECK(majority(drawn_by("log", *model)) < 6500);
  CHECK(majority(drawn_by("training", *model)) < 6500);
}

TEST_CASE("trained by original frequency, the majority stays one") {
  const auto model = tests::Synthesizer("ctgan", options_with(false)).fit(imbalanced_csv());
  CHECK(majority(*model) > 9000);
}

TEST_CASE("two columns that say the same still do, mostly") {
  std::string csv = "a,b\n";
  for (int i = 0; i < 600; ++i)
    csv += std::string(1, "xyz"[i % 3]) + "," + std::string(1, "pqr"[i % 3]) + "\n";
  nlohmann::json longer = options_with(true);
  longer["generator_lr"] = longer["discriminator_lr"] = 0.002;
  longer["epochs"] = 300;
  const auto model = tests::Synthesizer("ctgan", longer).fit(csv);
  const table::Table out = tests::table_from(tests::sample(*model, 1000).csv);
  const auto& a = out.find("a")->categories();
  const auto& b = out.find("b")->categories();
  int agree = 0;
  for (std::size_t i = 0; i < 1000; ++i)
    agree += a.dictionary[a.codes[i]][0] - 'x' == b.dictionary[b.codes[i]][0] - 'p' ? 1 : 0;
  CHECK(agree > 700);  // a third by chance
}

TEST_CASE("losses that stop being finite fail the job in the epoch where they do, with the remedy") {
  nlohmann::json wild = options_with(true);
  wild["generator_lr"] = wild["discriminator_lr"] = 1;
  wild["discriminator_dim"] = std::vector<int>(16, 256);  // their product outgrows a float
  wild["discriminator_steps"] = 5;
  wild["batch_size"] = 20;
  const errors::Error error = tests::raised([&] { tests::Synthesizer("ctgan", wild).fit(imbalanced_csv()); });
  CHECK(error.kind() == errors::Kind::job_failed);
  CHECK(error.sentence() == "the losses stopped being finite in epoch '1'");
  CHECK(error.hint() == "lower --generator-lr and --discriminator-lr");
}

TEST_CASE("several discriminator steps, a batch larger than the table and pac 1 train as well") {
  const nlohmann::json quick = {{"epochs", 2},
                                {"embedding_dim", 8},
                                {"generator_dim", {16}},
                                {"batch_size", 2000},
                                {"discriminator_dim", {16}},
                                {"device", "cpu"},
                                {"discriminator_steps", 3},
                                {"pac", 1}};
  CHECK(tests::sample(*tests::Synthesizer("ctgan", quick).fit(imbalanced_csv()), 10).rows == 10);
}
