// Rows of a file with what is not known of them drawn by a model. Known cells stay as they stand in the file, byte
// for byte, also those that the model does not know; nothing is concluded from these.
//
//     PartialRows rows = partial_rows(texts, unknown, model.metadata(), ...);
//     auto blocks = complete_rows(model, std::move(rows), seed);
//
// Draw what is missing given what is known: multiple imputation (Rubin 1987; van Buuren 2018, "Flexible imputation of
// missing data", chapter 3), a seed being one of the imputations.
#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <vector>

#include "common/table/metadata.h"
#include "common/table/missing_texts.h"
#include "common/table/table.h"
#include "server/synth/model/trainer.h"

namespace ctgan::synth::sampling {

// What of a file is to be drawn.
enum class Unknown {
  gaps,    // empty cells and texts for missing values, and columns that it does not have
  columns  // columns that it does not have
};

// Cells by the model's columns.
struct PartialRows {
  model::KnownRows known;
  std::size_t unknown_cells = 0;
};

// `file`: every cell a text. Without `missing` cells are gaps that are empty, or hold one of the usual texts for
// missing values that is no category of the column. Throws Error(bad_data) for a column that the model has not, with
// the closest, for a file that has none of the model's, and where nothing is unknown.
PartialRows partial_rows(const table::Table& file, Unknown unknown, const table::MissingTexts* missing,
                         const model::FittedModel& model);

// The rows as a table of the model's columns, in blocks. Throws Error(usage) for a method that completes no rows. The
// model outlives what is returned.
std::unique_ptr<model::SampledBlocks> complete_rows(const model::FittedModel& model, PartialRows rows,
                                                    std::uint64_t seed);

}  // namespace ctgan::synth::sampling
