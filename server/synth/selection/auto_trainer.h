// Chooses a method by a trial: each candidate is fitted to half of at most 10,000 rows, and its sample judged
// (evaluate/) with the other half as held-out rows. Of those whose privacy is not judged bad, or of all where all
// are, the one is fitted to the whole table whose rows are hardest to tell from rows that were not seen. What was
// tried, and what was not and why, is reported as a choice.
#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "common/options/methods.h"
#include "server/synth/model/trainer.h"

namespace ctgan::synth::selection {

struct Candidate {
  const options::Method& method;
  std::unique_ptr<model::Trainer> (*make_trainer)(options::Values options);
  nlohmann::json options = nlohmann::json::object();        // what differs from the method's defaults
  nlohmann::json trial_options = nlohmann::json::object();  // in a trial besides: a short training
  std::size_t least_rows = 0;                               // of a table that it is tried on
  std::size_t most_columns = 0;                             // 0: any
  bool is_milder = false;  // tried only where the candidate before it betrays rows

  // "trees --min-leaf 100".
  std::string name() const;
};

class AutoTrainer final : public model::Trainer {
 public:
  // `options` are checked values of the method "auto". REQUIRES: they hold a seed; a candidate that suits any
  // table comes first.
  AutoTrainer(options::Values options, std::vector<Candidate> candidates);

  std::unique_ptr<model::FittedModel> fit(model::TrainingTable table, const table::Metadata& metadata,
                                          const model::FitContext& context) override;

 private:
  const Candidate& choose(const table::Table& rows, const table::Metadata& metadata,
                          const model::FitContext& context) const;

  options::Values options_;
  std::vector<Candidate> candidates_;
};

}  // namespace ctgan::synth::selection
