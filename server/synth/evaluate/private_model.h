// What a report of a differentially private model is: for whom, and what of it is protected.
#pragma once

#include <cstdint>
#include <nlohmann/json_fwd.hpp>
#include <string_view>

#include "server/synth/evaluate/verdict.h"

namespace ctgan::synth::evaluate {

// Of a model with a guarantee of differential privacy: what it was judged by, and whether its rows may be handed out,
// which the guarantee alone says.
struct PrivateModel {
  enum class Rows : std::uint8_t {
    confidential,  // those that it learnt, and others of their table: nothing of the evaluation is protected
    declared_public,
  };
  Rows rows = Rows::confidential;
  Judgement release = {};
};

// For whom an evaluation is: "owner" where it was made of what a guarantee protects, else "anybody".
std::string_view audience_of(const PrivateModel& model);
// The same in words, for whoever reads it; first what it is, in a few.
std::string_view mark_of(const PrivateModel& model);
std::string_view notice_of(const PrivateModel& model);
// All three: "audience", "mark", "notice".
void add_audience(const PrivateModel& model, nlohmann::json& value);

}  // namespace ctgan::synth::evaluate
