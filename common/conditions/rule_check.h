// Whether a table keeps the rules that it is to be learnt by.
//
//     RowRules rules(metadata.rules.row_rules, metadata);
//     require_held(check_rules(rules, table, metadata));
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "common/conditions/row_rules.h"

namespace ctgan::conditions {

// What a rule says of a row: nothing where a value is missing that it needs.
enum class RuleState : std::uint8_t { silent, holds, broken };

// For each row. An equation holds where the computed value, rounded as the column is, is the cell. A
// combination says something of every row, and those break it whose combination fewer rows have than
// metadata.rules.min_category_count asks for: no model keeps it.
// REQUIRES: metadata describes `table`, and `rule` is one of `rules`.
std::vector<RuleState> test_rule(const RowRule& rule, const RowRules& rules, const table::Table& table,
                                 const table::Metadata& metadata);

// How a table keeps a rule.
struct RuleCheck {
  std::string rule;
  RowRule::Form form = RowRule::Form::equation;
  std::uint64_t rows = 0;            // of which it says something
  std::uint64_t broken = 0;          // of them
  std::vector<std::uint64_t> first;  // the first that break it, at most five; the table's first row is 1

  // "'a = b' holds in 3998 of 4000 rows; rows 17 and 204 break it"
  std::string sentence() const;
};
std::vector<RuleCheck> check_rules(const RowRules& rules, const table::Table& table,
                                   const table::Metadata& metadata);

// A table that breaks a rule in more of its rows cannot be learnt by it.
inline constexpr double k_most_broken = 0.05;
// Throws Error(bad_data) with the counts for the first rule that more than k_most_broken of its rows break,
// or that says nothing of any row.
void require_held(const std::vector<RuleCheck>& checks);

}  // namespace ctgan::conditions
