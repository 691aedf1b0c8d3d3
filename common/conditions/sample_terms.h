// What the rows of a sample must satisfy, as texts: on the command line, on the wire and in a job's request.
// Only a model can say what they mean (server/synth/sampling/sample_plan.h).
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

namespace ctgan::conditions {

struct SampleTerms {
  std::vector<std::string> where;        // row_condition.h; every one must hold
  std::vector<std::string> constraints;  // row_constraint.h; every one must hold
  std::vector<std::string> unique;       // columns in which no value comes twice
  std::string balance;                   // the column whose categories get equal shares; or
  std::string quota;                     // row_quota.h

  bool empty() const;
  bool operator==(const SampleTerms&) const = default;
};

// Throws Error(usage): a condition without an operator, a quota of another form, balance and quota at once,
// more than 64 terms of a kind, a text of more than 4 KiB. What needs the model is left open.
void check_terms(const SampleTerms& terms);

// Adds the terms that there are to a JSON object: "where", "constraints", "unique" as lists of texts,
// "balance" and "quota" as texts.
void add_to_json(const SampleTerms& terms, nlohmann::json& object);
// The inverse; other keys do not matter. Throws Error(protocol) naming a field that is no text or list of
// texts, and what check_terms throws.
SampleTerms terms_from_json(const nlohmann::json& object);

}  // namespace ctgan::conditions
