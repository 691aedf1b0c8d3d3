#include "common/options/methods.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <string>
#include <vector>

#include "common/errors/closest.h"
#include "common/errors/error.h"
#include "common/options/guarantee.h"
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
  static const std::array<Method, 11> k_methods = {ctgan(),   tvae(),      trees(),    mst(),
                                                   aim(),     swift(),     mwem(),     privsyn(),
                                                   dpctgan(), patectgan(), automatic()};
  return k_methods;
}

std::vector<std::string> method_names() {
  std::vector<std::string> names;
  for (const Method& method : methods()) names.emplace_back(method.name);
  return names;
}

const Method* known_method(std::string_view name) {
  const std::span<const Method> all = methods();
  const auto found =
      std::find_if(all.begin(), all.end(), [name](const Method& method) { return method.name == name; });
  return found == all.end() ? nullptr : &*found;
}

const Method& find_method(std::string_view name) {
  if (const Method* method = known_method(name)) return *method;
  throw Error(Kind::usage, "there is no method " + errors::quoted(name),
              errors::suggestion(name, method_names()));
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

void check_columns(const Method& method, const Values& values, const std::vector<std::string>& columns,
                   bool finds_domains) {
  check_finds_domains(method, finds_domains);
  if (method.check_columns != nullptr) method.check_columns(values, columns);
}

std::size_t least_rows(const Method& method, const Values& values) {
  return method.least_rows == nullptr ? 1 : method.least_rows(values);
}

}  // namespace ctgan::options
