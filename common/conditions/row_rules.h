// The rules of a table together: which columns follow from which.
//
// Immutable once made, safe to share between threads.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "common/conditions/row_rule.h"
#include "common/table/metadata.h"
#include "common/table/table.h"

namespace ctgan::conditions {

// How a column comes about that is not learnt as it is.
//
//   computed      by an equation from `from`
//   at_least      its distance above the greatest of `from` is learnt instead
//   at_most       its distance below the least of `from`
//   combination   `from` are learnt together, as one column of texts
struct Derivation {
  enum class Form : std::uint8_t { computed, at_least, at_most, combination };
  Form form = Form::computed;
  std::size_t column = 0;         // combination: the first of `from`
  std::vector<std::size_t> from;  // places in the table
  std::vector<bool> strict;       // at_least, at_most: for each of `from`, whether equal is too near
  std::size_t rule = 0;           // computed: in RowRules::rules()
};

class RowRules {
 public:
  RowRules() = default;
  // Throws Error(usage) as parse_rule; Error(bad_data) for a column that cannot have such a rule, a column
  // that two rules would make, and rules that go round in a circle. Lists that share a column become one
  // combination of all their columns.
  RowRules(const std::vector<std::string>& texts, const table::Metadata& metadata);

  bool empty() const { return rules_.empty(); }
  const std::vector<RowRule>& rules() const { return rules_; }
  // Each after those that make what it is made from.
  const std::vector<Derivation>& derivations() const { return derivations_; }
  // What rules compute with, a place a column; `number` for columns that no rule can compute with.
  const std::vector<ValueType>& types() const { return types_; }

 private:
  class Builder;

  std::vector<RowRule> rules_;
  std::vector<Derivation> derivations_;
  std::vector<ValueType> types_;
};

}  // namespace ctgan::conditions
