// What a user says of a file that holds a table, before anything is known of either.
#pragma once

#include <nlohmann/json_fwd.hpp>

#include "common/table/metadata.h"
#include "common/table_formats/csv_dialect.h"

namespace ctgan::table_formats {

struct FileRequest : table::TableRequest {
  CsvDialect dialect;
};

// As metadata_json.h has the table's, with {"dialect":{..}} beside it; an absent field has its default.
// from_json throws Error(usage) naming the field.
nlohmann::json to_json(const FileRequest& request);
FileRequest file_request_from_json(const nlohmann::json& value);

}  // namespace ctgan::table_formats
