#include "server/synth/evaluate/verdict_json.h"

#include <nlohmann/json.hpp>

namespace ctgan::synth::evaluate {

using nlohmann::json;

json to_json(const Estimate& estimate) {
  return {{"value", estimate.value}, {"low", estimate.low}, {"high", estimate.high}};
}

json to_json(const Finding& finding) {
  json value{{"id", finding.id},
             {"section", finding.section},
             {"verdict", verdict_name(finding.verdict)},
             {"sentence", finding.sentence}};
  if (!finding.subject.empty()) value["subject"] = finding.subject;
  if (finding.value) value["value"] = to_json(*finding.value);
  if (finding.limits) value["limits"] = {{"good", finding.limits->good}, {"bad", finding.limits->bad}};
  return value;
}

json to_json(const Remedy& remedy) {
  return {{"cause", remedy.cause}, {"section", remedy.section}, {"sentence", remedy.sentence}};
}

namespace {

json short_json(const Judgement& judgement) {
  return {{"verdict", verdict_name(judgement.verdict)}, {"sentence", judgement.sentence}};
}

json list_of(const std::vector<Remedy>& remedies) {
  json list = json::array();
  for (const Remedy& remedy : remedies) list.push_back(to_json(remedy));
  return list;
}

}  // namespace

json verdict_json(const Judgements& judgements) {
  return {{"summary", verdict_name(judgements.summary.verdict)},
          {"sentence", judgements.summary.sentence},
          {"headline", judgements.headline},
          {"release", short_json(judgements.release)},
          {"remedies", list_of(judgements.remedies)}};
}

json release_json(const Judgements& judgements) {
  json value = short_json(judgements.release);
  value["judged"] = judgements.privacy.verdict != Verdict::skipped;
  value["objections"] = json::array();
  value["findings"] = json::array();
  for (const Finding& found : judgements.findings) {
    if (found.section != "privacy") continue;
    value["findings"].push_back(to_json(found));
    if (found.verdict != Verdict::good) value["objections"].push_back(found.sentence);
  }
  json remedies = json::array();
  for (const Remedy& remedy : judgements.remedies) {
    if (remedy.section == "privacy") remedies.push_back(to_json(remedy));
  }
  value["remedies"] = std::move(remedies);
  return value;
}

}  // namespace ctgan::synth::evaluate
