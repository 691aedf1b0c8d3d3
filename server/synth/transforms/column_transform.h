// The contract of a column's way into the networks and back: a fitted transform turns the cells of one column
// into no, one or several encoded columns, and encoded columns into cells.
//
//   kind                     encoded columns                                    transform
//   numerical                scalar and mode (mode_normalizer.h)                NumericalTransform
//   datetime                 the same                                           DatetimeTransform
//     dates as numbers, or     the same: RespeltDateTransform around a DatetimeTransform
//     in mixed formats
//     with time zones          + the zone, discrete
//     with a number_format     the same: PrintedNumberTransform around a NumericalTransform
//   categorical, boolean     the category, discrete                             CategoricalTransform
//   constant                 none                                               CategoricalTransform
//   id                       none                                               IdentifierTransform
//   with missing values      those of the present cells + which text stands     MissingTransform
//     (not categorical)        for a missing value, if any, discrete              around another
//
// Immutable once made; safe to share between threads.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "common/table/metadata.h"
#include "common/table/table.h"
#include "server/synth/transforms/category_codes.h"
#include "server/synth/transforms/encoded_table.h"

namespace ctgan::synth::transforms {

// What an archive keeps of a fitted column: every value in it comes from the data, and nothing else does.
struct ColumnRecord {
  std::map<std::string, std::vector<double>, std::less<>> numbers;
  std::map<std::string, std::vector<std::int64_t>, std::less<>> integers;
  std::map<std::string, std::vector<std::string>, std::less<>> texts;

  // Throw Error(bad_data) "column 'age' has no 'modes'" for one that is not there.
  const std::vector<double>& need_numbers(const std::string& column, std::string_view name) const;
  const std::vector<std::int64_t>& need_integers(const std::string& column, std::string_view name) const;
  const std::vector<std::string>& need_texts(const std::string& column, std::string_view name) const;
};

// One column of a training table among all of them. Random numbers are a function of seed and position.
struct FitPlace {
  std::uint64_t seed = 0;
  std::size_t column = 0;
  // The same column in rows of the original that are not trained on: they count where a value must be shared
  // to come out, and none of their identifiers may. Null: there are none.
  const table::Column* set_aside = nullptr;
  // Share of the training rows that hold a value.
  double present = 1;
};

// A stretch of a sample: `count` rows from row `first` of the sample with this seed on.
struct SampledRows {
  std::uint64_t seed = 0;
  std::uint64_t first = 0;
  std::size_t count = 0;
  std::size_t column = 0;  // in the table
  // False: identifiers are not made, a number stands for each until TableTransform::number_rows.
  bool numbered = true;
};

// A category of a discrete encoded column.
struct EncodedCategory {
  std::size_t part = 0;  // which of the transform's encoded columns
  std::uint32_t code = 0;
};

// The training rows with each category of a discrete encoded column.
struct CategoryRows {
  std::vector<std::uint64_t> counts;  // at least one each
  // Categories of the table itself; false for what a transform adds to say which cells are missing or which
  // time zone they name.
  bool own = true;

  bool operator==(const CategoryRows&) const = default;
};

class ColumnTransform {
 public:
  virtual ~ColumnTransform() = default;

  virtual const table::ColumnMetadata& metadata() const = 0;
  // Appends its encoded columns.
  virtual void add_to(OutputLayout& layout) const = 0;
  // For each of its discrete encoded columns, in order.
  virtual std::vector<CategoryRows> category_rows() const = 0;
  // All texts that decode() can give, with their training rows; nothing where these are not categories.
  virtual CategoryCounts categories() const { return {}; }
  // Where rows with this cell text are found; nothing unless it is a category of a discrete encoded column.
  // Rows with other texts may be found there too, when the category stands for several.
  virtual std::optional<EncodedCategory> find(std::string_view text) const = 0;

  // The encoded columns of add_to. Throws Error(bad_data) for a cell that the fitted column could not hold.
  virtual std::vector<EncodedColumn> encode(const table::Column& column, const FitPlace& place) const = 0;
  // The inverse: cells with the column's spelling. Throws Error(bad_data) when there are no more values.
  virtual table::Column decode(std::span<const EncodedColumn> encoded, const SampledRows& rows) const = 0;

  virtual ColumnRecord record() const = 0;
};

// Fits what the column's kind asks for. Throws Error(bad_data) naming the column when it cannot.
// REQUIRES: metadata describes the column.
std::unique_ptr<const ColumnTransform> fit_column(const table::Column& column,
                                                  const table::ColumnMetadata& metadata,
                                                  const table::TableRules& rules, const FitPlace& place);

// The inverse of record(). Throws Error(bad_data) naming the column for a record that no fit makes.
std::unique_ptr<const ColumnTransform> load_column(const table::ColumnMetadata& metadata,
                                                   const table::TableRules& rules,
                                                   const ColumnRecord& record);

}  // namespace ctgan::synth::transforms
