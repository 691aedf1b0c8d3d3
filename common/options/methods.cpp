#include "common/options/methods.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <string>
#include <vector>

#include "common/errors/closest.h"
#include "common/errors/error.h"
#include "common/options/method_list.h"

namespace ctgan::options {

using errors::Error;
using errors::Kind;

const OptionSpec* Method::find(std::string_view option) const {
  const auto found = std::find_if(options.begin(), options.end(),
                                  [option](const OptionSpec& spec) { return spec.name == option; });
  return found == options.end() ? nullptr : &*found;
}

std::span<const Method> methods() {
  static const std::array<Method, 4> k_methods = {ctgan(), tvae(), trees(), automatic()};
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

std::size_t least_rows(const Method& method, const Values& values) {
  return method.least_rows == nullptr ? 1 : method.least_rows(values);
}

}  // namespace ctgan::options
