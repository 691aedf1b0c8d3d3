// The contract of every synthesizer: a Trainer fits, a FittedModel samples and saves. Sampling before fitting
// cannot be written. catalog/ lists the implementations; tests/server/synth/model/trainer_suite.h is the
// suite that each must pass.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "common/table/metadata.h"
#include "common/table/table.h"
#include "server/synth/archive/archive.h"
#include "server/synth/model/monitor.h"

namespace ctgan::synth::model {

// One category of a discrete column.
struct Category {
  std::string text;        // as cells spell it; a number's shortest text
  std::uint64_t rows = 0;  // of the training table
};

// Category `category` of FittedModel::categories(column).
struct GivenCategory {
  std::size_t column = 0;  // in metadata()
  std::size_t category = 0;
};

// A sample, cut into blocks that can be made in any order and by several threads at once.
class SampledBlocks {
 public:
  virtual ~SampledBlocks() = default;

  virtual std::size_t count() const = 0;
  // The rows of block `block`, which is below count(). Safe to call from several threads.
  virtual table::Table make(std::size_t block) const = 0;
  // Block `block` of as many rows, of which the caller takes some: drawn with that condition by a model that
  // takes conditions, like make() by others, and without what goes by a row's number. No promise: whoever
  // needs the category looks at the rows. Safe to call from several threads.
  virtual table::Table make_candidates(std::size_t block,
                                       const std::optional<GivenCategory>& /*given*/) const {
    return make(block);
  }
  // Candidates that were taken, as rows `first`, first + 1, ... of the sample: with identifiers, which are a
  // function of seed and number. Safe to call from several threads.
  virtual table::Table number_rows(table::Table rows, std::uint64_t /*first*/) const { return rows; }
};

class FittedModel {
 public:
  virtual ~FittedModel() = default;

  virtual std::string name() const = 0;  // the catalog's name, "ctgan"
  virtual const table::Metadata& metadata() const = 0;
  // All that a discrete column can hold; empty for every other column. REQUIRES: there is such a column.
  virtual std::vector<Category> categories(std::size_t column) const = 0;
  // Exactly `rows` rows, drawn as their blocks are made; a block's size does not grow with `rows`. Same seed,
  // same rows. Any number up to 2^62 costs nothing before its blocks are made. The model outlives what is
  // returned.
  virtual std::unique_ptr<SampledBlocks> sample(std::uint64_t rows, std::uint64_t seed) const = 0;
  // Everything needed to load it again, and nothing of a single training row.
  virtual archive::Archive save() const = 0;
};

// What a model is fitted to.
struct TrainingTable {
  // A table alone is one without rows set aside.
  TrainingTable(table::Table table, const table::Table* aside = nullptr)
      : rows(std::move(table)), set_aside(aside) {}

  table::Table rows;
  // Rows of the same original that are not learnt: they count where a value must be shared to come out, and
  // none of their identifiers may. Null: there are none. Outlives the fit.
  const table::Table* set_aside;
};

class Trainer {
 public:
  virtual ~Trainer() = default;

  // `table` may be consumed: it is released as soon as it is encoded.
  // Throws Error(bad_data) when the table does not suit the options, Error(unavailable) when the device is
  // missing, Error(job_failed) when the losses stop being finite, and what the monitor throws.
  virtual std::unique_ptr<FittedModel> fit(TrainingTable table, const table::Metadata& metadata,
                                           const FitContext& context) = 0;
};

}  // namespace ctgan::synth::model
