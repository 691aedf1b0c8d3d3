// What a fit finds out about its model before the original is gone: some rows are set aside before training,
// and behind it a sample is held against the training rows and against those.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "common/table/metadata.h"
#include "common/table/table.h"
#include "common/table/units.h"
#include "server/synth/evaluate/evaluate.h"
#include "server/synth/model/trainer.h"

namespace ctgan::synth::pipeline {

// `share` of the rows, at most 10,000; none where fewer than 20 would come together or fewer than
// `fewest_rows` would stay.
std::size_t held_out_rows(std::size_t rows, double share, std::size_t fewest_rows);

class FitEvaluation {
 public:
  // Takes held_out_rows() of them out of `table`. Keeps a copy of at most 50,000 of the rows that stay. The
  // choice depends on the seed alone. Rows of one unit are set aside together, so that no person is in both parts: then
  // they are about as many, and none where that would be too few.
  FitEvaluation(table::Table& table, double share, std::size_t fewest_rows, std::uint64_t seed,
                const table::Units& units = {});

  // Of rows that were set aside already, together by the column `unit`, or one by one where it is empty. Keeps a copy of
  // as many at most.
  FitEvaluation(const table::Table& trained, table::Table held_out, std::uint64_t seed,
                std::string unit = {});

  const table::Table& held_out() const { return held_out_; }

  // A sample of as many rows as were kept, read back from its CSV text like a user's. The seed of `options` is
  // that of the choice. Rows of a private
  // model are texts, and read as they were declared (declared_rows.h). Throws as FittedModel::sample and
  // evaluate::evaluate.
  evaluate::Evaluation evaluate(const model::FittedModel& model,
                                const std::optional<evaluate::Training>& training, evaluate::Options options,
                                const std::optional<evaluate::PrivateModel>& of_private = {}) const;

 private:
  std::uint64_t seed_;
  std::size_t table_rows_;
  std::size_t trained_rows_ = 0;
  table::Table held_out_;
  std::string unit_;  // evaluate::Input::held_out_by
  table::Table kept_;
};

}  // namespace ctgan::synth::pipeline
