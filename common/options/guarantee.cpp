#include "common/options/guarantee.h"

#include <fmt/format.h>

#include "common/errors/error.h"
#include "common/options/method_list.h"

namespace ctgan::options {

Guarantee guarantee_of(const Values& values) {
  return {values.real("epsilon"), values.contains("delta") ? values.real("delta") : 0};
}

void refuse_what_reads(const Wishes& wishes, const Values& values) {
  const auto refuse = [](bool asked, const char* what, const char* flag) {
    if (asked)
      throw errors::Error(errors::Kind::usage,
                          fmt::format("a private fit takes no {}, which would be read from the rows", what),
                          fmt::format("leave '{}' out", flag));
  };
  refuse(wishes.rules, "rules", "--rule");
  refuse(wishes.combinations, "combinations to keep", "--keep-combinations");
  refuse(wishes.checkpoints, "checkpoints", "--checkpoint");
  if (!wishes.report) return;
  if (wishes.parties)
    throw errors::Error(errors::Kind::usage,
                        "a fit of several parties makes no report, which would be of everybody's rows",
                        "leave '--report' out");
  if (values.real("report_share") > 0)
    throw errors::Error(errors::Kind::usage, "'--report' and '--report-share' exclude each other",
                        "a fit makes one report");
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
