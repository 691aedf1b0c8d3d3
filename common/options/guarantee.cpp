#include "common/options/guarantee.h"

#include <fmt/format.h>

#include "common/errors/error.h"
#include "common/options/method_list.h"

namespace ctgan::options {

Guarantee guarantee_of(const Values& values) {
  return {values.real("epsilon"), values.contains("delta") ? values.real("delta") : 0};
}

void check_finds_domains(const Method& method, bool finds_domains) {
  if (!finds_domains || !method.is_private || method.find("delta") != nullptr) return;
  throw errors::Error(
      errors::Kind::usage,
      fmt::format("{} finds no domains, which takes a delta that it does not have", method.name),
      "declare all fields of 'domain' in the metadata file, or take another method");
}

void check_guarantee(const Values& values) {
  constexpr double k_hardly_protects = 20;
  if (values.real("epsilon") <= k_hardly_protects || values.boolean("really")) return;
  throw errors::Error(
      errors::Kind::usage, fmt::format("an epsilon of {:g} protects hardly anybody", values.real("epsilon")),
      fmt::format("1 protects well and 10 somewhat; say '--really true' where more than {:g} is meant",
                  k_hardly_protects));
}

}  // namespace ctgan::options
