// The contract of every synthesizer: a Trainer fits, a FittedModel samples and saves. Sampling before fitting
// cannot be written. catalog/ lists the implementations; tests/server/synth/model/trainer_suite.h is the
// suite that each must pass.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "common/table/metadata.h"
#include "common/table/table.h"
#include "server/synth/archive/archive.h"
#include "server/synth/model/given_cells.h"
#include "server/synth/model/monitor.h"

namespace ctgan::synth::model {

// One category of a discrete column.
struct Category {
  std::string text;        // as cells spell it; a number's shortest text
  std::uint64_t rows = 0;  // of the training table
};

// A sample, cut into blocks that can be made in any order and by several threads at once.
class SampledBlocks {
 public:
  virtual ~SampledBlocks() = default;

  virtual std::size_t count() const = 0;
  // The rows of block `block`, which is below count(). Safe to call from several threads.
  virtual table::Table make(std::size_t block) const = 0;
};

// A caller's rows, in their order, with what was unknown of them.
class CompletedBlocks : public SampledBlocks {
 public:
  // The place of the block's first row among the caller's.
  virtual std::size_t first_row(std::size_t block) const = 0;
};

// Rows of which a caller takes some: blocks without end, without what goes by a row's number.
class CandidateBlocks {
 public:
  virtual ~CandidateBlocks() = default;

  // Whether anything that was given changes how the share's rows are drawn.
  virtual bool is_given(std::size_t share) const = 0;
  // Of share `share`. Safe to call from several threads.
  virtual table::Table make(std::size_t share, std::size_t block) const = 0;
};

// Of a sample.
inline constexpr std::uint64_t k_most_rows = std::uint64_t{1} << 62U;

class FittedModel {
 public:
  virtual ~FittedModel() = default;

  virtual std::string name() const = 0;  // the catalog's name, "ctgan"
  virtual const table::Metadata& metadata() const = 0;
  // All that a discrete column can hold; empty for every other column. REQUIRES: there is such a column.
  virtual std::vector<Category> categories(std::size_t column) const = 0;
  // Exactly `rows` rows, drawn as their blocks are made; a block's size does not grow with `rows`. Same seed,
  // same rows. Any number up to k_most_rows costs nothing before its blocks are made. The model outlives what is
  // returned.
  virtual std::unique_ptr<SampledBlocks> sample(std::uint64_t rows, std::uint64_t seed) const = 0;
  // Candidates for shares of a sample, each with what the method can take of its cells (options::Conditions): the
  // first that are one category alone, all of them, or nothing. No promise: whoever needs them looks at the rows.
  // Where nothing is given, block by block the rows of sample() with this seed. The model outlives what is
  // returned. REQUIRES: given[share] names a column once.
  virtual std::unique_ptr<CandidateBlocks> candidates(const std::vector<std::vector<GivenCells>>& given,
                                                      std::uint64_t seed) const = 0;
  // Candidates that were taken, as rows `first`, first + 1, ... of the sample with this seed: with identifiers,
  // which are a function of seed and number. Safe to call from several threads.
  virtual table::Table number_rows(table::Table rows, std::uint64_t /*seed*/, std::uint64_t /*first*/) const {
    return rows;
  }
  // Those rows with what is not known of them drawn: how a cell is distributed where the known ones are as they
  // are. Known cells come back as the model would write them. Null for a method that draws no single cells. The
  // model outlives what is returned.
  virtual std::unique_ptr<CompletedBlocks> complete(const KnownRows& /*known*/,
                                                    std::uint64_t /*seed*/) const {
    return nullptr;
  }
  // What the model holds of its table beside what its archive says in plain words, for people; null: nothing.
  virtual nlohmann::ordered_json contents() const { return nullptr; }
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
