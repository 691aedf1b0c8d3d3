// What each column is, and how it is written back: inferred from the cells, overridden by what a user says.
//
//     TableRequest request;
//     request.columns["zip"].kind = ColumnKind::categorical;
//     Metadata metadata = infer_metadata(table, request);
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "common/table/column_domain.h"
#include "common/table/missing_texts.h"
#include "common/table/table.h"

namespace ctgan::table {

//   numerical    a number is learnt as a number; decimals and observed range are kept
//   categorical  one of the observed texts
//   boolean      the same, of at most two texts
//   datetime     a point in time, learnt as a number, written in the column's format
//   id           names a row, or somebody: made anew in the same shape, never learnt, never copied; values
//                come twice as often as they did
//   constant     the same text in every row
//   all_missing  no value in any row
enum class ColumnKind : std::uint8_t { numerical, categorical, boolean, datetime, id, constant, all_missing };

// "numerical", "all_missing": the first five are SDV's sdtypes.
std::string_view kind_name(ColumnKind kind);
std::optional<ColumnKind> kind_from_name(std::string_view name);
inline constexpr std::array k_all_kinds{ColumnKind::numerical,  ColumnKind::categorical, ColumnKind::boolean,
                                        ColumnKind::datetime,   ColumnKind::id,          ColumnKind::constant,
                                        ColumnKind::all_missing};

struct ColumnMetadata {
  std::string name;
  ColumnKind kind = ColumnKind::numerical;
  Dtype dtype = Dtype::float64;
  int decimals = -1;                            // as in Column
  std::vector<std::string> missing_texts = {};  // what stands for a missing value in some cell
  std::string datetime_format = {};             // a pattern of DatetimeFormat; datetime only
  std::string content = {};                     // of an id: "email", as SDV calls it; empty: its shape says
  // A pattern of NumberFormat: of numbers in print, whose dtype is text; or as in Column.
  std::string number_format = {};
  // Of a table for a private method (declared_metadata.h); others learn what cells may hold from the cells.
  std::optional<ColumnDomain> domain = {};
  // What the column was in a typed file, in Arrow's words: "int32", "timestamp[us, tz=UTC]". Says nothing of what it is
  // learnt as; drawn rows get the type back in such a file. Empty: it came from a text.
  std::string storage_type = {};

  bool has_missing() const { return !missing_texts.empty(); }
};

// Noise on counts grows with the rows of a unit: nothing could be learnt with more.
inline constexpr std::uint64_t k_most_rows_per_unit = 1000;

// What holds for all columns of a table.
struct TableRules {
  // Categories that a column may have in the networks; the rarest of a column with more are learnt as one,
  // which is drawn back by their frequency. At most 10,000 in all columns together.
  std::uint64_t max_categories = 5000;
  // Categories of fewer rows never come out, and are not kept. 1 keeps all, which is what requests and models
  // mean that do not say.
  std::uint64_t min_category_count = 1;
  // Fewer rows are enough in a table of few rows (rare_values.h). infer_metadata settles the number.
  bool relaxed_if_small = false;
  // Numbers and dates stay between the least and the greatest that were seen.
  bool keep_range = true;
  // What holds between the cells of every row, as it was typed (row_rule.h).
  std::vector<std::string> row_rules = {};
  // What a private method protects: all rows of one value of this column, of which so many are used at most; each row
  // by itself where no column is named.
  std::string privacy_unit = {};
  std::uint64_t rows_per_unit = 1;
};

// The names of all columns of a table together, so that whatever lists them has a bound: model files,
// messages, reports.
inline constexpr std::size_t k_most_name_bytes = std::size_t{4} << 20;

struct Metadata {
  std::vector<ColumnMetadata> columns;  // in the order of the table
  TableRules rules;

  std::vector<std::string> names() const;
  std::vector<std::string> names(ColumnKind kind) const;
};

struct ColumnRequest {
  std::optional<ColumnKind> kind;  // one of the first five; none: inferred
  std::string datetime_format;     // empty: inferred
  std::string content = {};        // of an id (sdv_types.h); empty: not said
  std::optional<ColumnDomain> domain = {};
  std::string storage_type = {};  // as in ColumnMetadata
};

// What a user says of a table before anything is known of it.
struct TableRequest {
  std::map<std::string, ColumnRequest> columns;
  std::vector<std::string> drop;
  // For a private method: columns ("age"), or fields of their domains ("age.min"), that may be as they were read from
  // the rows, without protection; "all".
  std::vector<std::string> domain_leaks = {};
  MissingTexts missing;
  TableRules rules;
};

// What the cells of `table` (whose unwanted columns are gone) say, where `request` says nothing else:
//
//   no value in any row                                       all_missing
//   one text in every row                                     constant
//   whole numbers that are dates (20240131, 202401)           datetime
//   numbers                                                   numerical; id when they are whole, all
//                                                             different and count up by one, or the column is
//                                                             named like an identifier ("id", "user_id",
//                                                             "userId")
//   True and False, in one spelling each                      boolean
//   texts that one DatetimeFormat reads, or a mixed one       datetime
//   whole numbers and texts of 40 values or more in a column  id, unless the rules let all come out
//   named like somebody's identifier (units.h: "email")
//   texts that one NumberFormat reads                         numerical, unless they count up by one
//   texts, a different one in every row                       id
//   other texts                                               categorical; id where most rows hold one that
//                                                             too few rows, or too few people, share
//                                                             (rare_values.h)
//
// Throws Error(usage) for an unknown name in `request` (hint: the closest), Error(bad_data), always naming the
// column: a kind that the cells cannot have; names of more than k_most_name_bytes together; fewer rows than `least_rows`,
// what a fit needs; no column left, or none with anything to learn.
Metadata infer_metadata(const Table& table, const TableRequest& request, std::size_t least_rows = 1);

// For a table that has lost rows since: what stood for missing values in none of those left is forgotten. The
// kinds stay. REQUIRES: the metadata's columns are the table's.
void forget_unseen_missing(Metadata& metadata, const Table& table, const MissingTexts& missing);

// The sidecar: {"age":"int64","workclass":"str",...} in column order, so that df.astype(json) works and gives
// the dtypes that pandas.read_csv found in the original. Where cells are missing a text column is "object",
// since astype(str) would write 'nan' into them, and an integer column "float64", since pandas' int64 cannot
// miss a value.
std::string sidecar_json(const Metadata& metadata);

}  // namespace ctgan::table
