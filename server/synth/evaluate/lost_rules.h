// What holds between the columns of the original, and how much of it the synthetic table keeps:
//
//   equation      total = price * quantity, in every row
//   order         start <= end, where rows put together at random would break it
//   combination   of few values that go together: country and city, or smoker = YES with depression = 0 only
//   linear        a number that the other numbers explain almost fully, though by no equation: R2 above 0.99
//
// The first three are found by common/table/rule_search.h, or were asked for when the model was fitted, and
// are counted by rows. Of the last the share is R2, that of a least-squares fit to the original on either
// table.
#pragma once

#include <vector>

#include "common/table/metadata.h"
#include "common/table/table.h"
#include "server/synth/evaluate/columns.h"
#include "server/synth/evaluate/evaluation.h"

namespace ctgan::synth::evaluate {

// REQUIRES: metadata describes `original`, and `tables` are what compare_tables made of it.
std::vector<RuleResult> measure_rules(const ComparedTables& tables, const table::Table& original,
                                      const table::Metadata& metadata);

}  // namespace ctgan::synth::evaluate
