#include "server/synth/evaluate/detection.h"

#include <cmath>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>

#include "server/synth/evaluate/judgement.h"
#include "server/synth/evaluate/learner_scores.h"
#include "tests/catch.h"
#include "tests/server/synth/evaluate/small_tables.h"

using namespace ctgan;
using namespace ctgan::synth::evaluate;
using tests::part;
using tests::people;

namespace {

Detection detected(const table::Table& original, const table::Table* held_out, const table::Table& synthetic,
                   std::uint64_t seed = 1) {
  threads::ThreadPool pool(2);
  std::vector<Note> notes;
  LearnerOptions options;
  options.seed = seed;
  const auto found = measure_detection(tests::compared(original, held_out, synthetic), options, pool, notes);
  REQUIRE(found.has_value());
  return *found;
}

bool holds(const Estimate& estimate, double value) {
  return estimate.low <= value && value <= estimate.high;
}

Evaluation with(const Detection& detection) {
  Evaluation evaluation;
  evaluation.detection = detection;
  return evaluation;
}

}  // namespace

TEST_CASE("Areas are scikit-learn's, the score of the folds is SDMetrics'") {
  const std::filesystem::path folder = std::getenv("CTGAN_SOURCE_DIR");
  const auto cases = nlohmann::json::parse(
      std::ifstream(folder / "tests/server/synth/evaluate/reference/detection_cases.json"));
  REQUIRE(cases.size() == 4);
  for (const auto& one : cases) {
    INFO(one.at("name").get<std::string>());
    std::vector<double> areas;
    for (const auto& fold : one.at("folds")) {
      const auto area = area_under_curve(fold.at("predictions").get<std::vector<double>>(),
                                         fold.at("truth").get<std::vector<std::size_t>>(), 1);
      REQUIRE(area.has_value());
      CHECK(*area == Approx(fold.at("area").get<double>()).margin(1e-12));
      areas.push_back(*area);
    }
    CHECK(detection_score(areas) == Approx(one.at("score").get<double>()).margin(1e-12));
  }
}

TEST_CASE("Fresh rows are told from held-out rows as little as training rows are") {
  const table::Table all = people(3000, 51);
  const table::Table held_out = part(all, 1000, 1000);
  const Detection found = detected(part(all, 0, 1000), &held_out, part(all, 2000, 1000));
  REQUIRE(found.unseen.has_value());
  CHECK(found.unseen->rows == 1000);
  CHECK(found.folds == 3);
  CHECK(found.unseen->against_held_out.auc.value == Approx(0.5).margin(0.06));
  CHECK(found.unseen->attainable.auc.value == Approx(0.5).margin(0.06));
  CHECK(found.unseen->against_held_out.score > 0.85);
  CHECK(holds(found.unseen->memorization, 0));
}

TEST_CASE("A model that repeats its training rows hides among them and is found out by unseen rows") {
  const table::Table all = people(3000, 52);
  const table::Table original = part(all, 0, 1000);
  const table::Table held_out = part(all, 1000, 1000);
  const Detection copied = detected(original, &held_out, original);
  // Of each copy the twin stands among the other class.
  CHECK(copied.unseen->against_training.auc.value < 0.4);
  CHECK(copied.unseen->against_held_out.auc.value == Approx(0.5).margin(0.06));
  CHECK(copied.unseen->memorization.low > 0.1);
  // Not held against its quality: copies are as good as any rows.
  CHECK(judge(with(copied)).detection.verdict == Verdict::good);
}

TEST_CASE("Copies of few training rows pass among these and not among others") {
  const table::Table all = people(2000, 53);
  const table::Table held_out = part(all, 1000, 1000);
  // Every tenth training row, ten times: training rows with too little variety.
  std::vector<std::size_t> repeated(1000);
  for (std::size_t row = 0; row < repeated.size(); ++row) repeated[row] = row / 10;
  const Detection found = detected(part(all, 0, 1000), &held_out, tests::picked(all, repeated));
  CHECK(found.unseen->against_held_out.auc.low > 0.9);
  CHECK(found.unseen->attainable.auc.high < 0.6);
  CHECK(judge(with(found)).detection.verdict == Verdict::doubtful);
}

TEST_CASE("Half of the held-out rows tell as much apart, with an interval that is wider") {
  const table::Table all = people(6000, 54);
  const table::Table many = part(all, 2000, 2000);
  const table::Table few = part(all, 2000, 200);
  const auto width = [&](const table::Table& held_out) {
    const Estimate found =
        detected(part(all, 0, 2000), &held_out, part(all, 4000, 2000)).unseen->against_held_out.auc;
    CHECK(holds(found, found.value));
    return found.high - found.low;
  };
  // A tenth of the rows.
  CHECK(width(few) / width(many) == Approx(std::sqrt(10)).epsilon(0.2));
}

TEST_CASE("Intervals of fresh rows hold one half as often as they say") {
  int missed = 0;
  int memorized = 0;
  for (std::uint64_t seed = 1; seed <= 60; ++seed) {
    const table::Table all = people(600, 1000 + seed);
    const table::Table held_out = part(all, 200, 200);
    const Detection found = detected(part(all, 0, 200), &held_out, part(all, 400, 200), seed);
    missed += holds(found.unseen->against_held_out.auc, 0.5) ? 0 : 1;
    memorized += holds(found.unseen->memorization, 0) ? 0 : 1;
  }
  WARN("of 60 intervals of 95 % that should hold the truth " << missed << " (area) and " << memorized
                                                             << " (memorization) do not");
  CHECK(missed <= 8);
  CHECK(memorized <= 8);
}

TEST_CASE("Without held-out rows detection is what it was, and says what it lacks") {
  threads::ThreadPool pool(2);
  std::vector<Note> notes;
  const table::Table all = people(400, 55);
  const auto found =
      measure_detection(tests::compared(part(all, 0, 200), nullptr, part(all, 200, 200)), {}, pool, notes);
  REQUIRE(found.has_value());
  CHECK_FALSE(found->unseen.has_value());
  REQUIRE(notes.size() == 1);
  CHECK_THAT(notes[0].sentence, Catch::Contains("training rows only"));
}

TEST_CASE("What counts against a table is the better way to tell it apart, of few rows what is certain") {
  const auto verdict = [](double against_all, const Estimate& against_held_out) {
    Detection detection;
    detection.auc = against_all;
    detection.unseen = UnseenDetection{};
    detection.unseen->against_held_out.auc = against_held_out;
    return judge(with(detection)).detection.verdict;
  };
  CHECK(verdict(0.6, {0.6, 0.55, 0.65}) == Verdict::good);
  CHECK(verdict(0.6, {0.85, 0.8, 0.9}) == Verdict::doubtful);
  CHECK(verdict(0.6, {0.98, 0.97, 0.99}) == Verdict::bad);
  CHECK(verdict(0.8, {0.6, 0.55, 0.65}) == Verdict::doubtful);
  CHECK(verdict(0.6, {0.85, 0.6, 1.0}) == Verdict::good);
  CHECK(verdict(0.2, {0.5, 0.45, 0.55}) == Verdict::good);
  CHECK(verdict(0.5, {0.1, 0.05, 0.15}) == Verdict::doubtful);
}
