// The evaluation as JSON: its keys are a promise to scripts, so they stand here once more.
#include <nlohmann/json.hpp>
#include <set>

#include "server/synth/evaluate/evaluation.h"
#include "server/synth/evaluate/judgement.h"
#include "tests/catch.h"

using namespace ctgan::synth::evaluate;
using nlohmann::json;

namespace {

std::set<std::string> keys(const json& object) {
  std::set<std::string> names;
  for (const auto& [name, value] : object.items()) names.insert(name);
  return names;
}

using Names = std::set<std::string>;

Evaluation full() {
  Evaluation evaluation;
  evaluation.seed = 18'446'744'073'709'551'615U;
  evaluation.purpose = "teaching";
  evaluation.rows = {1000, 100, 400, 1200, 1100};
  evaluation.columns.resize(2);
  evaluation.columns[0].name = "age";
  evaluation.columns[0].shape = ColumnShape::numeric;
  evaluation.columns[0].distribution.edges = {0, 1};
  evaluation.columns[0].distribution.axis = Axis::moment;
  evaluation.columns[0].contrast.distorted_original = 0.1;
  evaluation.columns[0].contrast.distorted_synthetic = 0.4;
  evaluation.columns[1].name = "id";
  evaluation.pairs = {{0, 1, "CorrelationSimilarity", 0.9, std::nullopt, 0.25, true}};
  evaluation.rules = {{"a = b", "equation", true, 1, 0.5, std::nullopt, 7}};
  evaluation.quality = QualityScore{0.9, std::nullopt, 0.8, 0.9, 0};
  evaluation.fidelity = Fidelity{};
  evaluation.fidelity->three_way = SetMeasure{{100, {0.1, 0.05, 0.15}, Estimate{0.08, 0.04, 0.12}}, 1, 1};
  evaluation.utility = Utility{};
  evaluation.utility->task = Task::multiclass;
  evaluation.utility->train_on_original.auc = 0.75;
  evaluation.global_utility = GlobalUtility{};
  evaluation.global_utility->targets = {{"age", true, 0.5, 0.4, 0.5, 0.8},
                                        {"id", false, 0.9, 0.8, 0.9, 0.75}};
  evaluation.detection = Detection{};
  evaluation.detection->unseen = UnseenDetection{};
  evaluation.privacy = Privacy{};
  evaluation.privacy->closest = ClosestRecord{};
  evaluation.privacy->copies = Copies{.rows = 3, .excess = {}};
  evaluation.privacy->rare = RareCombinations{};
  evaluation.privacy->attacks.resize(1);
  evaluation.privacy->attacks[0].columns.resize(1);
  evaluation.privacy->membership = Membership{};
  evaluation.privacy->membership->attacks = {{"closest record", "goes by distance", {}}};
  evaluation.privacy->membership->worst_affected = WorstAffected{};
  evaluation.privacy->membership->near_copies = NearCopies{};
  evaluation.privacy->keys = KeyDisclosure{};
  evaluation.privacy->keys->keys = {"age"};
  evaluation.privacy->keys->targets.resize(1);
  evaluation.drawn_alike = DrawnAlike{2, {"age"}};
  evaluation.training = Training{"ctgan", 300, 500, 2, 5};
  evaluation.notes = {{"privacy", "a note"}};
  return evaluation;
}

}  // namespace

TEST_CASE("The sections of the report as JSON are those that scripts know") {
  const json value = to_json(full());
  CHECK(keys(value) == Names{"seed",     "purpose",         "rows",           "columns",
                             "pairs",    "rules",           "other_pairs",    "quality",
                             "fidelity", "utility",         "global_utility", "detection",
                             "privacy",  "drawn_alike",     "training",       "judgements",
                             "notes",    "strongest_pairs", "by_target",      "missing_patterns"});
  CHECK(keys(value["rows"]) == Names{"original", "held_out", "synthetic", "table", "trained"});
  CHECK(keys(value["columns"][0]) == Names{"name", "kind", "shape", "score_metric", "score", "coverage",
                                           "adherence", "missing", "values", "distorted", "distribution"});
  CHECK(keys(value["columns"][0]["distribution"]) == Names{"axis", "edges", "labels", "rest", "categories",
                                                           "original", "synthetic", "tails", "at_least",
                                                           "at_greatest"});
  CHECK(keys(value["pairs"][0]) == Names{"first", "second", "metric", "score", "original_association",
                                         "synthetic_association", "counted"});
  CHECK(keys(value["rules"][0]) ==
        Names{"rule", "form", "asked", "original", "synthetic", "held_out", "rows"});
  CHECK(keys(value["quality"]) == Names{"shapes", "trends", "all_trends", "overall", "counted_pairs"});
  CHECK(keys(value["fidelity"]) == Names{"three_way", "mutual_information", "density", "coverage"});
  CHECK(keys(value["fidelity"]["three_way"]) == Names{"rows", "synthetic", "attainable", "sets", "all_sets"});
  CHECK(keys(value["utility"]) == Names{"target", "task", "positive", "learner", "classes", "original_rows",
                                        "synthetic_rows", "test_rows", "train_on_original",
                                        "train_on_synthetic", "loss"});
  CHECK(keys(value["global_utility"]) == Names{"rows", "synthetic", "attainable", "test_rows", "learner",
                                               "columns", "all_columns", "targets"});
  CHECK(keys(value["detection"]) == Names{"auc", "score", "learner", "folds", "rows", "unseen"});
  CHECK(keys(value["detection"]["unseen"]) ==
        Names{"rows", "against_held_out", "against_training", "attainable", "memorization"});
  CHECK(keys(value["training"]) ==
        Names{"method", "epochs", "batch_size", "steps_an_epoch", "min_category_count"});
  CHECK(keys(value["judgements"]) == Names{"summary", "quality", "utility", "detection", "privacy", "release",
                                           "headline", "findings", "remedies", "limits"});
}

TEST_CASE("The parts of privacy as JSON are those that scripts know") {
  const json privacy = to_json(full())["privacy"];
  CHECK(keys(privacy) == Names{"closest", "copies", "rare", "attacks", "membership", "keys"});
  CHECK(keys(privacy["closest"]) == Names{"rows", "synthetic_rows", "closer_to_training", "attainable",
                                          "median_to_training", "median_to_held_out", "median_of_held_out",
                                          "nndr_median", "nndr_held_out_median"});
  CHECK(keys(privacy["copies"]) == Names{"rows", "copies", "share", "repeated_share", "held_out_rows",
                                         "held_out_copies", "held_out_share", "excess"});
  CHECK(keys(privacy["rare"]) == Names{"column_sets", "combinations", "reproduced", "share",
                                       "held_out_combinations", "held_out_reproduced", "held_out_share",
                                       "excess"});
  CHECK(keys(privacy["attacks"][0]) == Names{"name", "sentence", "guesses", "main", "control", "baseline",
                                             "risk", "excess", "weak", "column", "columns"});
  CHECK(keys(privacy["attacks"][0]["columns"][0]) == Names{"column", "main", "control", "risk", "excess"});
  CHECK(keys(privacy["membership"]) == Names{"members", "others", "reference_rows", "synthetic_rows",
                                             "attacks", "attainable", "worst_affected", "near_copies"});
  CHECK(keys(privacy["membership"]["attacks"][0]) ==
        Names{"auc", "tpr_at_1", "tpr_at_10", "epsilon", "name", "sentence"});
  CHECK(keys(privacy["membership"]["worst_affected"]) ==
        Names{"share", "members", "others", "auc", "copied", "others_copied", "copies_excess"});
  CHECK(keys(privacy["membership"]["near_copies"]) == Names{"members", "others", "share", "certain"});
  CHECK(keys(privacy["keys"]) == Names{"keys", "original_unique", "synthetic_unique", "found", "replicated",
                                       "alone", "alone_replicated", "held_out_alone", "held_out_replicated",
                                       "excess", "targets"});
  CHECK(keys(privacy["keys"]["targets"][0]) ==
        Names{"column", "original", "synthetic", "held_out", "excess", "together"});
}

TEST_CASE("What is undefined or was skipped is null and never zero, and numbers come through whole") {
  const json value = to_json(full());
  CHECK(value["seed"] == 18'446'744'073'709'551'615U);
  CHECK(value["rows"] ==
        json{{"original", 1000}, {"held_out", 100}, {"synthetic", 400}, {"table", 1200}, {"trained", 1100}});
  CHECK(value["quality"]["trends"].is_null());
  CHECK(value["quality"]["overall"] == 0.9);
  CHECK(value["pairs"][0]["original_association"].is_null());
  CHECK(value["pairs"][0]["synthetic_association"] == 0.25);
  CHECK(value["rules"][0]["held_out"].is_null());
  CHECK(value["utility"]["loss"].is_null());
  CHECK(value["utility"]["train_on_synthetic"]["auc"].is_null());
  CHECK(value["fidelity"]["density"].is_null());
  CHECK(value["privacy"]["copies"]["excess"].is_null());
  CHECK(value["privacy"]["closest"]["attainable"].is_null());
  CHECK(value["columns"][1]["score"].is_null());
  CHECK(value["columns"][1]["distorted"].is_null());
  CHECK(value["columns"][0]["distorted"] == json{{"original", 0.1}, {"synthetic", 0.4}});
  CHECK(value["other_pairs"].is_null());
  const json nothing = to_json(Evaluation{});
  for (const char* section : {"quality", "fidelity", "utility", "global_utility", "detection", "privacy",
                              "drawn_alike", "training", "other_pairs"}) {
    CAPTURE(section);
    CHECK(nothing.at(section).is_null());
  }
  for (const char* list : {"columns", "pairs", "rules", "notes"}) CHECK(nothing.at(list) == json::array());
}

TEST_CASE("Names stand for places and kinds: pairs by their columns, shapes, axes and tasks in words") {
  const json value = to_json(full());
  CHECK(value["pairs"][0]["first"] == "age");
  CHECK(value["pairs"][0]["second"] == "id");
  CHECK(value["columns"][0]["shape"] == "numeric");
  CHECK(value["columns"][1]["shape"] == "left out");
  CHECK(shape_name(ColumnShape::categorical) == "categorical");
  CHECK(value["columns"][0]["distribution"]["axis"] == "moment");
  CHECK(value["columns"][1]["distribution"]["axis"] == "number");
  CHECK(value["utility"]["task"] == "multiclass classification");
  CHECK(task_name(Task::binary) == "binary classification");
  CHECK(task_name(Task::regression) == "regression");
  CHECK(value["global_utility"]["targets"][0]["score"] == "R2 of ranks");
  CHECK(value["global_utility"]["targets"][1]["score"] == "AUC");
  CHECK(value["notes"][0] == json{{"section", "privacy"}, {"sentence", "a note"}});
}

TEST_CASE("A name that is no text does not keep the report from being written") {
  Evaluation evaluation = full();
  evaluation.columns[0].name = "\xff\xfe";
  evaluation.purpose = "\xc3";
  CHECK_NOTHROW(to_json(evaluation).dump(1, ' ', false, json::error_handler_t::replace));
}
