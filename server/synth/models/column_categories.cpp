#include "server/synth/models/column_categories.h"

namespace ctgan::synth::models {

std::vector<Category> categories_of(const transforms::TableTransform::ColumnState& column) {
  std::vector<Category> categories;
  if (column.metadata.kind != table::ColumnKind::discrete) return categories;
  for (std::size_t i = 0; i < column.categories.size(); ++i)
    categories.push_back({column.categories[i], column.counts[i]});
  return categories;
}

}  // namespace ctgan::synth::models
