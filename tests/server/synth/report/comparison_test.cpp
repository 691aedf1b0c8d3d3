#include "server/synth/report/comparison.h"

#include "common/errors/error.h"
#include "server/synth/evaluate/judgement.h"
#include "server/synth/report/compared_measures.h"
#include "tests/catch.h"
#include "tests/raises.h"
#include "tests/server/synth/report/page_check.h"
#include "tests/server/synth/report/sample_evaluation.h"

using namespace ctgan;
using namespace ctgan::synth;
using namespace ctgan::synth::report;
using nlohmann::json;
using tests::check_page;
using tests::has;
using tests::sample_evaluation;

namespace {

// The sample's evaluation, and another one of the same table that is changed at some places.
std::vector<JudgedModel> two(const json& patch) {
  const json evaluation = evaluate::to_json(sample_evaluation());
  return {{"people_1_model.gz", evaluation}, {"people_2_model.gz", evaluation.patch(patch)}};
}

json replaced(const char* place, const json& value) {
  return json::array({{{"op", "replace"}, {"path", place}, {"value", value}}});
}

const ComparedMeasure& measure(const std::vector<ComparedMeasure>& measures, const std::string& id) {
  for (const ComparedMeasure& each : measures)
    if (each.id == id) return each;
  FAIL("no measure " + id);
  return measures.front();
}

}  // namespace

TEST_CASE(
    "a comparison is a page like the others, with the names, the lights and the numbers of each model") {
  const std::string page = html_comparison(two(replaced("/quality/shapes", 0.123)));
  check_page(page);
  for (const char* part : {"2 models side by side", "people_1_model.gz", "people_2_model.gz",
                           "Which of them?", "To hand rows out:", "0.123", "age"}) {
    CAPTURE(part);
    CHECK(has(page, part));
  }
  CHECK(html_comparison(two(json::array())) == html_comparison(two(json::array())));
}

TEST_CASE("a model is best where no other's interval reaches it, and nobody is where all do") {
  json patch =
      replaced("/privacy/closest/closer_to_training", {{"value", 0.9}, {"low", 0.8}, {"high", 0.95}});
  patch.push_back({{"op", "replace"}, {"path", "/quality/shapes"}, {"value", 0.99}});
  const auto measures = compared_measures(two(patch));
  CHECK(measure(measures, "closer_to_training").best == std::vector<std::size_t>{0});
  CHECK(measure(measures, "shapes").best == std::vector<std::size_t>{1});
  CHECK(measure(measures, "trends").best.empty());
  const auto near = compared_measures(
      two(replaced("/privacy/closest/closer_to_training", {{"value", 0.53}, {"low", 0.4}, {"high", 0.6}})));
  CHECK(measure(near, "closer_to_training").best.empty());
}

TEST_CASE("what one model was not measured for has no number, and is compared among the others") {
  const json evaluation = evaluate::to_json(sample_evaluation());
  json without = evaluation;
  without["privacy"] = nullptr;
  const std::vector<JudgedModel> models{{"a", evaluation}, {"b", without}};
  const auto measures = compared_measures(models);
  CHECK_FALSE(measure(measures, "closer_to_training").values[1]);
  CHECK(measure(measures, "closer_to_training").best.empty());
  CHECK(has(html_comparison(models), "n/a"));
}

TEST_CASE("an attack counts by the best attacker") {
  const auto measures = compared_measures(two(json::array()));
  const json evaluation = evaluate::to_json(sample_evaluation());
  double worst = 0;
  for (const json& attack : evaluation["privacy"]["membership"]["attacks"])
    worst = std::max(worst, attack["auc"]["value"].get<double>());
  CHECK(measure(measures, "membership").values[0]->value == worst);
}

TEST_CASE("columns that differ most come first, and only pairs that count are named") {
  const json evaluation = evaluate::to_json(sample_evaluation());
  const std::size_t last = evaluation["columns"].size() - 1;
  const auto models = two(replaced(("/columns/" + std::to_string(last) + "/score").c_str(), 0.01));
  const auto columns = compared_columns(models);
  CHECK(columns.front().name == evaluation["columns"][last]["name"]);
  CHECK(columns.size() == last + 1);
  std::size_t counted = 0;
  for (const json& pair : evaluation["pairs"]) counted += pair["counted"].get<bool>() ? 1 : 0;
  CHECK(compared_pairs(models).size() == counted);
}

TEST_CASE("models of tables without a column in common are refused") {
  json other = evaluate::to_json(sample_evaluation());
  for (json& column : other["columns"]) column["name"] = "other " + column["name"].get<std::string>();
  const std::vector<JudgedModel> models{{"a", evaluate::to_json(sample_evaluation())}, {"b", other}};
  CHECK(tests::raised([&] { html_comparison(models); }).kind() == errors::Kind::usage);
  CHECK(tests::raised([&] { comparison_json(models); }).kind() == errors::Kind::usage);
}

TEST_CASE("scripts get the values in the order of the models") {
  const auto found = comparison_json(two(replaced("/quality/shapes", 0.123)));
  CHECK(found["models"][1]["name"] == "people_2_model.gz");
  CHECK(found["measures"][0]["id"] == "shapes");
  CHECK(found["measures"][0]["values"][1]["value"] == 0.123);
  CHECK(found["measures"][0]["best"] == json::array({0}));
  CHECK(found["models"][0]["verdicts"].contains("release"));
}

TEST_CASE("a report that is not for release is marked in every comparison, and hostile names stay text") {
  auto models = two(json::array());
  models[1].evaluation["mark"] = "for the owner only";
  models[1].evaluation["notice"] = "not for release";
  models[0].evaluation["columns"][0]["name"] = "<script>alert(1)</script>";
  const std::string page = html_comparison(models);
  check_page(page);
  CHECK(has(page, "B: For the owner only."));
  CHECK_FALSE(has(page, "<script>"));
  CHECK(comparison_json(models)["models"][1]["mark"] == "for the owner only");
}

TEST_CASE("whatever stands in a report, a comparison of it ends") {
  for (const char* text : {"{}", R"({"columns":[{}],"pairs":5,"privacy":{"attacks":{}}})",
                           R"({"columns":[{"name":3,"score":"x"}],"quality":[]})"}) {
    const std::vector<JudgedModel> models{{"a", json::parse(text)}, {"b", json::parse(text)}};
    CHECK(tests::raised([&] { html_comparison(models); }).kind() == errors::Kind::usage);
  }
}
