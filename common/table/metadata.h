// What each column means to a model: continuous or discrete, and how it is written back.
//
//     Metadata metadata = infer_metadata(table, {.discrete = {"zip"}, .batch_unit = 10});
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "common/table/table.h"

namespace ctgan::table {

enum class ColumnKind { continuous, discrete };

std::string_view kind_name(ColumnKind kind);

struct ColumnMetadata {
  std::string name;
  ColumnKind kind = ColumnKind::continuous;
  Dtype dtype = Dtype::float64;
  int decimals = -1;         // as in Column
  bool has_missing = false;  // some cell is empty
};

struct Metadata {
  std::vector<ColumnMetadata> columns;  // in the order of the table

  std::vector<std::string> names(ColumnKind kind) const;
};

struct MetadataRequest {
  std::vector<std::string> discrete;  // numeric columns to treat as categories
  std::size_t batch_unit = 1;         // rows that one training step needs at least (pac)
};

// text and bool columns are discrete, numeric ones continuous unless named in `request.discrete`.
// Throws Error(bad_data), always naming the column: missing values in a numeric column; a text column
// whose values are all distinct (hint: --drop; not raised for a single row); an unknown name in
// `discrete` (hint: the closest); fewer rows than batch_unit; no column left.
Metadata infer_metadata(const Table& table, const MetadataRequest& request);

// {"columns":[{"name":..,"kind":"continuous","dtype":"int64","decimals":-1,"missing":false},..]} and back.
// from_json throws Error(bad_data) naming the field.
nlohmann::json to_json(const Metadata& metadata);
Metadata metadata_from_json(const nlohmann::json& value);

// The sidecar: {"age":"int64","workclass":"str",...} in column order, so that df.astype(json) works and gives
// the dtypes that pandas.read_csv found in the original. Where cells are empty a text column is "object",
// since astype(str) would write 'nan' into them, and an integer column "float64", since pandas' int64 cannot
// miss a value.
std::string sidecar_json(const Metadata& metadata);

}  // namespace ctgan::table
