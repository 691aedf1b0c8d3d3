// Everything that a row must satisfy by itself. Immutable once complete, safe to share between threads.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "common/conditions/row_condition.h"
#include "common/conditions/row_constraint.h"
#include "server/synth/sampling/kept_combinations.h"

namespace ctgan::synth::sampling {

class RowFilter {
 public:
  void add(conditions::BoundCondition condition);
  void add(conditions::BoundComparison comparison);
  void add(std::string text, std::shared_ptr<const CombinationTest> combinations);

  bool empty() const { return texts_.empty(); }
  // The rows of `block` that satisfy all, ascending. Throws Error(bad_data) as the parts do.
  std::vector<std::uint32_t> accepted(const table::Table& block) const;
  // "'age>=65' and 'income=>50K'", as they were typed; at most five of them.
  std::string description() const;

 private:
  std::vector<std::string> texts_;
  std::vector<conditions::BoundCondition> conditions_;
  std::vector<conditions::BoundComparison> comparisons_;
  std::vector<std::shared_ptr<const CombinationTest>> combinations_;
};

}  // namespace ctgan::synth::sampling
