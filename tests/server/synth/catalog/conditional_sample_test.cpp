// Rows that satisfy conditions, drawn from a CTGAN that has learnt something.
#include <cmath>

#include "tests/server/synth/model/trainer_suite.h"

namespace {

using namespace ctgan;
using table::Table;

// b mostly follows a, and the number follows both; "z" is rare.
std::string followed_csv() {
  std::string csv = "a,b,number\n";
  for (int i = 0; i < 1000; ++i) {
    const int a = i % 20 == 0 ? 2 : i % 2;
    const int b = i % 7 == 0 ? (a + 1) % 3 : a;
    csv += std::string(1, "xyz"[a]) + "," + std::string(1, "pqr"[b]) + "," +
           std::to_string(a * 100 + i * 617 % 40) + "\n";
  }
  return csv;
}

const synth::model::FittedModel& trained() {
  static const auto model = tests::Synthesizer("ctgan", {{"epochs", 150},
                                                         {"generator_lr", 0.001},
                                                         {"discriminator_lr", 0.001},
                                                         {"generator_dim", {64, 64}},
                                                         {"discriminator_dim", {64, 64}},
                                                         {"device", "cpu"}})
                                .fit(followed_csv());
  return *model;
}

// The share of each text in a column.
std::map<std::string, double> shares(const Table& table, const std::string& column) {
  std::map<std::string, double> shares;
  const auto& cells = table.find(column)->categories();
  for (const std::uint32_t code : cells.codes)
    shares[cells.dictionary[code]] += 1.0 / static_cast<double>(table.rows());
  return shares;
}

double mean(const Table& table, const std::string& column) {
  const auto& numbers = table.find(column)->integers();
  return std::accumulate(numbers.begin(), numbers.end(), 0.0) / static_cast<double>(numbers.size());
}

// Half the sum of differences: 0 for the same distribution, 1 for none in common.
double distance(std::map<std::string, double> one, std::map<std::string, double> other) {
  double sum = 0;
  for (const char* text : {"p", "q", "r"}) sum += std::abs(one[text] - other[text]);
  return sum / 2;
}

// A plain sample without the rows that do not satisfy the condition.
Table filtered(const std::string& condition, std::uint64_t rows) {
  const Table plain = tests::table_from(tests::sample(trained(), rows, 8).csv);
  const std::vector<std::string> names = plain.column_names();
  const auto parsed = conditions::parse_condition(condition, names);
  const conditions::BoundCondition bound(parsed,
                                         {names[parsed.column], plain.columns()[parsed.column].dtype, {}});
  std::vector<std::uint8_t> keep(plain.rows(), 1);
  bound.sift(plain, keep);
  std::vector<table::RowPlace> places;
  for (std::uint32_t row = 0; row < keep.size(); ++row)
    if (keep[row] != 0) places.push_back({0, row});
  const Table* const from = &plain;
  return table::gather({&from, 1}, places);
}

}  // namespace

TEST_CASE("the other columns of rows given a category are near those of a plain sample's rows that have it") {
  for (const std::string condition : {"a=x", "a=z"}) {
    INFO(condition);
    const Table given = tests::conditional_sample(trained(), {{condition}, {}, {}, "", ""}, 20'000);
    const Table plain = filtered(condition, 100'000);
    CHECK(distance(shares(given, "b"), shares(plain, "b")) < 0.15);
    CHECK(std::abs(mean(given, "number") - mean(plain, "number")) < 20);
  }
}

TEST_CASE("rows found by rejection alone have the distribution of a filtered plain sample") {
  const Table found = tests::conditional_sample(trained(), {{"number>=100"}, {}, {}, "", ""}, 40'000);
  const Table plain = filtered("number>=100", 100'000);
  CHECK(distance(shares(found, "b"), shares(plain, "b")) < 0.015);
  CHECK(std::abs(mean(found, "number") - mean(plain, "number")) < 2);
}

TEST_CASE("the model's own condition finds a rare category sooner than rejection would") {
  threads::ThreadPool pool(2);
  std::uint64_t given = 0;
  synth::sampling::ConditionalRows source(
      trained(), synth::sampling::plan_sample({{"a=z"}, {}, {}, "", ""}, 5000, trained(), {}), 1, pool,
      [&](std::uint64_t, std::uint64_t drawn) { given = drawn; });
  while (source.next()) {
  }
  const double rate = 5000.0 / static_cast<double>(given);
  const double plain = static_cast<double>(filtered("a=z", 50'000).rows()) / 50'000;
  CHECK(rate > 1.5 * plain);
}

TEST_CASE("a plain sample does not change by what conditional ones do") {
  const auto blocks = trained().sample(9000, 3);
  for (std::size_t i = 0; i < blocks->count(); ++i) {
    const Table before = blocks->make(i);
    trained().candidates({{{.column = 0, .categories = {2}}}}, 3)->make(0, i);
    CHECK(blocks->make(i).find("number")->integers() == before.find("number")->integers());
  }
}
