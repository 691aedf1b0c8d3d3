#include <algorithm>
#include <utility>

#include "common/errors/error.h"
#include "common/options/option_spec.h"

namespace ctgan::options {

std::string flag_name(std::string_view name) {
  std::string flag = "--" + std::string(name);
  std::replace(flag.begin(), flag.end(), '_', '-');
  return flag;
}

Values::Values(std::map<std::string, Value, std::less<>> values) : values_(std::move(values)) {}

template <typename T>
const T& Values::get(std::string_view name) const {
  const auto found = values_.find(name);
  if (found == values_.end())
    throw errors::Error(errors::Kind::internal, "there is no option " + errors::quoted(name));
  const T* value = std::get_if<T>(&found->second);
  if (value == nullptr)
    throw errors::Error(errors::Kind::internal, "option " + errors::quoted(name) + " has another type");
  return *value;
}

bool Values::contains(std::string_view name) const {
  return values_.find(name) != values_.end();
}

std::int64_t Values::integer(std::string_view name) const {
  return get<std::int64_t>(name);
}

double Values::real(std::string_view name) const {
  return get<double>(name);
}

bool Values::boolean(std::string_view name) const {
  return get<bool>(name);
}

const std::string& Values::text(std::string_view name) const {
  return get<std::string>(name);
}

const std::vector<std::int64_t>& Values::integers(std::string_view name) const {
  return get<std::vector<std::int64_t>>(name);
}

nlohmann::json Values::to_json() const {
  nlohmann::json json = nlohmann::json::object();
  for (const auto& [name, value] : values_)
    std::visit([&json, &key = name](const auto& v) { json[key] = v; }, value);
  return json;
}

}  // namespace ctgan::options
