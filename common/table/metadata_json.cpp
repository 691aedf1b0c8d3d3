#include "common/table/metadata_json.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "common/errors/error.h"
#include "common/table/kind_traits.h"
#include "common/table/number_format.h"
#include "common/table/sdv_types.h"

namespace ctgan::table {
namespace {

using errors::Kind;
using nlohmann::json;
using nlohmann::ordered_json;

constexpr const char* k_spec = "SINGLE_TABLE_V1";

// One object of a document, which knows where it stands for the messages.
class Fields {
 public:
  Fields(const json& value, std::string place, Kind kind)
      : value_(value), place_(std::move(place)), kind_(kind) {
    if (!value.is_object()) refuse("is not an object");
  }

  [[noreturn]] void refuse(std::string_view rule) const { refuse("", rule); }
  [[noreturn]] void refuse(std::string_view key, std::string_view rule, std::string hint = {}) const {
    const std::string_view joint = place_.empty() || key.empty() ? "" : ".";
    throw errors::Error(kind_,
                        fmt::format("the table's metadata cannot be used: {} {}",
                                    errors::quoted(fmt::format("{}{}{}", place_, joint, key)), rule),
                        std::move(hint));
  }

  const json* find(const char* key) const {
    const auto found = value_.find(key);
    return found == value_.end() || found->is_null() ? nullptr : &*found;
  }
  const json& require(const char* key) const {
    const json* found = find(key);
    if (found == nullptr) refuse(key, "is missing");
    return *found;
  }
  template <typename Value>
  Value get(const char* key, bool (json::*is_wanted)() const noexcept, std::string_view wanted) const {
    const json& found = require(key);
    if (!(found.*is_wanted)()) refuse(key, fmt::format("is not {}", wanted));
    return found.get<Value>();
  }
  std::string text(const char* key) const { return get<std::string>(key, &json::is_string, "a text"); }
  std::string text_or_empty(const char* key) const {
    return find(key) == nullptr ? std::string() : text(key);
  }
  bool boolean(const char* key) const { return get<bool>(key, &json::is_boolean, "true or false"); }
  std::vector<std::string> texts(const char* key) const {
    std::vector<std::string> found;
    if (find(key) == nullptr) return found;
    if (!find(key)->is_array()) refuse(key, "is not a list of texts");
    for (const json& entry : *find(key)) {
      if (!entry.is_string()) refuse(key, "is not a list of texts");
      found.push_back(entry.get<std::string>());
    }
    return found;
  }
  std::optional<ColumnDomain> domain() const {
    const json* found = find("domain");
    if (found == nullptr) return std::nullopt;
    return column_domain_from_json(*found, place_ + ".domain");
  }
  const json& value() const { return value_; }
  const std::string& place() const { return place_; }

 private:
  const json& value_;
  std::string place_;
  Kind kind_;
};

ColumnKind read_kind(const Fields& fields) {
  const std::string name = fields.text("sdtype");
  if (const auto kind = kind_from_name(name)) return *kind;
  fields.refuse("sdtype", fmt::format("cannot be {}", errors::quoted(name)));
}

Dtype read_dtype(const Fields& fields) {
  const std::string name = fields.text("dtype");
  if (const auto dtype = dtype_from_name(name)) return *dtype;
  fields.refuse("dtype", fmt::format("cannot be {}", errors::quoted(name)));
}

int read_decimals(const Fields& fields) {
  constexpr std::int64_t k_most = 17;
  const auto decimals = fields.get<std::int64_t>("decimals", &json::is_number_integer, "an integer");
  if (decimals < -1 || decimals > k_most) fields.refuse("decimals", fmt::format("cannot be {}", decimals));
  return static_cast<int>(decimals);
}

ColumnMetadata read_column(const Fields& fields) {
  ColumnMetadata column;
  column.name = fields.text("name");
  column.kind = read_kind(fields);
  column.dtype = read_dtype(fields);
  column.decimals = read_decimals(fields);
  column.missing_texts = fields.texts("missing");
  column.datetime_format = fields.text_or_empty("datetime_format");
  column.content = fields.text_or_empty("content");
  column.number_format = fields.text_or_empty("number_format");
  column.domain = fields.domain();
  column.storage_type = fields.text_or_empty("storage_type");
  if (!column.number_format.empty()) NumberFormat{column.number_format};
  return column;
}

std::uint64_t read_count(const Fields& fields, const char* key, std::uint64_t low, std::uint64_t high,
                         std::uint64_t otherwise) {
  if (fields.find(key) == nullptr) return otherwise;
  const json& value = *fields.find(key);
  if (!value.is_number_integer() || value < low || value > high)
    fields.refuse(key, fmt::format("must be a whole number from {} to {}", low, high));
  return value.get<std::uint64_t>();
}

json rules_json(const TableRules& rules) {
  json value{{"max_categories", rules.max_categories},
             {"min_category_count", rules.min_category_count},
             {"keep_range", rules.keep_range}};
  if (!rules.row_rules.empty()) value["row_rules"] = rules.row_rules;
  if (rules.relaxed_if_small) value["relaxed_if_small"] = true;
  if (!rules.privacy_unit.empty()) {
    value["privacy_unit"] = rules.privacy_unit;
    value["rows_per_unit"] = rules.rows_per_unit;
  }
  return value;
}

TableRules read_rules(const Fields& parent, Kind kind) {
  TableRules rules;
  if (parent.find("rules") == nullptr) return rules;
  constexpr std::uint64_t k_most_categories = 10'000;
  constexpr std::uint64_t k_most_rows = 1'000'000'000;
  const Fields fields(*parent.find("rules"), "rules", kind);
  rules.max_categories = read_count(fields, "max_categories", 2, k_most_categories, rules.max_categories);
  rules.min_category_count =
      read_count(fields, "min_category_count", 1, k_most_rows, rules.min_category_count);
  if (fields.find("keep_range") != nullptr) rules.keep_range = fields.boolean("keep_range");
  rules.row_rules = fields.texts("row_rules");
  rules.privacy_unit = fields.text_or_empty("privacy_unit");
  rules.rows_per_unit = read_count(fields, "rows_per_unit", 1, k_most_rows_per_unit, rules.rows_per_unit);
  if (fields.find("relaxed_if_small") != nullptr) rules.relaxed_if_small = fields.boolean("relaxed_if_small");
  return rules;
}

ColumnRequest read_request(const Fields& fields) {
  ColumnRequest request;
  request.datetime_format = fields.text_or_empty("datetime_format");
  request.content = fields.text_or_empty("content");
  request.domain = fields.domain();
  request.storage_type = fields.text_or_empty("storage_type");
  if (fields.find("sdtype") == nullptr) return request;
  request.kind = read_kind(fields);
  if (!traits_of(*request.kind).chosen) fields.refuse("sdtype", "is found, not chosen");
  return request;
}

std::string_view pandas_dtype(const ColumnMetadata& column) {
  if (column.dtype == Dtype::text && !column.number_format.empty()) {
    const NumberFormat format(column.number_format);
    const bool whole =
        format.whole() && !format.parts().positive.after.starts_with('.') && !column.has_missing();
    if (format.plain()) return dtype_name(whole ? Dtype::int64 : Dtype::float64);
  }
  if (column.has_missing() && column.dtype == Dtype::text) return "object";
  if (column.has_missing() && column.dtype == Dtype::int64) return dtype_name(Dtype::float64);
  return dtype_name(column.dtype);
}

// The one table of a document with or without a list of tables.
const json& only_table(const json& document) {
  const Fields fields(document, "", Kind::bad_data);
  const json* tables = fields.find("tables");
  if (tables == nullptr) return document;
  if (!tables->is_object() || tables->size() != 1) fields.refuse("tables", "must hold exactly one table");
  return tables->begin().value();
}

// Beside the columns, which SDV reads: {"domain":{"age":{"min":17,"max":90}}}.
void read_domains(const Fields& table, std::map<std::string, ColumnRequest>& columns) {
  const json* domains = table.find("domain");
  if (domains == nullptr) return;
  const Fields fields(*domains, "domain", Kind::bad_data);
  for (const auto& [name, domain] : fields.value().items()) {
    const auto column = columns.find(name);
    if (column == columns.end()) fields.refuse(name, "is none of the columns");
    column->second.domain = column_domain_from_json(domain, "domain." + name);
  }
}

std::string_view sdtype_of(const ColumnMetadata& column) {
  if (!column.content.empty()) return column.content;
  return traits_of(column.kind).sdtype;
}

}  // namespace

json to_json(const Metadata& metadata) {
  json columns = json::array();
  for (const ColumnMetadata& column : metadata.columns) {
    columns.push_back({{"name", column.name},
                       {"sdtype", kind_name(column.kind)},
                       {"dtype", dtype_name(column.dtype)},
                       {"decimals", column.decimals},
                       {"missing", column.missing_texts}});
    if (!column.datetime_format.empty()) columns.back()["datetime_format"] = column.datetime_format;
    if (!column.content.empty()) columns.back()["content"] = column.content;
    if (!column.number_format.empty()) columns.back()["number_format"] = column.number_format;
    if (column.domain) columns.back()["domain"] = to_json(*column.domain);
    if (!column.storage_type.empty()) columns.back()["storage_type"] = column.storage_type;
  }
  return {{"columns", std::move(columns)}, {"rules", rules_json(metadata.rules)}};
}

Metadata metadata_from_json(const json& value) {
  const Fields fields(value, "", Kind::bad_data);
  const json& columns = fields.require("columns");
  if (!columns.is_array()) fields.refuse("columns", "is not a list");
  Metadata metadata;
  for (std::size_t i = 0; i < columns.size(); ++i) {
    metadata.columns.push_back(
        read_column(Fields(columns[i], fmt::format("columns[{}]", i), Kind::bad_data)));
  }
  metadata.rules = read_rules(fields, Kind::bad_data);
  return metadata;
}

ordered_json kinds_json(const Metadata& metadata) {
  ordered_json kinds = ordered_json::object();
  for (const ColumnKind kind : k_all_kinds) {
    const std::vector<std::string> names = metadata.names(kind);
    if (!names.empty()) kinds[std::string(kind_name(kind))] = names;
  }
  return kinds;
}

json table_request_json(const TableRequest& request) {
  json columns = json::object();
  for (const auto& [name, column] : request.columns) {
    json& out = columns[name] = json::object();
    if (column.kind) out["sdtype"] = kind_name(*column.kind);
    if (!column.datetime_format.empty()) out["datetime_format"] = column.datetime_format;
    if (!column.content.empty()) out["content"] = column.content;
    if (column.domain) out["domain"] = to_json(*column.domain);
    if (!column.storage_type.empty()) out["storage_type"] = column.storage_type;
  }
  json value{{"columns", std::move(columns)},
             {"drop", request.drop},
             {"missing", request.missing.texts()},
             {"rules", rules_json(request.rules)}};
  if (!request.domain_leaks.empty()) value["domain_leaks"] = request.domain_leaks;
  return value;
}

TableRequest table_request_from_json(const json& value) {
  const Fields fields(value, "", Kind::usage);
  TableRequest request;
  if (fields.find("columns") != nullptr) {
    const Fields columns(*fields.find("columns"), "columns", Kind::usage);
    for (const auto& [name, column] : columns.value().items())
      request.columns[name] = read_request(Fields(column, "columns." + name, Kind::usage));
  }
  request.drop = fields.texts("drop");
  request.domain_leaks = fields.texts("domain_leaks");
  if (fields.find("missing") != nullptr) request.missing = MissingTexts(fields.texts("missing"));
  request.rules = read_rules(fields, Kind::usage);
  return request;
}

std::map<std::string, ColumnRequest> read_sdv_metadata(const json& value) {
  const json& table = only_table(value);
  const Fields columns(Fields(table, "", Kind::bad_data).require("columns"), "columns", Kind::bad_data);
  std::map<std::string, ColumnRequest> found;
  for (const auto& [name, column] : columns.value().items()) {
    const Fields fields(column, "columns." + name, Kind::bad_data);
    const std::string sdtype = fields.text("sdtype");
    const auto meant = request_of_sdtype(sdtype, fields.find("pii") == nullptr || fields.boolean("pii"));
    if (!meant)
      fields.refuse("sdtype", fmt::format("cannot be {}", errors::quoted(sdtype)), nearest_sdtype(sdtype));
    ColumnRequest& request = found[name] = *meant;
    request.datetime_format = fields.text_or_empty("datetime_format");
  }
  read_domains(Fields(table, "", Kind::bad_data), found);
  return found;
}

std::vector<std::string> read_row_rules(const json& value) {
  return Fields(only_table(value), "", Kind::bad_data).texts("rules");
}

ordered_json sdv_metadata(const Metadata& metadata) {
  ordered_json columns = ordered_json::object();
  for (const ColumnMetadata& column : metadata.columns) {
    ordered_json& out = columns[column.name] = ordered_json::object();
    out["sdtype"] = sdtype_of(column);
    if (!column.content.empty()) out["pii"] = true;
    if (!column.datetime_format.empty()) out["datetime_format"] = column.datetime_format;
  }
  ordered_json document{{"METADATA_SPEC_VERSION", k_spec}, {"columns", std::move(columns)}};
  ordered_json domains = ordered_json::object();
  for (const ColumnMetadata& column : metadata.columns)
    if (column.domain) domains[column.name] = to_json(*column.domain);
  if (!domains.empty()) document["domain"] = std::move(domains);
  if (!metadata.rules.row_rules.empty()) document["rules"] = metadata.rules.row_rules;
  return document;
}

std::string sidecar_json(const Metadata& metadata) {
  ordered_json sidecar = ordered_json::object();
  for (const ColumnMetadata& column : metadata.columns) sidecar[column.name] = pandas_dtype(column);
  return sidecar.dump();
}

}  // namespace ctgan::table
