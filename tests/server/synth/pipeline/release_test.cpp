// What a model's file says of whether its rows may go out, whoever wrote it and whenever.
#include "server/synth/pipeline/release.h"

#include <nlohmann/json.hpp>

#include "server/synth/evaluate/judgement.h"
#include "server/synth/evaluate/verdict_json.h"
#include "tests/catch.h"

namespace ctgan::synth::pipeline {
namespace {

Release of(const std::string& entry) {
  archive::Archive archive;
  archive.metadata["release"] = entry;
  return release_of(archive);
}

std::string judged(const evaluate::Estimate& closer, std::size_t held_out) {
  evaluate::Evaluation evaluation;
  evaluation.rows.held_out = held_out;
  evaluation.privacy = evaluate::Privacy{};
  evaluation.privacy->closest = evaluate::ClosestRecord{};
  evaluation.privacy->closest->closer_to_training = closer;
  return release_json(evaluate::judge(evaluation)).dump();
}

}  // namespace

TEST_CASE("only what was measured, and well enough, may go out") {
  CHECK(of(judged({0.5, 0.48, 0.52}, 4000)).may_go);
  CHECK(of(judged({0.5, 0.48, 0.52}, 4000)).next_step.empty());
  const Release few = of(judged({0.6, 0.43, 0.78}, 34));
  CHECK_FALSE(few.may_go);
  CHECK_THAT(few.sentence, Catch::Contains("too few rows to say"));
  CHECK_THAT(few.next_step, Catch::Contains("held-out rows"));
  const Release leak = of(judged({0.9, 0.8, 0.95}, 4000));
  CHECK_FALSE(leak.may_go);
  CHECK_THAT(leak.sentence, Catch::Contains("training rows show through"));
}

TEST_CASE("what was not judged may not go out, and the next step is named") {
  CHECK_FALSE(release_of({}).may_go);
  CHECK_THAT(release_of({}).next_step, Catch::Contains("--no-report"));
  CHECK_FALSE(of(release_json(evaluate::judge(evaluate::Evaluation())).dump()).may_go);
}

TEST_CASE("a private model may go by its guarantee, unless facts of the rows went along unprotected") {
  const auto of_statement = [](const std::string& statement) {
    archive::Archive archive;
    archive.metadata["privacy"] = statement;
    return release_of(archive);
  };
  const Release kept =
      of_statement(R"({"epsilon": 1, "delta": 1e-9, "unit": "one row", "not_protected": []})");
  CHECK(kept.may_go);
  CHECK_THAT(kept.sentence, Catch::Contains("epsilon 1, delta 1e-09, one row"));
  const Release leaky = of_statement(
      R"({"epsilon": 1, "delta": 1e-9, "unit": "one row", "not_protected": ["'min' of 'age'"]})");
  CHECK_FALSE(leaky.may_go);
  CHECK_THAT(leaky.sentence, Catch::Contains("'min' of 'age'"));
  CHECK_FALSE(
      of_statement(R"({"epsilon": 21, "delta": 1e-9, "unit": "one row", "not_protected": []})").may_go);
  for (const char* damaged : {"", "3", "{}", R"({"epsilon": 1})", R"({"epsilon": "1", "not_protected": []})"})
    CHECK_FALSE(of_statement(damaged).may_go);
}

TEST_CASE("models of before are read as they were; a damaged entry allows nothing") {
  const Release before = of(R"({"judged":true,"objections":[]})");
  CHECK(before.may_go);
  CHECK_FALSE(before.next_step.empty());
  CHECK_FALSE(of(R"({"judged":true,"objections":["copies"]})").may_go);
  for (const char* entry :
       {"", "[1", "7", R"({"judged":false,"objections":[]})", R"({"judged":true})",
        R"({"judged":true,"objections":"x"})", R"({"judged":true,"objections":[],"verdict":7})",
        R"({"judged":1,"verdict":"good"})"}) {
    INFO(entry);
    CHECK_FALSE(of(entry).may_go);
  }
}

}  // namespace ctgan::synth::pipeline
