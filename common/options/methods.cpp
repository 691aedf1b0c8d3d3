#include "common/options/methods.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <string>
#include <vector>

#include "common/errors/closest.h"
#include "common/errors/error.h"

namespace ctgan::options {

using errors::Error;
using errors::Kind;

const OptionSpec* Method::find(std::string_view option) const {
  const auto found = std::find_if(options.begin(), options.end(),
                                  [option](const OptionSpec& spec) { return spec.name == option; });
  return found == options.end() ? nullptr : &*found;
}

std::span<const Method> methods() {
  static const std::array<Method, 2> k_methods = {{
      {"ctgan", "conditional tabular GAN (Xu et al. 2019)", ctgan_options()},
      {"tvae", "variational autoencoder for tables (Xu et al. 2019)", tvae_options()},
  }};
  return k_methods;
}

const Method& find_method(std::string_view name) {
  std::vector<std::string> names;
  for (const Method& method : methods()) {
    if (method.name == name) return method;
    names.emplace_back(method.name);
  }
  throw Error(Kind::usage, "there is no method " + errors::quoted(name), errors::suggestion(name, names));
}

void refuse_foreign(const Method& method, std::string_view option) {
  if (method.find(option) != nullptr) return;
  for (const Method& other : methods())
    if (other.find(option) != nullptr)
      throw Error(
          Kind::usage,
          fmt::format("the method {} has no option {}", errors::quoted(method.name), errors::quoted(option)),
          fmt::format("{} belongs to '--method {}'", flag_name(option), other.name));
}

Values check(const Method& method, const nlohmann::json& given) {
  if (given.is_object())
    for (const auto& item : given.items()) refuse_foreign(method, item.key());
  return check(method.options, given);
}

std::size_t batch_unit(const Values& values) {
  return values.contains("pac") ? static_cast<std::size_t>(values.integer("pac")) : 1;
}

}  // namespace ctgan::options
