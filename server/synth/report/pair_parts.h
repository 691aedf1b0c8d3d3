// What the section of pairs shows beside its maps, each part with a heading of its own; nothing where nothing was found.
#pragma once

#include "server/synth/evaluate/evaluation.h"
#include "server/synth/report/markup.h"

namespace ctgan::synth::report {

// The strongest pairs, original beside synthetic.
void write_strongest_pairs(Markup& page, const evaluate::Evaluation& evaluation);
// Columns by the values of the one that learners predict.
void write_by_target(Markup& page, const evaluate::Evaluation& evaluation);
// Which cells are missing together.
void write_missing_patterns(Markup& page, const evaluate::Evaluation& evaluation);

}  // namespace ctgan::synth::report
