// The contract between a column's cells and the values that a method computes with: a fitted codec turns cells
// into numbers and codes, and numbers and codes into cells with the column's spelling. What a method makes of
// the values is its own matter (encoders/ for the networks).
//
//   kind                     values                                             codec
//   numerical                a number                                           NumberCodec
//     with a number_format   the same                                           RespellingCodec (PrintedNumbers)
//   datetime                 a number: steps on an axis of whole ticks          DatetimeCodec
//     with time zones        + the zone, a code
//     as numbers, or in      the same                                           RespellingCodec (RespeltDates)
//     mixed formats
//   categorical, boolean     the category, a code                               CategoryCodec
//   constant                 none                                               CategoryCodec
//   id                       none                                               IdentifierCodec
//   with missing values      those of the present cells + which text stands     MissingCodec around another
//     (not categorical)      for a missing value, if any, a code
//
// Immutable once made; safe to share between threads.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "common/table/metadata.h"
#include "common/table/table.h"
#include "server/synth/codecs/category_codes.h"
#include "server/synth/codecs/codes.h"

namespace ctgan::synth::codecs {

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
  // False: identifiers are not made, a number stands for each until TableCodec::number_rows.
  bool numbered = true;
};

// The training rows with each code of a part.
struct CategoryRows {
  std::vector<std::uint64_t> counts;  // at least one each
  // Categories of the table itself; false for what a codec adds to say which cells are missing or which time
  // zone they name.
  bool own = true;

  bool operator==(const CategoryRows&) const = default;
};

// What values a column has.
struct Domain {
  bool has_numbers = false;
  double step = 0;                  // numbers are multiples of it, up to rounding; 0: of none that is known
  std::vector<CategoryRows> parts;  // each with two codes at least
  // The part whose code 0 says that the cell holds a value, and whose other codes say which text stands for it.
  std::optional<std::size_t> presence;
};

// The values of some rows, as the codec's domain has them.
struct ColumnValues {
  std::vector<double> numbers;  // one a row, finite; that of another row where the cell is missing
  std::vector<Codes> parts;     // each with one code a row
};

// A code of one of the parts.
struct PartCode {
  std::size_t part = 0;
  std::uint32_t code = 0;

  bool operator==(const PartCode&) const = default;
};

class ColumnCodec {
 public:
  virtual ~ColumnCodec() = default;

  virtual const table::ColumnMetadata& metadata() const = 0;
  virtual Domain domain() const = 0;
  // All texts that decode() can give, with their training rows; nothing where these are not categories.
  virtual CategoryCounts categories() const { return {}; }
  // Where rows with this cell text are found; nothing unless it is a category of a part. Rows with other texts
  // may be found there too, when the category stands for several.
  virtual std::optional<PartCode> find(std::string_view /*text*/) const { return std::nullopt; }

  // Throws Error(bad_data) for a cell that the fitted column could not hold.
  virtual ColumnValues encode(const table::Column& column, const FitPlace& place) const = 0;
  // The inverse. Throws Error(bad_data) when there are no more identifiers.
  virtual table::Column decode(const ColumnValues& values, const SampledRows& rows) const = 0;

  virtual ColumnRecord record() const = 0;
};

// Fits what the column's kind asks for. Throws Error(bad_data) naming the column when it cannot.
// REQUIRES: metadata describes the column.
std::unique_ptr<const ColumnCodec> fit_codec(const table::Column& column,
                                             const table::ColumnMetadata& metadata,
                                             const table::TableRules& rules, const FitPlace& place);

// The inverse of record(). Throws Error(bad_data) naming the column for a record that no fit makes.
std::unique_ptr<const ColumnCodec> load_codec(const table::ColumnMetadata& metadata,
                                              const table::TableRules& rules, const ColumnRecord& record);

}  // namespace ctgan::synth::codecs
