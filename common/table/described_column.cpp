#include "common/table/described_column.h"

namespace ctgan::table {

Column described_column(const ColumnMetadata& metadata) {
  Column column;
  column.name = metadata.name;
  column.dtype = metadata.dtype;
  column.decimals = metadata.decimals;
  return column;
}

}  // namespace ctgan::table
