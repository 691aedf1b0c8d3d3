// What a comparison of models compares: the numbers of their evaluations, and which models have the best.
#pragma once

#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "server/synth/report/comparison.h"

namespace ctgan::synth::report {

struct Measured {
  double value = 0;
  // Absent for numbers without an interval.
  std::optional<double> low = {}, high = {};
};

enum class Aim { likeness, safety };

struct ComparedMeasure {
  std::string id;    // "three_way"
  std::string name;  // for people
  Aim aim = Aim::likeness;
  bool higher_is_better = true;
  std::vector<std::optional<Measured>> values = {};  // by model
  // The models of which it cannot be said that another is better. Empty where that goes for all of them, and where fewer
  // than two have a value.
  std::vector<std::size_t> best = {};
};

// Measures that at least one model has.
std::vector<ComparedMeasure> compared_measures(const std::vector<JudgedModel>& models);

// Something that each model has a share or a score for: a column, a pair, a rule.
struct ComparedPart {
  std::string name;
  std::vector<std::optional<double>> values;  // by model
  double spread() const;                      // between the greatest and the least; 0 where there is one
};
// By the spread, the greatest first; parts of one spread in the order of the first evaluation that has them.
std::vector<ComparedPart> compared_columns(const std::vector<JudgedModel>& models);
// Of the pairs that count in the quality score.
std::vector<ComparedPart> compared_pairs(const std::vector<JudgedModel>& models);
// The shares of the rows that keep each rule of the original.
std::vector<ComparedPart> compared_rules(const std::vector<JudgedModel>& models);

// A text of an evaluation by its place ("/judgements/release/verdict"); empty where there is none.
std::string text_at(const nlohmann::json& evaluation, const char* place);

}  // namespace ctgan::synth::report
