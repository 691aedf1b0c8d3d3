// What a verdict may be called good on.
#include "server/synth/evaluate/judgement.h"

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
  CHECK(hidden.verdict == Verdict::doubtful);
  CHECK_THAT(hidden.sentence, Catch::Contains("column 'city' scores 0.000"));
  CHECK(judge(with_quality(0.6, 0.0)).quality.verdict == Verdict::bad);
}

TEST_CASE("what the original cannot predict says nothing of the synthetic rows") {
  CHECK(judge(with_utility(0.9, 0.89)).utility.verdict == Verdict::good);
  const Judgement blind = judge(with_utility(0.46, 0.47)).utility;
  CHECK(blind.verdict == Verdict::skipped);
  CHECK_THAT(blind.sentence, Catch::Contains("'income' cannot be predicted"));
}

TEST_CASE("being told apart the other way round is being told apart") {
  CHECK(judge(with_detection(0.5)).detection.verdict == Verdict::good);
  CHECK(judge(with_detection(0.1)).detection.verdict == Verdict::doubtful);
  CHECK(judge(with_detection(0.97)).detection.verdict == Verdict::bad);
  CHECK(counted_detection(judge(with_detection(0.97))) == Verdict::doubtful);
}

TEST_CASE("copies that held-out rows show as well are chance, unless these are training rows themselves") {
  CHECK(judge(copies(0.1, 0.1)).verdict == Verdict::good);
  CHECK(judge(copies(0.2, 0.1)).verdict == Verdict::bad);
  const Judgement mistaken = judge(copies(1, 1));
  CHECK(mistaken.verdict == Verdict::doubtful);
  CHECK_THAT(mistaken.sentence, Catch::Contains("say nothing of chance"));
}

TEST_CASE("privacy is good only where held-out rows were there to compare with") {
  Evaluation evaluation;
  evaluation.privacy = Privacy{};
  CHECK(judge(evaluation).privacy.verdict == Verdict::skipped);
  evaluation.privacy->copies = Copies{.rows = 100, .excess = {}};
  CHECK(judge(evaluation).privacy.verdict == Verdict::doubtful);
  CHECK_THAT(judge(evaluation).privacy.sentence, Catch::Contains("only in part"));
  evaluation.privacy->closest = ClosestRecord{};
  evaluation.privacy->closest->closer_to_training = {0.5, 0.48, 0.52};
  CHECK(judge(evaluation).privacy.verdict == Verdict::good);
}
