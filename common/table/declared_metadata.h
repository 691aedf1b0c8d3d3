// What a table's columns are and may hold as it was declared, without a look at a single row: what a private method
// fits by, or begins to look for what it is to pay for by. A draft for somebody to confirm is read from the rows (domain_draft.h), and says so field by field.
#pragma once

#include <string>
#include <vector>

#include "common/table/metadata.h"

namespace ctgan::table {

// Throws Error(bad_data) naming the column, and with what to do, where one has no kind or no domain, or a domain that
// does not suit its kind:
//
//   numerical             min and max, or edges; decimals
//   datetime              the same, in the column's datetime_format
//   categorical, boolean  categories, of which one alone is a constant
//   id                    nothing more: made anew, from a number of its own for each row
//
// and for a field that was read from the rows and that `request` does not let through. Fields that are to be found
// (ColumnDomain::paid) are empty, and stay so: min, max and edges of numbers and dates, categories of the others. The
// column that names the unit of privacy is an id. REQUIRES: names of columns, as they are when those to drop have gone.
Metadata declared_metadata(const std::vector<std::string>& names, const TableRequest& request);

// What follows from a column's domain: its type, decimals and texts of missing values. Throws as declared_metadata for
// a domain that does not suit the kind. REQUIRES: a domain.
void settle_domain(ColumnMetadata& column);

// Throws Error(bad_data) where there are columns and none can hold more than one value: known before a budget is debited.
void require_several_values(const Metadata& metadata);

// Whether a domain has fields that a fit is to find.
bool has_paid_domains(const Metadata& metadata);

}  // namespace ctgan::table
