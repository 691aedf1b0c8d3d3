// What holds for every column of a kind, whatever its cells are: the one table that is asked where kinds differ in
// a property.
//
//     if (traits_of(column.kind).is_discrete()) ...
//
// What is done for a kind (its inference, its codec, its sentence in a plan) stays with whoever does it.
#pragma once

#include <cstdint>
#include <string_view>

#include "common/table/metadata.h"

namespace ctgan::table {

// What methods learn of a cell that holds a value.
enum class Learnt : std::uint8_t { nothing, number, category };

// As what a judge holds the cells of an original against those of a sample.
enum class Compared : std::uint8_t { not_at_all, numbers, moments, categories };

struct KindTraits {
  ColumnKind kind;
  std::string_view name;    // in metadata, messages and JSON
  std::string_view sdtype;  // what SDV calls such a column
  bool chosen;              // a user may ask for it; else only the cells can say so
  Learnt learnt;
  // A model has the list of all texts that can stand in its cells, missing texts among them where some are missing.
  bool listed;
  // Which text stands for a missing value is known beside the values; else missing texts are categories as others.
  bool missing_apart;
  // Values are made for the rows of a sample, by their number, in the shape of the original's.
  bool made_anew;
  // Values that too few rows share come out all the same where no value is shared by enough: they name nobody.
  bool rare_may_stay;
  Compared compared;

  bool is_number() const { return learnt == Learnt::number; }
  bool is_discrete() const { return learnt == Learnt::category; }
  // Values of the original may come out: a model knows some.
  bool keeps_values() const { return learnt != Learnt::nothing || listed; }
};

// Takes constant time.
const KindTraits& traits_of(ColumnKind kind);

}  // namespace ctgan::table
