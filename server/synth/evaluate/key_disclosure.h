// What the synthetic table discloses to somebody who knows a few named columns (the keys) of a person, as
// statistical offices measure it (Raab, Nowok, Dibben: "Practical privacy metrics for synthetic data", 2024;
// synthpop's `disclosure`):
//
//   identity    replicated uniques (repU): the keys are one training row's alone, and one synthetic row's alone
//   attribute   DiSCO: all synthetic rows with the person's keys agree about another column, and are right
//
// Cells are equal or not, numbers too: what lies near is the attack "inference". Held-out rows are the control.
// Of identity it is counted in the union of training and held-out rows, as rare combinations are (privacy.h): of
// the rows whose keys nobody else has there, as many of the held-out ones have them replicated when nothing leaked.
// Of attributes the same synthetic rows tell about held-out rows.
#pragma once

#include <string>
#include <vector>

#include "server/synth/evaluate/columns.h"
#include "server/synth/evaluate/evaluation.h"

namespace ctgan::synth::evaluate {

// Throws Error(usage) naming a key that is none of the columns that can be compared, or that is named twice.
void check_keys(const std::vector<std::string>& keys, const std::vector<std::string>& columns);

// Over all rows. Throws as check_keys of the columns that were not left out. REQUIRES: a key.
KeyDisclosure measure_keys(const ComparedTables& tables, const std::vector<std::string>& keys);

}  // namespace ctgan::synth::evaluate
