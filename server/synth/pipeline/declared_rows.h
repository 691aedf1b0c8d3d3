// Rows of a private model's table, for its evaluation: texts by what was declared of their columns.
#pragma once

#include "common/table/metadata.h"
#include "common/table/table.h"
#include "server/synth/privacy/noise_bits.h"

namespace ctgan::synth::pipeline {

// Each cell as the model takes it: numbers and dates in the spelling of their column, missing where they are declared to
// be or cannot be read; all others as they are. REQUIRES: every cell a text; metadata with a domain for each column.
table::Table as_declared(const table::Table& texts, const table::Metadata& metadata);

// Takes units out of `table` that are not learnt, with all of their rows (paid_domains/unit_rows.h): each by itself with the
// probability `share`, whatever others there are, so that a model of the rest is as private as one of all (a unit more or
// less is one more or less, or none, in the rest), and rows of one person are on one side. REQUIRES: 0 <= share <= 1; as
// units_of.
table::Table set_aside_units(table::Table& table, const table::Metadata& metadata, double share,
                             privacy::NoiseBits& bits);

}  // namespace ctgan::synth::pipeline
