// A column as its metadata describe it, for whoever makes cells.
#pragma once

#include "common/table/metadata.h"
#include "common/table/table.h"

namespace ctgan::table {

// Its name, type and decimals; no cells yet.
Column described_column(const ColumnMetadata& metadata);

}  // namespace ctgan::table
