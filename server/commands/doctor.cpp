#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <nlohmann/json.hpp>

#include "common/errors/error.h"
#include "server/accounts/authorized_keys.h"
#include "server/commands/commands.h"
#include "server/commands/doctor_checks.h"

namespace ctgan::server::commands {
namespace {

std::string_view level_name(Level level) {
  switch (level) {
    case Level::ok:
      return "ok";
    case Level::warning:
      return "warning";
    case Level::error:
      break;
  }
  return "error";
}

void append(Findings& all, Findings more) {
  std::move(more.begin(), more.end(), std::back_inserter(all));
}

Findings examine(const std::filesystem::path& root) {
  Findings all = check_store(root);
  const bool usable =
      std::none_of(all.begin(), all.end(), [](const Finding& f) { return f.level == Level::error; });
  if (usable) {
    OpenStore open(root);
    append(all, check_leftovers(open));
    append(all, check_runner(open));
    append(all, check_audit(open));
    append(all, check_budgets(open));
    append(all, check_encryption(open));
    const std::filesystem::path& named = open.settings.authorized_keys;
    const std::filesystem::path keys = named.empty() ? accounts::own_authorized_keys() : named;
    append(all, check_keys(open, keys));
    append(all, check_machine(root, keys, open.settings.shared));
  }
  all.push_back(check_learner());
  append(all, check_torch("/etc/alternatives"));
  return all;
}

std::string text_of(const Finding& finding) {
  std::string text = fmt::format("{:<8} {}: {}\n", level_name(finding.level), finding.subject, finding.text);
  if (!finding.remedy.empty()) text += fmt::format("           {}\n", finding.remedy);
  return text;
}

std::string json_of(const Finding& finding) {
  nlohmann::json line{{"message_type", "finding"},
                      {"level", level_name(finding.level)},
                      {"subject", finding.subject},
                      {"text", finding.text}};
  if (!finding.remedy.empty()) line["mend"] = finding.remedy;
  return line.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace) + "\n";
}

}  // namespace

Outcome doctor(const std::filesystem::path& root, bool json) {
  const Findings findings = examine(root);
  Outcome outcome;
  for (const Finding& finding : findings) outcome.out += json ? json_of(finding) : text_of(finding);
  const auto count = [&](Level level) {
    return std::count_if(findings.begin(), findings.end(),
                         [level](const Finding& f) { return f.level == level; });
  };
  const auto errors = count(Level::error);
  const auto warnings = count(Level::warning);
  if (errors > 0) outcome.code = errors::exit_code(errors::Kind::configuration);
  outcome.out +=
      json ? nlohmann::json{{"message_type", "result"}, {"errors", errors}, {"warnings", warnings}}.dump() +
                 "\n"
           : fmt::format("{} errors, {} warnings\n", errors, warnings);
  return outcome;
}

}  // namespace ctgan::server::commands
