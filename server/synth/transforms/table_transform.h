// Table -> EncodedTable -> Table, column by column (column_transform.h), under the table's rules
// (rule_transform.h).
//
//     TableTransform transform = TableTransform::fit(table, metadata, seed, pool);
//     EncodedTable encoded = transform.encode(table, seed, pool);
//     Table block = transform.decode(encoded_block, seed, first_row);   // names, dtypes, spelling restored
//
// Immutable once fitted; safe to share between threads. Copies share the columns.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string_view>
#include <vector>

#include "common/table/metadata.h"
#include "common/table/table.h"
#include "common/threads/thread_pool.h"
#include "server/synth/transforms/column_transform.h"
#include "server/synth/transforms/encoded_table.h"
#include "server/synth/transforms/rule_transform.h"

namespace ctgan::synth::transforms {

// A position in the conditional vector, and the training rows found under it.
struct Condition {
  std::uint32_t position = 0;
  std::uint64_t rows = 0;
};

class TableTransform {
 public:
  // All columns' categories together, so that a table's networks stay within reach of an ordinary machine.
  static constexpr std::size_t k_most_categories = 10'000;

  // Columns are fitted in parallel; the result does not depend on the number of threads. Where columns have
  // too many categories together, those with most of them get fewer. Throws Error(bad_data) as
  // fit_column. REQUIRES: metadata describes `table` column by column, and one of them can be learnt; a row.
  static TableTransform fit(const table::Table& table, const table::Metadata& metadata, std::uint64_t seed,
                            threads::ThreadPool& pool);
  // For loading: records in the order of the columns. Throws Error(bad_data) as load_column.
  static TableTransform load(const table::Metadata& metadata, const std::vector<ColumnRecord>& records);

  const table::Metadata& metadata() const { return rules_.metadata(); }
  const OutputLayout& layout() const { return layout_; }
  // In table order; of a column that a rule makes, that of what is learnt in its place.
  const std::vector<std::shared_ptr<const ColumnTransform>>& columns() const { return columns_; }
  // What an archive keeps of a column.
  ColumnRecord record(std::size_t column) const;
  // All texts that decode() can give in a discrete column, with their training rows; none for others.
  CategoryCounts categories(std::size_t column) const;
  // For each discrete encoded column, in the order of the conditional vector.
  std::vector<CategoryRows> category_rows() const;
  // The positions in the conditional vector under which rows with this cell text are found: one, or one for
  // each combination with it; empty where there is none.
  std::vector<Condition> find_conditions(std::size_t column, std::string_view text) const;

  // Modes are drawn from the posterior (section 4.2 of the paper) with `seed`; one stream a column. Columns
  // in parallel; the result does not depend on the number of threads. Throws Error(bad_data) when the table's
  // columns are not those that it was fitted on, or a cell holds an unknown category.
  EncodedTable encode(const table::Table& table, std::uint64_t seed, threads::ThreadPool& pool) const;
  // `block`: rows from row `first` of the sample with this seed on; its layout must equal layout(). What the
  // networks do not draw (identifiers, rare categories) is a function of seed and row.
  // Rows of which only some will be taken are decoded without `numbered`: their identifiers are left open.
  table::Table decode(const EncodedTable& block, std::uint64_t seed, std::uint64_t first,
                      bool numbered = true) const;
  // Rows that were decoded without numbers, as the rows from `first` of the sample with this seed on. Throws
  // Error(bad_data) when there are no more identifiers.
  table::Table number_rows(table::Table rows, std::uint64_t seed, std::uint64_t first) const;

 private:
  TableTransform(RuleTransform rules, std::vector<std::shared_ptr<const ColumnTransform>> columns);
  std::optional<std::uint32_t> position(std::size_t column, std::string_view text) const;

  RuleTransform rules_;
  std::vector<std::shared_ptr<const ColumnTransform>> columns_;
  std::vector<std::size_t> first_encoded_;  // of each column, and one more
  OutputLayout layout_;
};

}  // namespace ctgan::synth::transforms
