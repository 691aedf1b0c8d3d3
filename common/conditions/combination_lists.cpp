#include "common/conditions/combination_lists.h"

#include <fmt/format.h>

#include "common/conditions/row_constraint.h"
#include "common/errors/error.h"
#include "common/table/kind_traits.h"

namespace ctgan::conditions {

std::vector<std::vector<std::size_t>> combination_columns(const std::vector<std::string>& lists,
                                                          const table::Metadata& metadata) {
  std::vector<std::string> names;
  for (const table::ColumnMetadata& column : metadata.columns) names.push_back(column.name);
  std::vector<std::vector<std::size_t>> found;
  for (const std::string& list : lists) {
    found.push_back(parse_column_list(list, names));
    for (const std::size_t column : found.back()) {
      const table::ColumnKind kind = metadata.columns[column].kind;
      if (table::traits_of(kind).listed) continue;
      throw errors::Error(
          errors::Kind::usage,
          fmt::format("the combinations of {} cannot be kept: column {} is {}, not categorical",
                      errors::quoted(list), errors::quoted(names[column]), table::kind_name(kind)),
          fmt::format("make its values categories with '--discrete {}'", names[column]));
    }
  }
  return found;
}

}  // namespace ctgan::conditions
