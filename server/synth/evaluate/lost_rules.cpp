#include "server/synth/evaluate/lost_rules.h"

#include <fmt/format.h>

#include <algorithm>
#include <bit>
#include <cmath>
#include <set>
#include <unordered_set>
#include <utility>

#include "common/conditions/cell_values.h"
#include "common/conditions/row_rules.h"
#include "common/conditions/rule_search.h"
#include "common/errors/error.h"
#include "server/synth/evaluate/linear_fit.h"

namespace ctgan::synth::evaluate {
namespace {

using conditions::RowRule;
using conditions::RowRules;
using table::Metadata;

constexpr double k_relative = 1e-9;
// Of the original's rows that have the values: what fewer keep is no rule.
constexpr double k_least_share = 0.95;
constexpr double k_least_r2 = 0.99;
constexpr std::size_t k_most_predictors = 30;

std::string_view form_name(RowRule::Form form) {
  switch (form) {
    case RowRule::Form::equation:
      return "equation";
    case RowRule::Form::order:
      return "order";
    case RowRule::Form::combination:
      break;
  }
  return "combination";
}

// Of the rows of which a rule says something, those that keep it.
struct Count {
  std::size_t rows = 0;
  std::size_t kept = 0;

  void add(bool keeps) {
    ++rows;
    kept += keeps ? 1 : 0;
  }
  double share() const { return rows == 0 ? 0 : static_cast<double>(kept) / static_cast<double>(rows); }
};

class RuleMeter {
 public:
  RuleMeter(const ComparedTables& tables, const Metadata& metadata) : tables_(tables), metadata_(metadata) {}

  RuleResult measure(const RowRule& rule, const RowRules& types) const {
    RuleResult result;
    result.rule = rule.text;
    result.form = form_name(rule.form);
    result.original = counted(rule, types, Side::original).share();
    const Count synthetic = counted(rule, types, Side::synthetic);
    result.synthetic = synthetic.share();
    result.rows = synthetic.rows;
    if (tables_.counts.held_out > 0) result.held_out = counted(rule, types, Side::held_out).share();
    return result;
  }

 private:
  Count counted(const RowRule& rule, const RowRules& types, Side side) const {
    switch (rule.form) {
      case RowRule::Form::equation:
        return equation(rule, types, side);
      case RowRule::Form::order:
        return order(rule, side);
      case RowRule::Form::combination:
        break;
    }
    return combination(rule, side);
  }

  const std::vector<double>& numbers(std::size_t column, Side side) const {
    return tables_.columns[column].of(side).numbers;
  }

  Count equation(const RowRule& rule, const RowRules& types, Side side) const {
    const std::size_t target = rule.columns.front();
    const std::vector<double>& wanted = numbers(target, side);
    const auto half = static_cast<double>(conditions::CellValues(metadata_.columns[target]).grid() / 2);
    std::vector<long double> values(metadata_.columns.size());
    Count count;
    for (std::size_t row = 0; row < wanted.size(); ++row) {
      bool known = !std::isnan(wanted[row]);
      for (const std::size_t column : rule.expression.columns()) {
        values[column] = numbers(column, side)[row];
        known = known && !std::isnan(values[column]);
      }
      if (!known) continue;
      const auto found = static_cast<double>(rule.expression.value(values, types.types()));
      const double near = half + k_relative * std::max(std::abs(found), std::abs(wanted[row]));
      count.add(std::isfinite(found) && std::abs(found - wanted[row]) <= near);
    }
    return count;
  }

  Count order(const RowRule& rule, Side side) const {
    Count count;
    for (std::size_t row = 0; row < tables_.rows(side); ++row) {
      bool says = false;
      bool keeps = true;
      for (std::size_t i = 0; i < rule.comparisons.size(); ++i) {
        const double left = numbers(rule.columns[i], side)[row];
        const double right = numbers(rule.columns[i + 1], side)[row];
        if (std::isnan(left) || std::isnan(right)) continue;
        says = true;
        keeps = keeps && conditions::holds(rule.comparisons[i], left, right);
      }
      if (says) count.add(keeps);
    }
    return count;
  }

  std::string key(const RowRule& rule, Side side, std::size_t row) const {
    std::string key;
    for (const std::size_t column : rule.columns) {
      const ComparedColumn& cells = tables_.columns[column];
      const std::uint64_t bits = cells.shape == ColumnShape::numeric
                                     ? std::bit_cast<std::uint64_t>(cells.of(side).numbers[row])
                                     : cells.of(side).codes[row];
      key.append(reinterpret_cast<const char*>(&bits),
                 sizeof bits);  // NOLINT(cppcoreguidelines-pro-type-reinterpret-cast)
    }
    return key;
  }

  Count combination(const RowRule& rule, Side side) const {
    std::unordered_set<std::string> known;
    for (std::size_t row = 0; row < tables_.counts.original; ++row)
      known.insert(key(rule, Side::original, row));
    Count count;
    for (std::size_t row = 0; row < tables_.rows(side); ++row)
      count.add(known.contains(key(rule, side, row)));
    return count;
  }

  const ComparedTables& tables_;
  const Metadata& metadata_;
};

bool compared(const RowRule& rule, const ComparedTables& tables) {
  const auto shape = [&](std::size_t column) { return tables.columns[column].shape; };
  const bool numeric = rule.form != RowRule::Form::combination;
  const auto good = [&](std::size_t column) {
    return numeric ? shape(column) == ColumnShape::numeric : shape(column) != ColumnShape::left_out;
  };
  const auto& inputs = rule.expression.columns();
  return std::all_of(rule.columns.begin(), rule.columns.end(), good) &&
         std::all_of(inputs.begin(), inputs.end(), good);
}

// What was asked for first, then what was found; each text once.
std::vector<std::string> rules_of(const table::Table& original, const Metadata& metadata) {
  std::vector<std::string> texts = metadata.rules.row_rules;
  for (const conditions::FoundRule& found : conditions::find_rules(original, metadata))
    if (std::find(texts.begin(), texts.end(), found.rule.text) == texts.end())
      texts.push_back(found.rule.text);
  return texts;
}

// Numbers that the others explain, though no equation does.
std::vector<RuleResult> measure_linear(const ComparedTables& tables, const std::set<std::size_t>& computed) {
  std::vector<std::size_t> numeric;
  for (std::size_t i = 0; i < tables.columns.size() && numeric.size() < k_most_predictors; ++i)
    if (tables.columns[i].shape == ColumnShape::numeric) numeric.push_back(i);
  std::vector<RuleResult> results;
  for (const std::size_t target : numeric) {
    if (computed.contains(target)) continue;
    std::vector<std::size_t> others;
    for (const std::size_t column : numeric)
      if (column != target && !computed.contains(column)) others.push_back(column);
    const auto fit = fit_linear(tables, target, others);
    if (!fit || fit->r2 < k_least_r2) continue;
    RuleResult result;
    result.form = "linear";
    result.rule = tables.columns[target].name;
    result.original = fit->r2;
    result.synthetic = std::max(0.0, r2_of(*fit, tables, Side::synthetic).value_or(0));
    result.rows = tables.counts.synthetic;
    if (tables.counts.held_out > 0) result.held_out = r2_of(*fit, tables, Side::held_out);
    results.push_back(std::move(result));
  }
  return results;
}

}  // namespace

std::vector<RuleResult> measure_rules(const ComparedTables& tables, const table::Table& original,
                                      const Metadata& metadata) {
  const RuleMeter meter(tables, metadata);
  std::vector<RuleResult> results;
  std::set<std::size_t> computed;
  for (const std::string& text : rules_of(original, metadata)) {
    const RowRules one({text}, metadata);
    const RowRule& rule = one.rules().front();
    if (!compared(rule, tables)) continue;
    RuleResult result = meter.measure(rule, one);
    const auto& asked = metadata.rules.row_rules;
    result.asked = std::find(asked.begin(), asked.end(), text) != asked.end();
    if (!result.asked && result.original < k_least_share) continue;
    if (rule.form == RowRule::Form::equation) computed.insert(rule.columns.front());
    results.push_back(std::move(result));
  }
  for (RuleResult& result : measure_linear(tables, computed)) results.push_back(std::move(result));
  return results;
}

}  // namespace ctgan::synth::evaluate
