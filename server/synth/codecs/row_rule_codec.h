// The rules of a table (common/conditions/row_rules.h) between its cells and its columns' codecs, so that they hold in
// every row that any model draws:
//
//   computed by an equation   nothing is learnt but which cells are missing though no input is
//   bounded by others         the distance to the bound is learnt, a column of numbers
//   combinations              one column of joined cells is learnt in the place of the first, none for
//                             the others
//
// Every other column is learnt as it is. A table has as many learnt columns as columns, in their order.
// Immutable once made, safe to share between threads.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "common/conditions/cell_values.h"
#include "common/conditions/row_rules.h"
#include "common/table/metadata.h"
#include "common/table/table.h"
#include "server/synth/codecs/column_codec.h"

namespace ctgan::synth::codecs {

// The columns that are learnt in the place of others, by their place in the table.
using ReplacedColumns = std::map<std::size_t, table::Column>;

class RowRuleCodec {
 public:
  RowRuleCodec() = default;
  // By metadata.rules.row_rules. Throws Error as RowRules. REQUIRES: metadata describes `table`.
  static RowRuleCodec fit(const table::Table& table, const table::Metadata& metadata);
  // `records`: of the columns, with what add_to() put there. Throws Error(bad_data) naming what is missing.
  static RowRuleCodec load(const table::Metadata& metadata, const std::vector<ColumnRecord>& records);

  // Of the table's columns: a computed one misses values where one that it is computed from does.
  const table::Metadata& metadata() const { return metadata_; }
  // Of the learnt columns.
  const table::Metadata& learnt() const { return learnt_; }
  // The columns of `table` that are learnt as others. Cells of rows that break a rule, or where a bound is
  // missing, are learnt as another row's.
  ReplacedColumns replaced(const table::Table& table) const;
  // The inverse for whole rows: `columns` are learnt columns, and become the table's.
  void restore(std::vector<table::Column>& columns) const;
  // Appends what the rules know of a column.
  void add_to(std::size_t column, ColumnRecord& record) const;

  // Whether a column is computed or bounded by others.
  bool makes(std::size_t column) const;
  // The combination that a column is learnt in, or null.
  const conditions::Derivation* combination_of(std::size_t column) const;

 private:
  // What is kept of a column that is made.
  struct Facts {
    conditions::CellSpelling spelling;
    std::vector<std::string> own_missing;  // texts that stand though no input is missing
    long double least = 0, greatest = 0;   // of the training table
    long double middle = 0;                // of the bounds: where a bound is missing in the first rows
    long double unit = 0;  // distances are multiples of it, learnt as whole numbers; 0: they are not
    // Values far from all others, which many rows share (9999-12-31): learnt as such, by their texts.
    std::map<std::string, long double> outliers;
  };

  explicit RowRuleCodec(table::Metadata metadata);
  void describe_learnt();
  Facts facts_of(const conditions::Derivation& derivation, const table::Table& table) const;
  Facts read_facts(std::size_t column, const ColumnRecord& record) const;
  const conditions::CellValues& values(std::size_t column) const { return values_.at(column); }
  // What distances of whole numbers and dates are multiples of, whatever they are; 0 for others.
  long double finest_unit(const conditions::Derivation& derivation) const;
  Facts bounded_facts(const conditions::Derivation& derivation, const table::Table& table, Facts facts) const;
  std::vector<long double> bounds(const conditions::Derivation& derivation,
                                  const std::vector<const table::Column*>& columns) const;

  table::Column marks(const conditions::Derivation& derivation, const table::Table& table) const;
  table::Column distances(const conditions::Derivation& derivation, const table::Table& table) const;

  table::Column computed(const conditions::Derivation& derivation,
                         const std::vector<table::Column>& columns) const;
  table::Column bounded(const conditions::Derivation& derivation,
                        const std::vector<table::Column>& columns) const;
  long double inside(const conditions::Derivation& derivation, long double value,
                     const std::vector<long double>& bounds) const;
  long double kept(const conditions::Derivation& derivation, long double value,
                   const std::vector<long double>& bounds) const;
  void restore_combination(const conditions::Derivation& derivation,
                           std::vector<table::Column>& columns) const;

  table::Metadata metadata_;
  table::Metadata learnt_;
  conditions::RowRules rules_;
  std::map<std::size_t, conditions::CellValues> values_;  // of the columns that rules compute with
  std::map<std::size_t, Facts> facts_;                    // of the columns that rules make
};

}  // namespace ctgan::synth::codecs
