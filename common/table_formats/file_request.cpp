#include "common/table_formats/file_request.h"

#include <nlohmann/json.hpp>

#include "common/table/metadata_json.h"

namespace ctgan::table_formats {

nlohmann::json to_json(const FileRequest& request) {
  nlohmann::json json = table::table_request_json(request);
  json["dialect"] = to_json(request.dialect);
  return json;
}

FileRequest file_request_from_json(const nlohmann::json& value) {
  FileRequest request{table::table_request_from_json(value), {}};
  if (value.contains("dialect")) request.dialect = dialect_from_json(value["dialect"]);
  return request;
}

}  // namespace ctgan::table_formats
