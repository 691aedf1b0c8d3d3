// The methods that can be fitted, with their options: what the host makes its flags from and the server
// checks a request against. The server's catalog has one model for each.
//
//     const Method& method = find_method("tvae");
//     Values values = check(method, R"({"epochs": 5})"_json);
#pragma once

#include <cstddef>
#include <span>
#include <string_view>

#include "common/options/option_spec.h"

namespace ctgan::options {

struct Method {
  std::string_view name;  // `fit --method NAME`
  std::string_view help;
  std::span<const OptionSpec> options;

  // Null when the method has no such option.
  const OptionSpec* find(std::string_view option) const;
};

// What a fit uses that names none.
inline constexpr std::string_view k_standard_method = "ctgan";

std::span<const Method> methods();

// Throws Error(usage) listing what exists.
const Method& find_method(std::string_view name);

// Throws Error(usage) naming method and option when `option` is none of the method's but another's; the hint
// says whose.
void refuse_foreign(const Method& method, std::string_view option);

// check() of the method's options, with refuse_foreign() first.
Values check(const Method& method, const nlohmann::json& given);

// Rows that one training step needs at least.
std::size_t batch_unit(const Values& values);

}  // namespace ctgan::options
