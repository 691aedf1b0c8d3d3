#include <fmt/format.h>

#include <nlohmann/json.hpp>
#include <utility>

#include "common/errors/error.h"
#include "common/table/metadata.h"

namespace ctgan::table {
namespace {

using nlohmann::json;

[[noreturn]] void refuse(std::string_view field, std::string_view rule) {
  throw errors::Error(errors::Kind::bad_data,
                      fmt::format("the column metadata is damaged: {} {}", errors::quoted(field), rule));
}

// One object of the metadata, which knows where it stands for the messages.
class Fields {
 public:
  Fields(const json& value, std::string place) : value_(value), place_(std::move(place)) {}

  template <typename Value>
  Value get(const char* key, bool (json::*is_wanted)() const noexcept, std::string_view wanted) const {
    const std::string field = fmt::format("{}.{}", place_, key);
    const auto found = value_.is_object() ? value_.find(key) : value_.end();
    if (found == value_.end()) refuse(field, "is missing");
    if (!((*found).*is_wanted)()) refuse(field, fmt::format("is not {}", wanted));
    return found->template get<Value>();
  }
  std::string text(const char* key) const { return get<std::string>(key, &json::is_string, "a text"); }
  [[noreturn]] void refuse_value(const char* key, std::string_view value) const {
    refuse(fmt::format("{}.{}", place_, key), fmt::format("cannot be {}", errors::quoted(value)));
  }

 private:
  const json& value_;
  std::string place_;
};

ColumnKind read_kind(const Fields& fields) {
  const std::string name = fields.text("kind");
  for (const ColumnKind kind : {ColumnKind::continuous, ColumnKind::discrete}) {
    if (name == kind_name(kind)) return kind;
  }
  fields.refuse_value("kind", name);
}

Dtype read_dtype(const Fields& fields) {
  const std::string name = fields.text("dtype");
  if (const auto dtype = dtype_from_name(name)) return *dtype;
  fields.refuse_value("dtype", name);
}

int read_decimals(const Fields& fields) {
  constexpr std::int64_t k_most = 17;
  const auto decimals = fields.get<std::int64_t>("decimals", &json::is_number_integer, "an integer");
  if (decimals < -1 || decimals > k_most) fields.refuse_value("decimals", std::to_string(decimals));
  return static_cast<int>(decimals);
}

ColumnMetadata read_column(const Fields& fields) {
  ColumnMetadata column;
  column.name = fields.text("name");
  column.kind = read_kind(fields);
  column.dtype = read_dtype(fields);
  column.decimals = read_decimals(fields);
  column.has_missing = fields.get<bool>("missing", &json::is_boolean, "true or false");
  return column;
}

std::string_view pandas_dtype(const ColumnMetadata& column) {
  if (column.has_missing && column.dtype == Dtype::text) return "object";
  if (column.has_missing && column.dtype == Dtype::int64) return dtype_name(Dtype::float64);
  return dtype_name(column.dtype);
}

}  // namespace

json to_json(const Metadata& metadata) {
  json columns = json::array();
  for (const ColumnMetadata& column : metadata.columns) {
    columns.push_back({{"name", column.name},
                       {"kind", kind_name(column.kind)},
                       {"dtype", dtype_name(column.dtype)},
                       {"decimals", column.decimals},
                       {"missing", column.has_missing}});
  }
  return {{"columns", std::move(columns)}};
}

Metadata metadata_from_json(const json& value) {
  const auto columns = value.is_object() ? value.find("columns") : value.end();
  if (columns == value.end() || !columns->is_array()) refuse("columns", "is not a list");
  Metadata metadata;
  for (std::size_t i = 0; i < columns->size(); ++i) {
    metadata.columns.push_back(read_column({(*columns)[i], fmt::format("columns[{}]", i)}));
  }
  return metadata;
}

std::string sidecar_json(const Metadata& metadata) {
  nlohmann::ordered_json sidecar = nlohmann::ordered_json::object();
  for (const ColumnMetadata& column : metadata.columns) sidecar[column.name] = pandas_dtype(column);
  return sidecar.dump();
}

}  // namespace ctgan::table
