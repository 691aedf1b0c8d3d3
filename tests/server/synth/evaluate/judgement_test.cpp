// What a verdict may be called good on.
#include "server/synth/evaluate/judgement.h"

#include <nlohmann/json.hpp>

#include "server/synth/evaluate/remedies.h"
#include "server/synth/evaluate/verdict_json.h"
#include "tests/catch.h"

namespace {

using namespace ctgan::synth::evaluate;

Evaluation with_quality(double overall, double column_score) {
  Evaluation evaluation;
  evaluation.quality = QualityScore{};
  evaluation.quality->overall = overall;
  evaluation.columns.resize(2);
  evaluation.columns[0].name = "age";
  evaluation.columns[0].score = 0.95;
  evaluation.columns[1].name = "city";
  evaluation.columns[1].score = column_score;
  return evaluation;
}

Evaluation with_utility(double original, double synthetic) {
  Evaluation evaluation;
  evaluation.utility = Utility{};
  evaluation.utility->task = Task::binary;
  evaluation.utility->target = "income";
  evaluation.utility->train_on_original.auc = original;
  evaluation.utility->train_on_synthetic.auc = synthetic;
  return evaluation;
}

Evaluation with_detection(double auc) {
  Evaluation evaluation;
  evaluation.detection = Detection{};
  evaluation.detection->auc = auc;
  return evaluation;
}

Copies copies(double share, double held_out_share) {
  Copies found;
  found.rows = found.held_out_rows = 100;
  found.share = share;
  found.held_out_share = held_out_share;
  found.excess = Estimate{share - held_out_share, share - held_out_share, share - held_out_share};
  return found;
}

}  // namespace

TEST_CASE("a good mean hides no column that came out as something else") {
  CHECK(judge(with_quality(0.9, 0.8)).quality.verdict == Verdict::good);
  const Judgement hidden = judge(with_quality(0.86, 0.0)).quality;
  CHECK(hidden.verdict == Verdict::bad);
  CHECK_THAT(hidden.sentence, Catch::Contains("column 'city' scores 0.000"));
  CHECK(judge(with_quality(0.86, 0.45)).quality.verdict == Verdict::doubtful);
  CHECK(judge(with_quality(0.6, 0.0)).quality.verdict == Verdict::bad);
}

TEST_CASE("what the original cannot predict says nothing of the synthetic rows") {
  CHECK(judge(with_utility(0.9, 0.89)).utility.verdict == Verdict::good);
  const Judgement blind = judge(with_utility(0.46, 0.47)).utility;
  CHECK(blind.verdict == Verdict::skipped);
  CHECK_THAT(blind.sentence, Catch::Contains("'income' cannot be predicted"));
}

TEST_CASE("columns that match one by one are good only where what joins them is kept") {
  Evaluation evaluation = with_quality(0.95, 0.9);
  CHECK(judge(evaluation).find("information") == nullptr);
  evaluation.fidelity = Fidelity{};
  evaluation.fidelity->mutual_information =
      SetMeasure{{100, {0.98, 0.97, 0.99}, Estimate{0.99, 0.98, 1}}, 1, 1};
  evaluation.fidelity->coverage = Measured{100, {0.95, 0.93, 0.97}, Estimate{0.97, 0.95, 0.98}};
  CHECK(judge(evaluation).quality.verdict == Verdict::good);
  evaluation.fidelity->mutual_information->synthetic = {0.7, 0.69, 0.71};
  const Judgements lost = judge(evaluation);
  CHECK(lost.quality.verdict == Verdict::bad);
  CHECK_THAT(lost.quality.sentence, Catch::Contains("0.700, and 0.990 is attainable"));
  CHECK_THAT(lost.headline, Catch::Contains("information kept between columns"));
  // What few rows leave open accuses nobody, nor do tables without held-out rows.
  evaluation.fidelity->mutual_information->synthetic = {0.7, 0.4, 1};
  CHECK(judge(evaluation).quality.verdict == Verdict::good);
  evaluation.fidelity->mutual_information->synthetic = {0.7, 0.69, 0.71};
  evaluation.fidelity->mutual_information->attainable.reset();
  CHECK(judge(evaluation).quality.verdict == Verdict::good);
  evaluation.fidelity->coverage->synthetic = {0.7, 0.68, 0.72};
  CHECK(judge(evaluation).quality.verdict == Verdict::doubtful);
}

TEST_CASE("one target that is kept hides no others that are lost") {
  Evaluation evaluation = with_utility(0.9, 0.89);
  evaluation.global_utility = GlobalUtility{};
  evaluation.global_utility->synthetic = {0.97, 0.93, 1.01};
  evaluation.global_utility->attainable = Estimate{1, 0.97, 1.03};
  CHECK(judge(evaluation).utility.verdict == Verdict::good);
  evaluation.global_utility->synthetic = {0.1, 0.05, 0.15};
  CHECK(judge(evaluation).utility.verdict == Verdict::bad);
  evaluation.global_utility->synthetic = {0.7, 0.66, 0.74};
  CHECK(judge(evaluation).utility.verdict == Verdict::doubtful);
}

TEST_CASE("being told apart the other way round is being told apart") {
  CHECK(judge(with_detection(0.5)).detection.verdict == Verdict::good);
  CHECK(judge(with_detection(0.1)).detection.verdict == Verdict::doubtful);
  CHECK(judge(with_detection(0.97)).detection.verdict == Verdict::bad);
  CHECK(judge(with_detection(0.97)).summary.verdict == Verdict::doubtful);
  CHECK(judge(with_detection(0.99)).summary.verdict == Verdict::bad);
  CHECK_THAT(judge(with_detection(0.99)).summary.sentence, Catch::Contains("detection"));
}

TEST_CASE("copies that held-out rows show as well are chance, unless these are training rows themselves") {
  CHECK(judge(copies(0.1, 0.1)).verdict == Verdict::good);
  CHECK(judge(copies(0.2, 0.1)).verdict == Verdict::bad);
  const Finding mistaken = judge(copies(1, 1));
  CHECK(mistaken.verdict == Verdict::unsure);
  CHECK_THAT(mistaken.sentence, Catch::Contains("say nothing of chance"));
}

TEST_CASE("privacy is good only where held-out rows were there to compare with") {
  Evaluation evaluation;
  evaluation.privacy = Privacy{};
  CHECK(judge(evaluation).privacy.verdict == Verdict::skipped);
  CHECK(judge(evaluation).release.verdict == Verdict::unsure);
  evaluation.privacy->copies = Copies{.rows = 100, .excess = {}};
  CHECK(judge(evaluation).privacy.verdict == Verdict::unsure);
  CHECK_THAT(judge(evaluation).privacy.sentence, Catch::Contains("only in part"));
  evaluation.privacy->closest = ClosestRecord{};
  evaluation.privacy->closest->closer_to_training = {0.5, 0.48, 0.52};
  evaluation.rows.held_out = 40;  // too few for the attacks
  CHECK(judge(evaluation).privacy.verdict == Verdict::unsure);
  evaluation.rows.held_out = 400;
  CHECK(judge(evaluation).privacy.verdict == Verdict::good);
  CHECK(judge(evaluation).release.verdict == Verdict::good);
}

TEST_CASE("an interval is good only when its bad end is, bad only when its good end is") {
  const auto closest = [](double low, double high) {
    ClosestRecord found;
    found.closer_to_training = {(low + high) / 2, low, high};
    return judge(found).verdict;
  };
  CHECK(closest(0.49, 0.52) == Verdict::good);
  CHECK(closest(0.43, 0.78) == Verdict::unsure);
  CHECK(closest(0.52, 0.54) == Verdict::doubtful);
  CHECK(closest(0.66, 0.99) == Verdict::bad);
  // A dozen intervals are judged: just above the limit is no alarm yet.
  CHECK(closest(0.511, 0.539) == Verdict::good);
  Attack attack;
  attack.name = "linkability";
  attack.risk = {0.01, 0, 0.4};
  attack.excess = {0.01, -0.02, 0.04};
  CHECK(judge(attack).verdict == Verdict::good);
  attack.excess.high = 0.2;
  CHECK(judge(attack).verdict == Verdict::unsure);
  attack.risk.low = 0.3;
  CHECK(judge(attack).verdict == Verdict::bad);
}

TEST_CASE("an attack that succeeds keeps the table at home, whatever else is good") {
  Evaluation evaluation;
  evaluation.rows.held_out = 1000;
  evaluation.privacy = Privacy{};
  evaluation.privacy->closest = ClosestRecord{};
  evaluation.privacy->closest->closer_to_training = {0.5, 0.48, 0.52};
  Attack attack;
  attack.name = "inference";
  attack.column = "income";
  attack.risk = {0.4, 0.3, 0.5};
  evaluation.privacy->attacks = {attack};
  const Judgements all = judge(evaluation);
  CHECK(all.release.verdict == Verdict::bad);
  CHECK_THAT(all.headline, Catch::Contains("privacy bad (inference 40.0 %)"));
  const nlohmann::json release = release_json(all);
  CHECK(release.at("verdict") == "bad");
  CHECK(release.at("objections").size() == 1);
  CHECK(release.at("findings").at(1).at("subject") == "income");
  CHECK(release.at("findings").at(1).at("value").at("low") == 0.3);
}

TEST_CASE("columns that are gone, or shares that changed by a factor, are bad with the reason") {
  const auto verdict = [](const ColumnContrast& contrast, double missing = 0) {
    Evaluation evaluation = with_quality(0.95, 0.9);
    evaluation.rows.synthetic = 1000;
    evaluation.columns[1].contrast = contrast;
    evaluation.columns[1].missing.synthetic = missing;
    return judge(evaluation).quality;
  };
  CHECK(verdict({.original_values = 7, .synthetic_values = 7, .top_share = 0.5}).verdict == Verdict::good);
  const Judgement empty = verdict({.original_values = 7, .top_share = 0.5}, 1);
  CHECK(empty.verdict == Verdict::bad);
  CHECK_THAT(empty.sentence, Catch::Contains("'city' is empty"));
  CHECK(verdict({.original_values = 2, .synthetic_values = 1, .top_share = 0.98}).verdict == Verdict::bad);
  // One row in a thousand may be missed by chance.
  CHECK(verdict({.original_values = 2, .synthetic_values = 1, .top_share = 0.999}).verdict == Verdict::good);
  CHECK(verdict({.original_values = 9, .synthetic_values = 99, .fractions = true}).verdict == Verdict::bad);
  const auto distorted = [&](double before, double after) {
    return verdict({.original_values = 2,
                    .synthetic_values = 2,
                    .distorted_original = before,
                    .distorted_synthetic = after})
        .verdict;
  };
  CHECK(distorted(0.007, 0.304) == Verdict::bad);
  CHECK(distorted(0.06, 0) == Verdict::bad);
  CHECK(distorted(0.01, 0.04) == Verdict::doubtful);
  CHECK(distorted(0.0002, 0.0008) == Verdict::good);
}

TEST_CASE("few test rows call no utility good, and excuse no loss") {
  Evaluation evaluation = with_utility(0.9, 0.88);
  evaluation.utility->loss = Estimate{0.02, -0.16, 0.2};
  CHECK(judge(evaluation).utility.verdict == Verdict::unsure);
  evaluation = with_utility(0.951, 0.770);
  evaluation.utility->loss = Estimate{0.181, -0.05, 0.4};
  CHECK(judge(evaluation).utility.verdict == Verdict::bad);
  CHECK_THAT(judge(evaluation).headline, Catch::Contains("utility bad (income: 0.770 against 0.951)"));
}

TEST_CASE("too few steps and rows that show through are told apart, and each has its own remedy") {
  Evaluation evaluation = with_detection(0.999);
  evaluation.rows = {310, 34, 310, 344, 310};
  evaluation.training = Training{"ctgan", 300, 500, 1, 5};
  const std::vector<Remedy> few = judge(evaluation).remedies;
  REQUIRE(few.size() == 2);
  CHECK(few.front().cause == "too_few_steps");
  CHECK(few.back().sentence == "another method may suit the table: try '--method auto'");
  CHECK(few.front().sentence ==
        "344 rows make 1 step an epoch: try --epochs 3000, or --method tvae --batch-size 50");
  // What a trial chose is not sent to another one.
  evaluation.training->chosen = true;
  CHECK(judge(evaluation).remedies.size() == 1);
  evaluation.detection.reset();
  evaluation.training->milder = "fewer epochs ('--epochs')";
  evaluation.privacy = Privacy{};
  evaluation.privacy->closest = ClosestRecord{};
  evaluation.privacy->closest->closer_to_training = {0.9, 0.8, 0.95};
  const std::vector<Remedy> leak = judge(evaluation).remedies;
  REQUIRE(leak.size() == 1);
  CHECK(leak.front().cause == "rows_show_through");
  CHECK_THAT(leak.front().sentence,
             !Catch::Contains("step") &&
                 Catch::Contains("show through: try fewer epochs ('--epochs'), or more rows"));
  // Enough steps need none.
  CHECK_FALSE(too_few_steps(Training{"ctgan", 300, 500, 52, 5}, 32'561).has_value());
}
