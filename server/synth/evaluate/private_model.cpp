#include "server/synth/evaluate/private_model.h"

#include <nlohmann/json.hpp>

namespace ctgan::synth::evaluate {

std::string_view audience_of(const PrivateModel& model) {
  return model.rows == PrivateModel::Rows::confidential ? "owner" : "anybody";
}

std::string_view mark_of(const PrivateModel& model) {
  return model.rows == PrivateModel::Rows::confidential ? "for the owner only, not for release"
                                                        : "of rows that are declared public";
}

std::string_view notice_of(const PrivateModel& model) {
  if (model.rows == PrivateModel::Rows::confidential)
    return "The model is differentially private, this report is not: it was computed from the confidential "
           "rows "
           "without any protection, and whatever is passed on of it tells of them. It is for the model's "
           "owner "
           "only, and not for release.";
  return "The model is differentially private. This report compares its rows with others that their owner "
         "declares "
         "public, and nothing of the confidential table was read for it.";
}

void add_audience(const PrivateModel& model, nlohmann::json& value) {
  value["audience"] = audience_of(model);
  value["mark"] = mark_of(model);
  value["notice"] = notice_of(model);
}

}  // namespace ctgan::synth::evaluate
