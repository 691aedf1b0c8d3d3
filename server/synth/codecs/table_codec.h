// A table's cells to values and back, column by column (column_codec.h), under the table's rules
// (row_rule_codec.h).
//
//     TableCodec codec = TableCodec::fit(table, metadata, seed, pool);
//     LearntColumns learnt = codec.learnt(table);
//     ColumnValues values = codec.columns()[i]->encode(learnt[i], {.seed = seed, .column = i});
//     Table block = codec.decode(drawn, {.seed = seed, .first = first, .count = rows});
//
// Immutable once fitted; safe to share between threads. Copies share the columns.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "common/table/metadata.h"
#include "common/table/table.h"
#include "common/threads/thread_pool.h"
#include "server/synth/codecs/column_codec.h"
#include "server/synth/codecs/row_rule_codec.h"

namespace ctgan::synth::codecs {

// The columns of a table that codecs learn: its own, or what a rule has learnt in their place. The table
// outlives it.
class LearntColumns {
 public:
  LearntColumns(const table::Table& table, ReplacedColumns replaced)
      : table_(table), replaced_(std::move(replaced)) {}
  const table::Column& operator[](std::size_t column) const;

 private:
  const table::Table& table_;
  ReplacedColumns replaced_;
};

// Rows with a code of a part of a column.
struct CodeRows {
  std::size_t column = 0;
  PartCode code;
  std::uint64_t rows = 0;
};

// The values of some of a list of texts: row i is the text at places[i].
struct TextValues {
  std::vector<std::size_t> places;  // ascending
  ColumnValues values;
};

class TableCodec {
 public:
  // All columns' categories together, so that a table's models stay within reach of an ordinary machine.
  static constexpr std::size_t k_most_categories = 10'000;

  // Columns are fitted in parallel; the result does not depend on the number of threads. Where columns have
  // too many categories together, those with most of them get fewer. `set_aside`: rows of the same original
  // that are not trained on (FitPlace), or null. Throws Error(bad_data) as fit_codec. REQUIRES: metadata
  // describes `table` column by column, and one of them can be learnt; a row.
  static TableCodec fit(const table::Table& table, const table::Metadata& metadata, std::uint64_t seed,
                        threads::ThreadPool& pool, const table::Table* set_aside = nullptr);
  // For loading: records in the order of the columns. Throws Error(bad_data) as load_codec.
  static TableCodec load(const table::Metadata& metadata, const std::vector<ColumnRecord>& records);

  const table::Metadata& metadata() const { return rules_.metadata(); }
  // In table order; of a column that a rule makes, that of what is learnt in its place.
  const std::vector<std::shared_ptr<const ColumnCodec>>& columns() const { return columns_; }
  // What an archive keeps of a column.
  ColumnRecord record(std::size_t column) const;
  // All texts that decode() can give in a discrete column, with their training rows; none for others.
  CategoryCounts categories(std::size_t column) const;
  // The codes under which rows with this cell text are found: one, or one for each combination with it; empty
  // where there is none. The rows are those of a combination; 1 where there is one code alone.
  std::vector<CodeRows> find(std::size_t column, std::string_view text) const;

  // The category of a discrete column that each text means (conditions/meant_categories.h); nothing where it
  // means none.
  std::vector<std::optional<std::string>> categories_meant(std::size_t column,
                                                           std::span<const std::string> texts) const;
  // Cell texts as values of a column that is learnt as it is, as far as these are numbers, dates or times that it
  // can hold; no others, and no missing ones.
  TextValues values_of(std::size_t column, std::span<const std::string> texts) const;

  // Throws Error(bad_data) when the table's columns are not those that it was fitted on.
  LearntColumns learnt(const table::Table& table) const;
  // `values`: one a column; `rows` without its column. What values do not say (identifiers, rare categories)
  // is a function of seed and row. Rows of which only some will be taken are decoded without `numbered`: their
  // identifiers are left open.
  table::Table decode(const std::vector<ColumnValues>& values, SampledRows rows) const;
  // Rows that were decoded without numbers, as the rows from `first` of the sample with this seed on. Throws
  // Error(bad_data) when there are no more identifiers.
  table::Table number_rows(table::Table rows, std::uint64_t seed, std::uint64_t first) const;

 private:
  TableCodec(RowRuleCodec rules, std::vector<std::shared_ptr<const ColumnCodec>> columns);

  RowRuleCodec rules_;
  std::vector<std::shared_ptr<const ColumnCodec>> columns_;
};

}  // namespace ctgan::synth::codecs
