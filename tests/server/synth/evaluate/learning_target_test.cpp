// What a learner sees of a table: features, labels, and the scores of what it says.
#include "server/synth/evaluate/learning_target.h"

#include <cmath>
#include <set>

#include "server/synth/evaluate/cross_fit.h"
#include "server/synth/evaluate/features.h"
#include "server/synth/evaluate/learner_scores.h"
#include "tests/catch.h"
#include "tests/server/synth/evaluate/small_tables.h"

using namespace ctgan;
using namespace ctgan::synth::evaluate;

namespace {

using Numbers = std::vector<std::optional<double>>;

ComparedTables texts(const std::vector<std::string>& original, const std::vector<std::string>& synthetic) {
  return tests::compared(table::Table({tests::text_column("t", original)}), nullptr,
                         table::Table({tests::text_column("t", synthetic)}));
}

ComparedTables numbers(const Numbers& original, const Numbers& synthetic) {
  return tests::compared(table::Table({tests::number_column("n", original)}), nullptr,
                         table::Table({tests::number_column("n", synthetic)}));
}

std::vector<std::uint32_t> all(std::size_t rows) {
  std::vector<std::uint32_t> places(rows);
  std::iota(places.begin(), places.end(), 0U);
  return places;
}

std::vector<float> labels(const ComparedTables& tables, const Target& target, Side side) {
  return labels_of(tables, target, side, labelled(tables, target, side, all(tables.rows(side))));
}

}  // namespace

TEST_CASE("Two categories are a binary target whose positive class is the rarer one") {
  const ComparedTables tables = texts({"yes", "no", "no", "no"}, {"yes", "no", "yes", "yes"});
  const Target target = describe_target(tables, 0, 20);
  CHECK(target.task.task == Task::binary);
  CHECK(target.task.classes == 2);
  CHECK(target.positive_label == "yes");
  CHECK(can_be_learnt(target));
  CHECK(labels(tables, target, Side::original) == std::vector<float>{1, 0, 0, 0});
  CHECK(labels(tables, target, Side::synthetic) == std::vector<float>{1, 0, 1, 1});
}

TEST_CASE(
    "Classes are numbered by their frequency, the rarest beyond the most are one, and so are unknown ones") {
  const ComparedTables tables = texts({"a", "b", "b", "c", "c", "c", "d", "d", "d", "d"},
                                      {"d", "c", "b", "a", "new", "d", "d", "d", "d", "d"});
  const Target four = describe_target(tables, 0, 20);
  CHECK(four.task.task == Task::multiclass);
  CHECK(four.task.classes == 4);
  CHECK(labels(tables, four, Side::original) == std::vector<float>{3, 2, 2, 1, 1, 1, 0, 0, 0, 0});
  // What the original lacks is with the rarest.
  CHECK(labels(tables, four, Side::synthetic) == std::vector<float>{0, 1, 2, 3, 3, 0, 0, 0, 0, 0});
  const Target three = describe_target(tables, 0, 3);
  CHECK(three.task.classes == 3);
  CHECK(labels(tables, three, Side::original) == std::vector<float>{2, 2, 2, 1, 1, 1, 0, 0, 0, 0});
}

TEST_CASE("A number is learnt in the original's standard deviations from its mean") {
  const ComparedTables tables = numbers({2, 4, 6, 8}, {5, 11, std::nullopt, 5});
  const Target target = describe_target(tables, 0, 20);
  CHECK(target.task.task == Task::regression);
  CHECK(target.mean == 5);
  CHECK(target.sd == Approx(std::sqrt(5.0)));
  // A row whose target is missing is not learnt.
  CHECK(labelled(tables, target, Side::synthetic, all(4)) == std::vector<std::uint32_t>{0, 1, 3});
  const std::vector<float> found = labels(tables, target, Side::synthetic);
  CHECK(found.size() == 3);
  CHECK(found[0] == Approx(0).margin(1e-6));
  CHECK(found[1] == Approx(6 / std::sqrt(5.0)));
}

TEST_CASE("What does not vary in the original cannot be learnt, however the synthetic table varies") {
  CHECK_FALSE(can_be_learnt(describe_target(texts({"a", "a", ""}, {"a", "b", "c"}), 0, 20)));
  CHECK_FALSE(can_be_learnt(describe_target(texts({"", ""}, {"a", "b"}), 0, 20)));
  CHECK_FALSE(can_be_learnt(describe_target(numbers({3, 3, std::nullopt}, {1, 2, 3}), 0, 20)));
  CHECK_FALSE(can_be_learnt(describe_target(numbers({std::nullopt, std::nullopt}, {1, 2}), 0, 20)));
  CHECK(occurring(texts({"a", "", "b"}, {"c", "d", "e"}).columns[0]) == 2);
}

TEST_CASE("Predictions are scored by what the target is: area and F1 of classes, R2 of numbers") {
  const LearnerTask binary{.task = Task::binary, .classes = 2};
  const LearnerScores two =
      score(binary, std::vector<double>{0.9, 0.4, 0.6, 0.1}, std::vector<float>{1, 1, 0, 0});
  CHECK(*two.auc == Approx(0.75));
  CHECK(*two.f1 == Approx(0.5));
  CHECK_FALSE(two.r2.has_value());
  CHECK(main_score(binary, two) == two.auc);
  // Half is not above half: it is no for the positive class.
  CHECK(*score(binary, std::vector<double>{0.5, 0.2}, std::vector<float>{0, 0}).f1 == 1);
  const LearnerTask three{.task = Task::multiclass, .classes = 3};
  const LearnerScores right = score(three, std::vector<double>{0.8, 0.1, 0.1, 0.1, 0.8, 0.1, 0.1, 0.2, 0.7},
                                    std::vector<float>{0, 1, 2});
  CHECK(*right.auc == 1);
  CHECK(*right.f1 == 1);
  // A class that no test row has is in no mean.
  CHECK(*score(three, std::vector<double>{0.8, 0.1, 0.1, 0.1, 0.8, 0.1}, std::vector<float>{0, 1}).auc == 1);
  CHECK_FALSE(score(three, std::vector<double>{0.8, 0.1, 0.1}, std::vector<float>{0}).auc.has_value());
  const LearnerTask regression{.task = Task::regression};
  const LearnerScores line = score(regression, std::vector<double>{1, 2, 3}, std::vector<float>{1, 2, 3});
  CHECK(*line.r2 == 1);
  CHECK(main_score(regression, line) == line.r2);
}

TEST_CASE("What rows have to do with a score's error is what the score changes by when a row weighs more") {
  synth::random::Stream random(9, synth::random::StreamId::rows);
  constexpr std::size_t k_rows = 60;
  std::vector<double> predictions(k_rows);
  std::vector<float> truth(k_rows);
  for (std::size_t row = 0; row < k_rows; ++row) {
    truth[row] = static_cast<float>(random.next_double() * 4);
    predictions[row] = static_cast<double>(truth[row]) + random.next_double() - 0.5;
  }
  const LearnerTask task{.task = Task::regression};
  std::vector<double> influences(k_rows);
  add_score_influences(task, predictions, truth, 1, influences);
  const double whole = *score(task, predictions, truth).r2;
  double sum = 0;
  for (std::size_t row = 0; row < k_rows; ++row) {
    sum += influences[row];
    std::vector<double> more = predictions;
    std::vector<float> labels = truth;
    more.push_back(predictions[row]);
    labels.push_back(truth[row]);
    // To first order: one row more among 61.
    CHECK(*score(task, more, labels).r2 - whole == Approx(influences[row]).margin(0.003));
  }
  CHECK(sum == Approx(0).margin(1e-6));
}

TEST_CASE(
    "Features are numbers as they are and categories by their frequency in the original, missing as none") {
  const table::Table original(
      {tests::number_column("n", {1, std::nullopt, 3, 4}), tests::text_column("t", {"b", "a", "a", ""})});
  const table::Table synthetic({tests::number_column("n", {7, 8}), tests::text_column("t", {"new", "b"})});
  const ComparedTables tables = tests::compared(original, nullptr, synthetic);
  const FeatureMaker maker(tables, {1, 0});
  Features features = maker.none();
  CHECK(features.rows() == 0);
  CHECK(features.width == 2);
  CHECK(features.categorical == std::vector<std::uint8_t>{1, 0});
  maker.append(Side::original, all(4), features);
  maker.append(Side::synthetic, std::vector<std::uint32_t>{1, 0}, features);
  REQUIRE(features.rows() == 6);
  const auto cell = [&](std::size_t row, std::size_t column) { return features.cells[row * 2 + column]; };
  CHECK(cell(0, 0) == 1);  // b, the rarer
  CHECK(cell(1, 0) == 0);
  CHECK(std::isnan(cell(3, 0)));
  CHECK(cell(0, 1) == 1);
  CHECK(std::isnan(cell(1, 1)));
  CHECK(cell(4, 0) == 1);
  CHECK(cell(4, 1) == 8);
  CHECK(cell(5, 0) == 2);  // what the original lacks, behind all that it has
}

TEST_CASE("Categories beyond the most share the last number") {
  std::vector<std::string> many;
  for (std::size_t i = 0; i < k_most_categories + 40; ++i) {
    // The first ones come most often.
    for (std::size_t times = 0; times < (i < 10 ? 3 : 1); ++times) many.push_back("c" + std::to_string(i));
  }
  const ComparedTables tables = texts(many, many);
  const FeatureMaker maker(tables, {0});
  Features features = maker.none();
  maker.append(Side::original, all(many.size()), features);
  const std::set<float> different(features.cells.begin(), features.cells.end());
  CHECK(different.size() == k_most_categories);
  CHECK(*different.rbegin() == static_cast<float>(k_most_categories - 1));
  CHECK(features.cells.front() == 0);
}

TEST_CASE(
    "One score out of several tells members at least as well as the best of them, and of noise nothing") {
  synth::random::Stream random(11, synth::random::StreamId::rows);
  constexpr std::size_t k_rows = 400;
  const auto area = [](const TestedScores& scores) {
    std::vector<double> both = scores.members;
    both.insert(both.end(), scores.others.begin(), scores.others.end());
    std::vector<std::size_t> classes(both.size());
    std::fill(classes.begin(), classes.begin() + static_cast<std::ptrdiff_t>(scores.members.size()), 1U);
    return *area_under_curve(both, classes, 1);
  };
  const auto inputs = [&](double shift) {
    std::vector<TestedScores> scores(3);
    for (std::size_t input = 0; input < 3; ++input) {
      for (std::size_t row = 0; row < k_rows; ++row) {
        scores[input].members.push_back(random.next_double() + (input < 2 ? shift : 0));
        scores[input].others.push_back(random.next_double());
      }
    }
    return scores;
  };
  const std::vector<TestedScores> telling = inputs(0.3);
  const TestedScores joined = cross_fitted(telling, 1);
  CHECK(joined.members.size() == k_rows);
  CHECK(joined.others.size() == k_rows);
  CHECK(area(joined) > std::max(area(telling[0]), area(telling[1])));
  CHECK(area(cross_fitted(inputs(0), 1)) == Approx(0.5).margin(0.08));
  // A score turned round tells as much.
  std::vector<TestedScores> turned = telling;
  for (double& score : turned[0].members) score = -score;
  for (double& score : turned[0].others) score = -score;
  CHECK(area(cross_fitted(turned, 1)) == Approx(area(joined)).margin(1e-6));
  // In another unit too, and with one that is the same for everybody.
  std::vector<TestedScores> scaled = telling;
  for (double& score : scaled[1].members) score = 1e6 * score + 3;
  for (double& score : scaled[1].others) score = 1e6 * score + 3;
  scaled.push_back({std::vector<double>(k_rows, 5), std::vector<double>(k_rows, 5)});
  CHECK(area(cross_fitted(scaled, 1)) == Approx(area(joined)).margin(1e-3));
  CHECK(cross_fitted(telling, 1).members == joined.members);
  CHECK(cross_fitted(telling, 2).members != joined.members);
}

TEST_CASE("A score that tells everybody apart stays finite") {
  TestedScores all_told;
  for (int row = 0; row < 50; ++row) {
    all_told.members.push_back(1e9 + row);
    all_told.others.push_back(-1e9 - row);
  }
  const TestedScores joined = cross_fitted({all_told}, 3);
  for (const double score : joined.members) CHECK((std::isfinite(score) && score > 0));
  for (const double score : joined.others) CHECK((std::isfinite(score) && score < 0));
}
