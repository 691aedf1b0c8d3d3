#include "common/conditions/rule_check.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <utility>

#include "common/conditions/cell_values.h"
#include "common/conditions/joined_cells.h"
#include "common/errors/error.h"

namespace ctgan::conditions {
namespace {

using errors::Error;
using errors::Kind;

// Of a value: sums of doubles differ in their last digits.
constexpr long double k_relative = 1e-9L;

std::vector<long double> values_of(std::size_t column, const table::Table& table,
                                   const table::Metadata& metadata) {
  return CellValues(metadata.columns[column]).read(table.columns()[column]);
}

std::vector<RuleState> test_equation(const RowRule& rule, const RowRules& rules, const table::Table& table,
                                     const table::Metadata& metadata) {
  const std::size_t target = rule.columns.front();
  const std::vector<std::size_t>& from = rule.expression.columns();
  std::map<std::size_t, std::vector<long double>> inputs;
  for (const std::size_t column : from) inputs[column] = values_of(column, table, metadata);
  const std::vector<long double> wanted = values_of(target, table, metadata);
  const long double half = CellValues(metadata.columns[target]).grid() / 2;
  std::vector<long double> row_values(metadata.columns.size());
  std::vector<RuleState> states(wanted.size(), RuleState::silent);
  for (std::size_t row = 0; row < wanted.size(); ++row) {
    bool known = !std::isnan(wanted[row]);
    for (const auto& [column, values] : inputs) {
      row_values[column] = values[row];
      known = known && !std::isnan(values[row]);
    }
    if (!known) continue;
    const long double found = rule.expression.value(row_values, rules.types());
    const long double near = half + k_relative * std::max(std::abs(found), std::abs(wanted[row]));
    // A division by zero is no number, and breaks the rule.
    const bool keeps = std::isfinite(found) && std::abs(found - wanted[row]) <= near;
    states[row] = keeps ? RuleState::holds : RuleState::broken;
  }
  return states;
}

std::vector<RuleState> test_order(const RowRule& rule, const table::Table& table,
                                  const table::Metadata& metadata) {
  std::vector<RuleState> states(table.rows(), RuleState::silent);
  std::vector<long double> left = values_of(rule.columns.front(), table, metadata);
  for (std::size_t i = 0; i < rule.comparisons.size(); ++i) {
    std::vector<long double> right = values_of(rule.columns[i + 1], table, metadata);
    for (std::size_t row = 0; row < states.size(); ++row) {
      if (std::isnan(left[row]) || std::isnan(right[row]) || states[row] == RuleState::broken) continue;
      states[row] = holds(rule.comparisons[i], left[row], right[row]) ? RuleState::holds : RuleState::broken;
    }
    left = std::move(right);
  }
  return states;
}

std::vector<RuleState> test_combination(const RowRule& rule, const table::Table& table,
                                        const table::Metadata& metadata) {
  const JoinedCells joined = join_columns(table, rule.columns);
  std::vector<RuleState> states;
  states.reserve(joined.codes.size());
  for (const std::uint32_t code : joined.codes)
    states.push_back(joined.rows[code] < metadata.rules.min_category_count ? RuleState::broken
                                                                           : RuleState::holds);
  return states;
}

std::string rows_text(const std::vector<std::uint64_t>& rows) {
  if (rows.size() == 1) return fmt::format("row {}", rows.front());
  return fmt::format("rows {} and {}", fmt::join(rows.begin(), rows.end() - 1, ", "), rows.back());
}

}  // namespace

std::vector<RuleState> test_rule(const RowRule& rule, const RowRules& rules, const table::Table& table,
                                 const table::Metadata& metadata) {
  switch (rule.form) {
    case RowRule::Form::equation:
      return test_equation(rule, rules, table, metadata);
    case RowRule::Form::order:
      return test_order(rule, table, metadata);
    case RowRule::Form::combination:
      break;
  }
  return test_combination(rule, table, metadata);
}

std::string RuleCheck::sentence() const {
  if (form == RowRule::Form::combination) {
    if (broken == 0) return fmt::format("{} is kept: all combinations of the table", errors::quoted(rule));
    return fmt::format("{} is kept; {} of {} rows have a combination too rare to come out",
                       errors::quoted(rule), broken, rows);
  }
  if (broken == 0)
    return fmt::format("{} holds in all {} rows that have its values", errors::quoted(rule), rows);
  return fmt::format("{} holds in {} of {} rows; {} break{} it{}", errors::quoted(rule), rows - broken, rows,
                     rows_text(first), first.size() == 1 ? "s" : "", broken > first.size() ? " first" : "");
}

std::vector<RuleCheck> check_rules(const RowRules& rules, const table::Table& table,
                                   const table::Metadata& metadata) {
  constexpr std::size_t k_named = 5;
  std::vector<RuleCheck> checks;
  for (const RowRule& rule : rules.rules()) {
    RuleCheck& check = checks.emplace_back();
    check.rule = rule.text;
    check.form = rule.form;
    const std::vector<RuleState> states = test_rule(rule, rules, table, metadata);
    for (std::size_t row = 0; row < states.size(); ++row) {
      if (states[row] == RuleState::silent) continue;
      ++check.rows;
      if (states[row] != RuleState::broken) continue;
      ++check.broken;
      if (check.first.size() < k_named) check.first.push_back(row + 1);
    }
  }
  return checks;
}

void require_held(const std::vector<RuleCheck>& checks) {
  for (const RuleCheck& check : checks) {
    if (check.rows == 0)
      throw Error(
          Kind::bad_data,
          fmt::format("the rule {} says nothing: no row has all of its values", errors::quoted(check.rule)),
          "leave it out");
    if (static_cast<double>(check.broken) <= k_most_broken * static_cast<double>(check.rows)) continue;
    const bool combination = check.form == RowRule::Form::combination;
    // The rarest are protected, however many of them there are; only a table of nothing else cannot be
    // learnt.
    if (combination && check.broken < check.rows) continue;
    if (combination)
      throw Error(
          Kind::bad_data,
          fmt::format("no combination of {} is shared by as many rows as '--min-category-count' asks for",
                      errors::quoted(check.rule)),
          "keep those of fewer columns, or lower '--min-category-count'");
    throw Error(
        Kind::bad_data,
        fmt::format("the rule {}: {} of the {} rows that have its values break it, {} first",
                    errors::quoted(check.rule), check.broken, check.rows, rows_text(check.first)),
        fmt::format(
            "a rule is taken when at most {:.0f} % of the rows break it: correct the rule, or the rows",
            100 * k_most_broken));
  }
}

}  // namespace ctgan::conditions
