// Shares of two columns at once, and of what is missing together, against counting row by row.
#include "server/synth/evaluate/joint_distribution.h"

#include <map>
#include <set>

#include "server/synth/evaluate/column_scores.h"
#include "server/synth/evaluate/evaluate.h"
#include "server/synth/evaluate/missing_patterns.h"
#include "tests/catch.h"
#include "tests/server/synth/evaluate/small_tables.h"

using namespace ctgan;
using namespace ctgan::synth::evaluate;

namespace {

// A table by chance: a number, a number that goes with it, a text that does, and one that does not; with gaps.
table::Table some_table(std::size_t rows, std::uint64_t seed) {
  synth::random::Stream random(seed, synth::random::StreamId::rows);
  std::vector<std::optional<double>> age, pay;
  std::vector<std::string> job, town;
  for (std::size_t row = 0; row < rows; ++row) {
    const double a = random.next_below(60) + 18;
    const bool gap = random.next_below(8) == 0;
    age.push_back(gap ? std::nullopt : std::optional(a));
    pay.push_back(random.next_below(20) == 0 ? std::nullopt
                                             : std::optional(a * 100 + random.next_below(500)));
    job.push_back(gap ? "" : a > 50 ? "old" : a > 30 ? "middle" : "young");
    town.push_back("town " + std::to_string(random.next_below(15)));
  }
  std::vector<table::Column> columns{tests::number_column("age", age), tests::number_column("pay", pay),
                                     tests::text_column("job", job), tests::text_column("town", town)};
  return table::Table(std::move(columns));
}

struct World {
  table::Table original = some_table(2000, 1), synthetic = some_table(1500, 2);
  ComparedTables tables = tests::compared(original, nullptr, synthetic);
  Evaluation evaluation;
  World() {
    threads::ThreadPool pool(2);
    evaluation = evaluate({original, nullptr, synthetic, tests::metadata_of(original)},
                          {.sections = {.utility = false, .detection = false, .privacy = false}}, pool);
  }
};

double sum_of(const std::vector<double>& shares) {
  double sum = 0;
  for (const double share : shares) sum += share;
  return sum;
}

}  // namespace

TEST_CASE("a joint distribution holds the shares of the rows in which both cells are there") {
  const World world;
  const auto& columns = world.evaluation.columns;
  const JointDistribution joint = joint_distribution(world.tables, columns, 0, 2);
  const JointAxis age = joint_axis(columns[0].distribution), job = joint_axis(columns[2].distribution);
  REQUIRE(job.labels.size() == 3);
  REQUIRE(joint.original.size() == age.places() * 3);

  const auto& ages = world.tables.columns[0].of(Side::original).numbers;
  const auto& jobs = world.tables.columns[2].of(Side::original).codes;
  std::map<std::pair<std::size_t, std::size_t>, std::size_t> counts;
  std::size_t rows = 0;
  for (std::size_t row = 0; row < ages.size(); ++row) {
    if (std::isnan(ages[row]) || jobs[row] == k_missing_code) continue;
    ++rows;
    std::size_t bin = 0;
    while (bin + 1 < age.places() && ages[row] >= age.edges[bin + 1]) ++bin;
    const std::string& text = world.tables.columns[2].labels[jobs[row]];
    const auto label = std::find(job.labels.begin(), job.labels.end(), text) - job.labels.begin();
    ++counts[{static_cast<std::size_t>(label), bin}];
  }
  for (std::size_t j = 0; j < 3; ++j)
    for (std::size_t i = 0; i < age.places(); ++i) {
      const std::size_t count = counts[{j, i}];
      const double share = count < 5 ? 0 : static_cast<double>(count) / static_cast<double>(rows);
      CHECK(joint.original[j * age.places() + i] == share);
    }
}

TEST_CASE("axes have at most so many places, and the last category stands for the others") {
  const World world;
  const JointAxis town = joint_axis(world.evaluation.columns[3].distribution);
  CHECK(town.labels.size() == k_most_joint_labels);
  CHECK(town.labels.back() == "other");
  const JointAxis pay = joint_axis(world.evaluation.columns[1].distribution);
  CHECK(pay.places() <= k_most_joint_bins);
  CHECK(pay.edges.front() == world.evaluation.columns[1].distribution.edges.front());
  CHECK(pay.edges.back() == world.evaluation.columns[1].distribution.edges.back());
  CHECK(std::is_sorted(pay.edges.begin(), pay.edges.end()));
  const JointDistribution joint = joint_distribution(world.tables, world.evaluation.columns, 1, 3);
  CHECK(sum_of(joint.original) <= 1 + 1e-9);
  CHECK(sum_of(joint.original) > 0.8);
}

TEST_CASE("the strongest pairs come first, and a column's own are drawn with it alone") {
  const World world;
  const auto all = strongest_pairs_without(world.tables, world.evaluation, "");
  REQUIRE_FALSE(all.empty());
  CHECK(all.front().first == 0);
  CHECK(all.front().second == 1);
  for (const JointDistribution& joint : strongest_pairs_without(world.tables, world.evaluation, "job"))
    CHECK((joint.first != 2 && joint.second != 2));
  const auto with = pairs_with(world.tables, world.evaluation, "age");
  REQUIRE_FALSE(with.empty());
  for (const JointDistribution& joint : with) CHECK(joint.second == 0);
  CHECK(pairs_with(world.tables, world.evaluation, "none").empty());
  CHECK(pairs_with(world.tables, world.evaluation, "").empty());
}

TEST_CASE("what is missing together is counted set by set, and sets of few rows are not listed") {
  const World world;
  std::map<std::set<std::size_t>, std::pair<std::size_t, std::size_t>> counts;
  for (const Side side : {Side::original, Side::synthetic})
    for (std::size_t row = 0; row < world.tables.rows(side); ++row) {
      std::set<std::size_t> missing;
      for (std::size_t column = 0; column < 2; ++column)
        if (std::isnan(world.tables.columns[column].of(side).numbers[row])) missing.insert(column);
      if (world.tables.columns[2].of(side).codes[row] == k_missing_code) missing.insert(2);
      ++(side == Side::original ? counts[missing].first : counts[missing].second);
    }
  const auto patterns = missing_patterns(world.tables);
  REQUIRE(patterns.size() == 4);
  CHECK(patterns.front().columns.empty());
  double before = 1;
  for (const MissingPattern& pattern : patterns) {
    const auto& [original, synthetic] = counts.at({pattern.columns.begin(), pattern.columns.end()});
    CHECK(pattern.original == static_cast<double>(original) / 2000);
    CHECK(pattern.synthetic == static_cast<double>(synthetic) / 1500);
    CHECK(original >= k_least_pattern_rows);
    CHECK(pattern.original <= before);
    before = pattern.original;
  }
  const table::Table whole =
      table::Table({tests::number_column("a", {1, 2, 3, 4}), tests::number_column("b", {1, 2, 3, 5})});
  CHECK(missing_patterns(tests::compared(whole, nullptr, whole)).empty());
  const table::Table few = table::Table(
      {tests::number_column("a", {1, 2, std::nullopt, 4}), tests::number_column("b", {1, 2, 3, 5})});
  CHECK(missing_patterns(tests::compared(few, nullptr, few)).empty());
}

TEST_CASE("an evaluation lists pairs and patterns for scripts by the columns' names") {
  const World world;
  const nlohmann::json json = to_json(world.evaluation);
  CHECK(json["strongest_pairs"][0]["first"] == "age");
  CHECK(json["strongest_pairs"][0]["second_axis"].contains("edges"));
  CHECK(json["by_target"].empty());
  CHECK(json["missing_patterns"][0]["columns"].empty());
}
