// What columns that somebody may know of a person (the keys) disclose; key_disclosure.h defines it. Part of
// evaluation.h.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "server/synth/evaluate/verdict.h"

namespace ctgan::synth::evaluate {

// One other column, told by the keys.
struct KeyTarget {
  std::string column;
  double original = 0;               // share of the training rows whose value the original's own keys tell
  double synthetic = 0;              // DiSCO: the synthetic table's keys
  std::optional<double> held_out;    // share of the held-out rows whose value the synthetic table's keys tell
  std::optional<Estimate> excess;    // synthetic - held_out
  std::optional<Estimate> together;  // the same, with an interval that holds for all columns at once
};

struct KeyDisclosure {
  std::vector<std::string> keys;
  // Shares of the training rows, but for synthetic_unique.
  double original_unique = 0;   // whose keys no other training row has
  double synthetic_unique = 0;  // of the synthetic rows, whose keys no other synthetic row has
  double found = 0;             // whose keys no other training row has, and a synthetic row has them
  double replicated = 0;        // repU: whose keys no other training row has, and exactly one synthetic row
  // Of the rows whose keys nobody else has among training and held-out rows together: those whose keys exactly
  // one synthetic row has. Without held-out rows absent.
  std::size_t alone = 0;  // training rows
  std::optional<double> alone_replicated;
  std::size_t held_out_alone = 0;
  std::optional<double> held_out_replicated;
  std::optional<Estimate> excess;  // alone_replicated - held_out_replicated
  std::vector<KeyTarget> targets;  // every other compared column
};

}  // namespace ctgan::synth::evaluate
