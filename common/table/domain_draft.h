// A draft of what the columns of a table may hold, read from its rows for their owner to look through: each field says
// that it was read, until somebody confirms it. A draft is as confidential as the table.
#pragma once

#include "common/table/metadata.h"
#include "common/table/table.h"

namespace ctgan::table {

// The same metadata with a domain for each column. REQUIRES: as inferred for the table.
Metadata with_domain_draft(Metadata metadata, const Table& table);

}  // namespace ctgan::table
