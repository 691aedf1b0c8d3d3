// What too few rows share to be anything but a person's: values of a column that fewer rows have than
// TableRules::min_category_count asks for. They are neither learnt nor do they come out.
//
//   most rows of a column hold one     the column is made anew (ColumnKind::id), repeats at their rate
//   some rows do                       what falls on them is drawn from the other values
//
// Texts that stand for missing values are nobody's.
#pragma once

#include <cstdint>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

#include "common/table/metadata.h"
#include "common/table/table.h"
#include "common/table/units.h"

namespace ctgan::table {

// What is asked for unless somebody says otherwise: 5, relaxed for small tables.
TableRules default_protection();

// How many rows must share a value in a table of `rows` rows. Where the rules are relaxed for small tables, a
// twentieth of the rows, at least 3 (what statistical offices ask of a cell), at most what the rules say.
std::uint64_t rows_to_share(const TableRules& rules, std::size_t rows);

struct RareValues {
  std::string column;
  std::uint64_t values = 0;   // different ones that fewer rows share
  std::uint64_t rows = 0;     // that hold one of them
  std::uint64_t present = 0;  // rows that hold a value at all

  bool in_most_rows() const { return 2 * rows > present; }
};

// Where rows belong together (units.h) a value is rare that fewer units share, whatever their rows are.
RareValues rare_values(const Column& column, const std::vector<std::string>& missing_texts,
                       std::uint64_t rows_to_share, const Units& units = {});

// The last step of inference. Where most rows hold a rare value, a text column that was found or asked to be
// discrete becomes id, as does one of whole numbers that was found and is `named_like_identifier`; numbers
// that were asked to be discrete are learnt as numbers.
void protect_people(const Column& column, bool named_like_identifier, std::uint64_t rows_to_share,
                    ColumnMetadata& metadata);

// The same for a whole table once its identifiers are known: a name, an address that comes in six rows of one person is
// nobody else's. Where most rows of a text column hold a value that fewer units share, it becomes id.
void protect_units(const Table& table, Metadata& metadata);

// Makes each cell whose value is rare by its units alone a text that no other row has, so that it is neither learnt nor
// given as one that is rare by its rows. Of text columns that are learnt as categories. REQUIRES: as protected_columns.
void withhold_rare(Table& table, const Metadata& metadata);

// What was found in a whole table, column by column.
struct ProtectedColumns {
  std::uint64_t rows_to_share = 1;
  std::string unit = {};              // the column whose values, and not rows, are counted; empty: rows
  std::vector<RareValues> made_anew;  // all identifiers
  std::vector<RareValues> left_out;   // discrete columns with rare values
};

// REQUIRES: the metadata is that of the table.
ProtectedColumns protected_columns(const Table& table, const Metadata& metadata);

// A line for what is made anew and one for what is left out, where there is any, each with the flag that says
// otherwise.
std::vector<std::string> protection_lines(const ProtectedColumns& found);

// {"rows_to_share":5,"made_anew":[{"column":"mail","values":2999,"rows":2999,"present":3000}],"left_out":[]}
// and back. from_json throws Error(bad_data) for anything else.
nlohmann::json to_json(const ProtectedColumns& found);
ProtectedColumns protected_columns_from_json(const nlohmann::json& value);

}  // namespace ctgan::table
