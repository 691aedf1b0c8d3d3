// Rules that a table keeps though nobody said so: what a plan offers, and what an evaluation asks of the rows
// that were drawn.
//
//     for (const FoundRule& found : find_rules(table, metadata)) print(found.rule.text);
//
//   equations      a column of numbers or dates that sums, differences, products and quotients of one to
//                  three others give, in every row
//   orders         a <= b in every row, where rows put together at random would break it
//   combinations   columns of few values of which one decides the other, or whose values avoid each other
//                  where chance would bring them together
//
// All of them are judged by at most 20,000 rows, evenly spaced. The search takes the first 40 columns of each
// sort, and about a second.
#pragma once

#include <string>
#include <vector>

#include "common/conditions/row_rules.h"

namespace ctgan::conditions {

struct FoundRule {
  RowRule rule;
  // A column decides the others, or two avoid each other.
  bool decides = false;
  // Of rows whose cells were put together at random, how many would break it: how much it says.
  double share_by_chance = 1;
};

// The most telling first: equations, then orders, then combinations; none that others of them imply.
// REQUIRES: metadata describes `table`.
std::vector<FoundRule> find_rules(const table::Table& table, const table::Metadata& metadata);

}  // namespace ctgan::conditions
