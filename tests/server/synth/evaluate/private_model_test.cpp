// What is said of a report of a private model, and that its guarantee alone answers whether rows may go.
#include "server/synth/evaluate/private_model.h"

#include <nlohmann/json.hpp>

#include "server/synth/evaluate/judgement.h"
#include "server/synth/evaluate/verdict_json.h"
#include "tests/catch.h"

namespace ctgan::synth::evaluate {
namespace {

// Rows that show through beyond doubt.
Evaluation leaking() {
  Evaluation evaluation;
  evaluation.rows.held_out = 4000;
  evaluation.privacy = Privacy{};
  evaluation.privacy->closest = ClosestRecord{};
  evaluation.privacy->closest->closer_to_training = {0.9, 0.88, 0.92};
  return evaluation;
}

}  // namespace

TEST_CASE("whether rows of a private model may go is what its guarantee says, whatever was measured") {
  Evaluation evaluation = leaking();
  CHECK(judge(evaluation).release.verdict == Verdict::bad);
  evaluation.of_private = {PrivateModel::Rows::confidential, {Verdict::good, "by its guarantee"}};
  const Judgements judged = judge(evaluation);
  CHECK(judged.release.verdict == Verdict::good);
  CHECK(judged.release.sentence == "by its guarantee");
  // What was measured is told all the same, and not as an answer to that.
  CHECK(judged.privacy.verdict == Verdict::bad);
  CHECK_THAT(judged.summary.sentence,
             Catch::Contains("training rows show through") && !Catch::Contains("not to be handed out"));
}

TEST_CASE("JSON says for whom a report is, and only of a private model") {
  Evaluation evaluation;
  CHECK_FALSE(to_json(evaluation).contains("audience"));
  evaluation.of_private = PrivateModel{};
  const nlohmann::json value = to_json(evaluation);
  CHECK(value.at("audience") == "owner");
  CHECK(value.at("mark") == "for the owner only, not for release");
  CHECK_THAT(value.at("notice").get<std::string>(), Catch::Contains("without any protection"));
  evaluation.of_private->rows = PrivateModel::Rows::declared_public;
  CHECK(to_json(evaluation).at("audience") == "anybody");
}

}  // namespace ctgan::synth::evaluate
