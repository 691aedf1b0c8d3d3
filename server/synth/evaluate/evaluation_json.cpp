#include <nlohmann/json.hpp>

#include "server/synth/evaluate/evaluation.h"
#include "server/synth/evaluate/fidelity_json.h"
#include "server/synth/evaluate/joint_distribution.h"
#include "server/synth/evaluate/judgement.h"
#include "server/synth/evaluate/key_json.h"
#include "server/synth/evaluate/membership_json.h"
#include "server/synth/evaluate/pair_scores.h"
#include "server/synth/evaluate/verdict_json.h"

namespace ctgan::synth::evaluate {
namespace {

using nlohmann::json;

template <typename Value>
json or_null(const std::optional<Value>& value) {
  return value ? json(*value) : json(nullptr);
}

json value_of(const Estimate& estimate) {
  return to_json(estimate);
}

json value_of(const std::optional<Estimate>& estimate) {
  return estimate ? value_of(*estimate) : json(nullptr);
}

json value_of(const Judgement& judgement) {
  return {{"verdict", verdict_name(judgement.verdict)}, {"sentence", judgement.sentence}};
}

json value_of(const Distribution& distribution) {
  return {
      {"axis", distribution.axis == Axis::moment ? "moment" : "number"},
      {"edges", distribution.edges},
      {"labels", distribution.labels},
      {"rest", distribution.rest},
      {"categories", distribution.categories},
      {"original", distribution.original},
      {"synthetic", distribution.synthetic},
      {"tails", {{"below", distribution.tail_below}, {"above", distribution.tail_above}}},
      {"at_least", {{"original", distribution.least.original}, {"synthetic", distribution.least.synthetic}}},
      {"at_greatest",
       {{"original", distribution.greatest.original}, {"synthetic", distribution.greatest.synthetic}}}};
}

json distorted(const ColumnContrast& contrast) {
  if (!contrast.distorted_original) return nullptr;
  return {{"original", *contrast.distorted_original}, {"synthetic", contrast.distorted_synthetic}};
}

json value_of(const ColumnResult& column) {
  return {{"name", column.name},
          {"kind", column.kind},
          {"shape", shape_name(column.shape)},
          {"score_metric", column.score_metric},
          {"score", or_null(column.score)},
          {"coverage", or_null(column.coverage)},
          {"adherence", or_null(column.adherence)},
          {"missing",
           {{"original", column.missing.original},
            {"synthetic", column.missing.synthetic},
            {"similarity", column.missing.similarity}}},
          {"values",
           {{"original", column.contrast.original_values}, {"synthetic", column.contrast.synthetic_values}}},
          {"distorted", distorted(column.contrast)},
          {"distribution", value_of(column.distribution)}};
}

json value_of(const PairResult& pair, const std::vector<ColumnResult>& columns) {
  return {{"first", columns[pair.first].name},
          {"second", columns[pair.second].name},
          {"metric", pair.metric},
          {"score", or_null(pair.score)},
          {"original_association", or_null(pair.original_association)},
          {"synthetic_association", or_null(pair.synthetic_association)},
          {"counted", pair.counted}};
}

json value_of(const JointAxis& axis) {
  return axis.labels.empty() ? json{{"edges", axis.edges}} : json{{"labels", axis.labels}};
}

json value_of(const JointDistribution& joint, const std::vector<ColumnResult>& columns) {
  return {{"first", columns[joint.first].name},
          {"second", columns[joint.second].name},
          {"first_axis", value_of(joint_axis(columns[joint.first].distribution))},
          {"second_axis", value_of(joint_axis(columns[joint.second].distribution))},
          {"original", joint.original},
          {"synthetic", joint.synthetic}};
}

json value_of(const std::vector<JointDistribution>& joints, const std::vector<ColumnResult>& columns) {
  json list = json::array();
  for (const JointDistribution& joint : joints) list.push_back(value_of(joint, columns));
  return list;
}

json value_of(const MissingPattern& pattern, const std::vector<ColumnResult>& columns) {
  json names = json::array();
  for (const std::size_t column : pattern.columns) names.push_back(columns[column].name);
  return {{"columns", std::move(names)}, {"original", pattern.original}, {"synthetic", pattern.synthetic}};
}

json value_of(const RuleResult& rule) {
  return {{"rule", rule.rule},         {"form", rule.form},           {"asked", rule.asked},
          {"original", rule.original}, {"synthetic", rule.synthetic}, {"held_out", or_null(rule.held_out)},
          {"rows", rule.rows}};
}

// Null when every pair is listed.
json others_of(const ListedPairs& listed, const std::vector<ColumnResult>& columns) {
  if (listed.others == 0) return nullptr;
  return {
      {"count", listed.others},
      {"mean_score", or_null(listed.others_mean)},
      {"worst", listed.others_worst == nullptr ? json(nullptr) : value_of(*listed.others_worst, columns)}};
}

json value_of(const QualityScore& quality) {
  return {{"shapes", or_null(quality.shapes)},
          {"trends", or_null(quality.trends)},
          {"all_trends", or_null(quality.all_trends)},
          {"overall", or_null(quality.overall)},
          {"counted_pairs", quality.counted_pairs}};
}

json value_of(const LearnerScores& scores) {
  return {{"auc", or_null(scores.auc)}, {"f1", or_null(scores.f1)}, {"r2", or_null(scores.r2)}};
}

json value_of(const Utility& utility) {
  return {{"target", utility.target},
          {"task", task_name(utility.task)},
          {"positive", utility.positive},
          {"learner", utility.learner},
          {"classes", utility.classes},
          {"original_rows", utility.original_rows},
          {"synthetic_rows", utility.synthetic_rows},
          {"test_rows", utility.test_rows},
          {"train_on_original", value_of(utility.train_on_original)},
          {"train_on_synthetic", value_of(utility.train_on_synthetic)},
          {"loss", value_of(utility.loss)}};
}

json value_of(const Detection& detection) {
  return {{"auc", detection.auc},     {"score", detection.score}, {"learner", detection.learner},
          {"folds", detection.folds}, {"rows", detection.rows},   {"unseen", unseen_json(detection.unseen)}};
}

json value_of(const ClosestRecord& closest) {
  return {{"rows", closest.rows},
          {"synthetic_rows", closest.synthetic_rows},
          {"closer_to_training", value_of(closest.closer_to_training)},
          {"attainable", value_of(closest.attainable)},
          {"median_to_training", closest.median_to_training},
          {"median_to_held_out", closest.median_to_held_out},
          {"median_of_held_out", closest.median_of_held_out},
          {"nndr_median", closest.nndr_median},
          {"nndr_held_out_median", closest.nndr_held_out_median}};
}

json value_of(const Copies& copies) {
  return {{"rows", copies.rows},
          {"copies", copies.copies},
          {"share", copies.share},
          {"repeated_share", copies.repeated_share},
          {"held_out_rows", copies.held_out_rows},
          {"held_out_copies", copies.held_out_copies},
          {"held_out_share", copies.held_out_share},
          {"excess", value_of(copies.excess)}};
}

json value_of(const RareCombinations& rare) {
  return {{"column_sets", rare.column_sets},
          {"combinations", rare.combinations},
          {"reproduced", rare.reproduced},
          {"share", rare.share},
          {"held_out_combinations", rare.held_out_combinations},
          {"held_out_reproduced", rare.held_out_reproduced},
          {"held_out_share", rare.held_out_share},
          {"excess", value_of(rare.excess)}};
}

json value_of(const Attack& attack) {
  json columns = json::array();
  for (const ColumnRisk& column : attack.columns) {
    columns.push_back({{"column", column.column},
                       {"main", value_of(column.main)},
                       {"control", value_of(column.control)},
                       {"risk", value_of(column.risk)},
                       {"excess", value_of(column.excess)}});
  }
  return {{"name", attack.name},
          {"sentence", attack.sentence},
          {"guesses", attack.guesses},
          {"main", value_of(attack.main)},
          {"control", value_of(attack.control)},
          {"baseline", value_of(attack.baseline)},
          {"risk", value_of(attack.risk)},
          {"excess", value_of(attack.excess)},
          {"weak", attack.weak},
          {"column", attack.column},
          {"columns", std::move(columns)}};
}

json value_of(const DrawnAlike& found) {
  return {{"columns", found.columns}, {"different", found.different}};
}

json value_of(const Training& training) {
  return {{"method", training.method},
          {"epochs", training.epochs},
          {"batch_size", training.batch_size},
          {"steps_an_epoch", training.steps_an_epoch},
          {"min_category_count", training.min_category_count}};
}

json value_of(const Privacy& privacy);

template <typename Section>
json section(const std::optional<Section>& value) {
  return value ? value_of(*value) : json(nullptr);
}

json value_of(const Privacy& privacy) {
  json attacks = json::array();
  for (const Attack& attack : privacy.attacks) attacks.push_back(value_of(attack));
  return {{"closest", section(privacy.closest)},
          {"copies", section(privacy.copies)},
          {"rare", section(privacy.rare)},
          {"attacks", std::move(attacks)},
          {"membership", privacy.membership ? to_json(*privacy.membership) : json(nullptr)},
          {"keys", privacy.keys ? to_json(*privacy.keys) : json(nullptr)}};
}

json value_of(const Judgements& judgements) {
  json findings = json::array();
  for (const Finding& finding : judgements.findings) findings.push_back(to_json(finding));
  json remedies = json::array();
  for (const Remedy& remedy : judgements.remedies) remedies.push_back(to_json(remedy));
  return {{"summary", value_of(judgements.summary)}, {"quality", value_of(judgements.quality)},
          {"utility", value_of(judgements.utility)}, {"detection", value_of(judgements.detection)},
          {"privacy", value_of(judgements.privacy)}, {"release", value_of(judgements.release)},
          {"headline", judgements.headline},         {"findings", std::move(findings)},
          {"remedies", std::move(remedies)},         {"limits", limits_json()}};
}

}  // namespace

std::string_view verdict_name(Verdict verdict) {
  switch (verdict) {
    case Verdict::good:
      return "good";
    case Verdict::unsure:
      return "unsure";
    case Verdict::doubtful:
      return "doubtful";
    case Verdict::bad:
      return "bad";
    case Verdict::skipped:
      break;
  }
  return "skipped";
}

std::optional<Verdict> verdict_from_name(std::string_view name) {
  for (const Verdict verdict :
       {Verdict::good, Verdict::unsure, Verdict::doubtful, Verdict::bad, Verdict::skipped})
    if (verdict_name(verdict) == name) return verdict;
  return std::nullopt;
}

std::string_view verdict_words(Verdict verdict) {
  switch (verdict) {
    case Verdict::unsure:
      return "cannot say";
    case Verdict::skipped:
      return "not measured";
    default:
      return verdict_name(verdict);
  }
}

std::string_view shape_name(ColumnShape shape) {
  switch (shape) {
    case ColumnShape::numeric:
      return "numeric";
    case ColumnShape::categorical:
      return "categorical";
    case ColumnShape::left_out:
      break;
  }
  return "left out";
}

std::string_view task_name(Task task) {
  switch (task) {
    case Task::binary:
      return "binary classification";
    case Task::multiclass:
      return "multiclass classification";
    case Task::regression:
      break;
  }
  return "regression";
}

json to_json(const Evaluation& evaluation) {
  json columns = json::array();
  for (const ColumnResult& column : evaluation.columns) columns.push_back(value_of(column));
  json pairs = json::array();
  json rules = json::array();
  for (const RuleResult& rule : evaluation.rules) rules.push_back(value_of(rule));
  const ListedPairs listed = listed_pairs(evaluation.pairs);
  for (const PairResult* pair : listed.strongest) pairs.push_back(value_of(*pair, evaluation.columns));
  json patterns = json::array();
  for (const MissingPattern& pattern : evaluation.missing_patterns)
    patterns.push_back(value_of(pattern, evaluation.columns));
  json notes = json::array();
  for (const Note& note : evaluation.notes) {
    notes.push_back({{"section", note.section}, {"sentence", note.sentence}});
  }
  json value{{"seed", evaluation.seed},
             {"purpose", evaluation.purpose},
             {"rows",
              {{"original", evaluation.rows.original},
               {"held_out", evaluation.rows.held_out},
               {"synthetic", evaluation.rows.synthetic},
               {"table", evaluation.rows.table},
               {"trained", evaluation.rows.trained}}},
             {"columns", std::move(columns)},
             {"pairs", std::move(pairs)},
             {"strongest_pairs", value_of(evaluation.strongest_pairs, evaluation.columns)},
             {"by_target", value_of(evaluation.by_target, evaluation.columns)},
             {"missing_patterns", std::move(patterns)},
             {"rules", std::move(rules)},
             {"other_pairs", others_of(listed, evaluation.columns)},
             {"quality", section(evaluation.quality)},
             {"fidelity", fidelity_json(evaluation.fidelity)},
             {"utility", section(evaluation.utility)},
             {"global_utility", global_utility_json(evaluation.global_utility)},
             {"detection", section(evaluation.detection)},
             {"privacy", section(evaluation.privacy)},
             {"drawn_alike", section(evaluation.drawn_alike)},
             {"training", section(evaluation.training)},
             {"judgements", value_of(evaluation.judgements)},
             {"notes", std::move(notes)}};
  if (evaluation.of_private) add_audience(*evaluation.of_private, value);
  return value;
}

}  // namespace ctgan::synth::evaluate
