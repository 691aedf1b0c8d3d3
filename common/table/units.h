// Rows that belong together: those of one person, household or machine, where an identifier comes again. What many rows
// share may then be one person's.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "common/table/metadata.h"
#include "common/table/table.h"

namespace ctgan::table {

struct Units {
  std::string column;               // empty: every row is by itself
  std::vector<std::uint32_t> rows;  // the unit of each row, from 0 on; empty where no column is
};

// Units are not looked for among fewer values: those of a column of departments are no people.
inline constexpr std::size_t k_fewest_units = 40;

// A name that ends like an identifier's: "id", "order_id", "userId", "uuid".
bool ends_like_identifier(std::string_view name);
// The same of a person, or of what stands for one: "patient_id", "customerNo", "member number", "household id", "email".
bool names_somebody(std::string_view name);

// Of the identifiers of which several rows share values the one with the fewest values: customers rather than their orders.
// None where it has fewer than k_fewest_units, or hardly any row shares one: then rows are as good as by themselves. A row
// without a value is a unit of its own. REQUIRES: the metadata's columns are the table's.
Units units_of(const Table& table, const Metadata& metadata);

}  // namespace ctgan::table
