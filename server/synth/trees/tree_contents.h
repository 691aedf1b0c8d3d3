// What a model of trees holds of its table, for people: of every variable which trees draw it, how many rows their
// leaves have, and each state with what it stands for and the training rows that had it.
#pragma once

#include <nlohmann/json.hpp>

#include "server/synth/trees/trees_archive.h"

namespace ctgan::synth::trees {

// A list, in the order of drawing:
//
//   column, part                 of a part, what it says: "category", "missing", "other"
//   given                        the columns that are drawn before
//   trees, leaves, rows_a_leaf   {"least", "median", "greatest"}
//   states                       {"value": text, "rows": n} of a value that enough rows share, or
//                                {"from": text, "to": text, "rows": n} of a stretch in which numbers come evenly
nlohmann::ordered_json contents_of(const TreesParts& parts);

}  // namespace ctgan::synth::trees
