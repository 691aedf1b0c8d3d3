// Table -> EncodedTable -> Table: mode-specific normalization for continuous columns, one-hot for discrete
// ones.
//
//     TableTransform transform = TableTransform::fit(table, metadata, pool);
//     EncodedTable encoded = transform.encode(table, seed, pool);
//     Table block = transform.decode(encoded_block);      // names, dtypes, spelling and decimals restored
//
// Immutable once fitted; safe to share between threads.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "common/table/metadata.h"
#include "common/table/table.h"
#include "common/threads/thread_pool.h"
#include "server/synth/transforms/encoded_table.h"
#include "server/synth/transforms/mode_normalizer.h"

namespace ctgan::synth::transforms {

class TableTransform {
 public:
  // What is known of one column; `normalizer` for continuous, `categories` and `counts` for discrete ones. A
  // numeric column that is discrete has its numbers' shortest texts as categories.
  struct ColumnState {
    table::ColumnMetadata metadata;
    ModeNormalizer normalizer;
    std::vector<std::string> categories;  // spelling, in order of first appearance
    std::vector<std::uint64_t> counts;    // rows with each category
  };

  // Continuous columns are fitted in parallel; the result does not depend on the number of threads.
  // Throws Error(bad_data) naming a continuous column with missing or infinite values.
  // REQUIRES: metadata describes `table` column by column; at least one row.
  static TableTransform fit(const table::Table& table, const table::Metadata& metadata,
                            threads::ThreadPool& pool);
  // For loading: the inverse of columns(). Throws Error(bad_data) naming the column for a state that no fit
  // makes.
  explicit TableTransform(std::vector<ColumnState> columns);

  const std::vector<ColumnState>& columns() const { return columns_; }
  const OutputLayout& layout() const { return layout_; }
  table::Metadata metadata() const;

  // Modes are drawn from the posterior (section 4.2 of the paper) with `seed`; one stream a column. Columns
  // in parallel; the result does not depend on the number of threads. Throws Error(bad_data) when the table's
  // columns are not those that it was fitted on, or a cell holds an unknown category.
  EncodedTable encode(const table::Table& table, std::uint64_t seed, threads::ThreadPool& pool) const;
  // `block` may have any number of rows; its layout must equal layout().
  table::Table decode(const EncodedTable& block) const;

 private:
  std::vector<ColumnState> columns_;
  OutputLayout layout_;
};

}  // namespace ctgan::synth::transforms
