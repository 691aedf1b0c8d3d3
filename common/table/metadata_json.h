// Metadata and requests as JSON: in model files, over the wire, and in the metadata files of SDV.
#pragma once

#include <nlohmann/json.hpp>

#include "common/table/metadata.h"

namespace ctgan::table {

// {"columns":[{"name":..,"sdtype":"numerical","dtype":"int64","decimals":-1,"missing":[]},..],
//  "rules":{..}} and back. from_json throws Error(bad_data) naming the field.
nlohmann::json to_json(const Metadata& metadata);
Metadata metadata_from_json(const nlohmann::json& value);

// {"numerical":["age","fnlwgt"],"categorical":["sex"]}: the kinds that occur, in the order of ColumnKind.
nlohmann::ordered_json kinds_json(const Metadata& metadata);

// {"columns":{"zip":{"sdtype":"categorical"}},"drop":["id"],"missing":["NA"],"rules":{..}} and back; absent fields have their defaults. from_json throws Error(usage) naming the field, and as
// column_domain_from_json.
nlohmann::json table_request_json(const TableRequest& request);
TableRequest table_request_from_json(const nlohmann::json& value);

// A single-table metadata file of SDV (METADATA_SPEC_VERSION SINGLE_TABLE_V1, or V1 with one table): what
// sdtypes mean says sdv_types.h; what columns may hold stands beside them, in the file's own field "domain"
// (column_domain.h). Throws Error(bad_data) naming the place, and for an unknown sdtype the
// nearest.
std::map<std::string, ColumnRequest> read_sdv_metadata(const nlohmann::json& value);
// The rules in such a file, its own field beside "columns": {"columns":{..},"rules":["start <= end"]}. Throws
// Error(bad_data) unless it is a list of texts.
std::vector<std::string> read_row_rules(const nlohmann::json& value);
// The same file for what was inferred; constant and empty columns become categorical there.
nlohmann::ordered_json sdv_metadata(const Metadata& metadata);

}  // namespace ctgan::table
