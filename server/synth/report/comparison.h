// Several models of one table side by side, by what their evaluations found.
//
//     std::string page = html_comparison({{"people_a_model.gz", evaluation_a}, {"people_b_model.gz", evaluation_b}});
//
// Each measure is the model's own, on its own held-out rows, so that small differences say nothing: the best is one whose
// interval the others' do not reach. The page keeps the rules of report.h.
#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

namespace ctgan::synth::report {

struct JudgedModel {
  std::string name;           // of the model's file
  nlohmann::json evaluation;  // what to_json(Evaluation) made, of this version or one before
};

// REQUIRES for both: two models or more. Both throw Error(usage) where two have no column in common: they are of two
// tables.
std::string html_comparison(const std::vector<JudgedModel>& models);
// {"models":[{"name":..,"method":..,"verdicts":{..}}],"measures":[{"id":..,"better":"higher","values":[..],"best":[0]}],
//  "columns":[{"name":..,"scores":[..]}],"pairs":[..],"rules":[..]}; values in the order of the models, null where a model
// has none.
nlohmann::ordered_json comparison_json(const std::vector<JudgedModel>& models);

}  // namespace ctgan::synth::report
