#include "server/worker/fit_rules.h"

#include <algorithm>

#include "common/conditions/combination_lists.h"
#include "common/conditions/rule_check.h"

namespace ctgan::server::worker {
namespace {

std::string rule_of(const std::vector<std::size_t>& columns, const table::Metadata& metadata) {
  std::string rule;
  for (const std::size_t column : columns)
    rule += (rule.empty() ? "" : ", ") + conditions::name_in_rule(metadata.columns[column].name);
  return rule;
}

}  // namespace

void settle_rules(const std::vector<std::string>& keep_combinations, const table::Table& table,
                  table::Metadata& metadata, jobs::EventWriter& events) {
  std::vector<std::string>& texts = metadata.rules.row_rules;
  for (const auto& columns : conditions::combination_columns(keep_combinations, metadata)) {
    const std::string rule = rule_of(columns, metadata);
    if (std::find(texts.begin(), texts.end(), rule) == texts.end()) texts.push_back(rule);
  }
  const auto checks = conditions::check_rules(conditions::RowRules(texts, metadata), table, metadata);
  for (const conditions::RuleCheck& check : checks)
    events.write({{"event", "rule"},
                  {"rule", check.rule},
                  {"rows", check.rows},
                  {"broken", check.broken},
                  {"text", check.sentence()}});
  conditions::require_held(checks);
}

std::vector<std::vector<std::size_t>> combinations_of(const table::Metadata& metadata) {
  std::vector<std::vector<std::size_t>> groups;
  const conditions::RowRules rules(metadata.rules.row_rules, metadata);
  for (const conditions::RowRule& rule : rules.rules())
    if (rule.form == conditions::RowRule::Form::combination) groups.push_back(rule.columns);
  return groups;
}

}  // namespace ctgan::server::worker
