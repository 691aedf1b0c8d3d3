#include "host/job_files/declared_columns.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <string_view>

#include "common/errors/closest.h"
#include "common/errors/error.h"
#include "common/table/metadata_json.h"

namespace ctgan::host::job_files {
namespace {

using errors::Error;
using errors::Kind;
using Json = nlohmann::json;

// What stands in a metadata file beside a domain.
constexpr std::array<std::string_view, 3> k_of_the_column{"sdtype", "datetime_format", "pii"};
// Scalars of YAML are texts, and a metadata file has these as numbers.
constexpr std::array<std::string_view, 4> k_counts{"bins", "decimals", "digits", "most"};

template <std::size_t N>
bool is_among(const std::array<std::string_view, N>& names, std::string_view name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

[[noreturn]] void refuse(const std::string& place, std::string_view rule, const std::string& hint = {}) {
  throw Error(Kind::bad_data, fmt::format("{} {}", errors::quoted(place), rule), hint);
}

void say(Json& field, const std::string& place, Json value) {
  if (!field.is_null()) refuse(place, "is said twice", "leave one of them out");
  field = std::move(value);
}

// As it would stand in a metadata file.
Json meant_value(std::string_view name, const Json& value) {
  if (!value.is_string()) return value;
  const std::string text = value.get<std::string>();
  if (name == "pii" && (text == "true" || text == "false")) return text == "true";
  std::uint64_t number = 0;
  const char* const end = text.data() + text.size();
  const auto [stop, status] = std::from_chars(text.data(), end, number);
  const bool is_count = is_among(k_counts, name) && status == std::errc{} && stop == end;
  return is_count ? Json(number) : value;
}

// One column of the metadata file that the job file stands for.
class Column {
 public:
  Column(std::string place, const Json& fields) : place_(std::move(place)) {
    if (!fields.is_object()) refuse(place_, "must be a list of fields with values: {sdtype: categorical}");
    for (const auto& [name, value] : fields.items())
      if (!value.is_null()) take(name, value);
    if (!column_.contains("sdtype"))
      refuse(place_, "does not say what the column is", "add 'sdtype: categorical', or another one");
  }

  const Json& column() const { return column_; }
  const Json& domain() const { return domain_; }

 private:
  void take(const std::string& name, const Json& value) {
    if (name == "type") return take("sdtype", value);
    if (name == "bounds") return take_parts(name, value, {"min", "max"});
    if (name == "binning" && value.is_object()) return take_parts(name, value, {"edges"});
    Json& fields = is_among(k_of_the_column, name) ? column_ : domain_;
    say(fields[name], fmt::format("{}.{}", place_, name), meant_value(name, value));
  }
  void take_parts(const std::string& name, const Json& parts, const std::vector<std::string>& known) {
    const std::string place = fmt::format("{}.{}", place_, name);
    if (!parts.is_object()) refuse(place, "must be a list of fields with values: {min: 0, max: 120}");
    for (const auto& [part, value] : parts.items()) {
      if (std::find(known.begin(), known.end(), part) == known.end())
        refuse(fmt::format("{}.{}", place, part), "is no part of it", errors::suggestion(part, known));
      if (!value.is_null()) take(part, value);
    }
  }

  std::string place_;
  Json column_ = Json::object(), domain_ = Json::object();
};

}  // namespace

std::map<std::string, table::ColumnRequest> declared_columns(const nlohmann::ordered_json& domain) {
  if (!domain.is_object()) refuse("domain", "must be a list of columns, or the name of a metadata file");
  Json columns = Json::object(), domains = Json::object();
  for (const auto& [name, fields] : domain.items()) {
    const Column column("domain." + name, fields);
    columns[name] = column.column();
    if (!column.domain().empty()) domains[name] = column.domain();
  }
  return table::read_sdv_metadata({{"columns", std::move(columns)}, {"domain", std::move(domains)}});
}

}  // namespace ctgan::host::job_files
