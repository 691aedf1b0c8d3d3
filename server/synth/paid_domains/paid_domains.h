// What a private fit finds of its columns' domains and pays for: the fields that metadata say are to be found
// (table::ColumnDomain::paid). Whether there is anything to find, and what each search may cost, is known from the
// metadata alone.
//
//     Accountant accountant(guarantee, Composition::concentrated, delta_of_searches(metadata, guarantee.delta));
//     metadata = find_domains(std::move(metadata), rows, mechanisms);
//
//   categories      found_categories.h; others of the column count as its text for others, missing values as declared
//   min, max        found_bounds.h
//   edges           quantile_cuts.h, private_tree.h or bucket_partition.h, between bounds that were declared or found;
//                   none where the range has no more steps than it may have parts: then each step is one. Values that
//                   many rows have, 0 above all, are found first, as categories are, and are parts by themselves: a cut
//                   is as good anywhere between such a value and the next that there is
#pragma once

#include "common/table/metadata.h"
#include "server/synth/paid_domains/unit_rows.h"
#include "server/synth/privacy/mechanisms.h"

namespace ctgan::synth::paid_domains {

// What is kept of a guarantee's delta for thresholds: a tenth of it where there are categories or edges to be found.
double delta_of_searches(const table::Metadata& metadata, double delta);

// What a fit spends at most as delta-approximate zero-concentrated differential privacy (Bun and Steinke 2016, section 8),
// which adds up over fits: rho, and the delta of thresholds beside it. Of a fit without a delta, which is purely private,
// the rho that this amounts to (proposition 1.4). It is enough as well for a table that lacks some of the columns: the
// rho is that of a fit without thresholds, which leave less of delta for it.
struct ConcentratedCost {
  double rho = 0, delta = 0;
};
// REQUIRES: epsilon > 0, 0 <= delta < 1.
ConcentratedCost concentrated_cost(const table::Metadata& metadata, double epsilon, double delta);

// The metadata with nothing left to be found. Spends a tenth of the accountant's total at most, in equal parts for each
// column of which something is to be found; where that is bounds and edges, half of a part each, and of what edges get a
// quarter for values that many rows have. Nothing in the rows
// makes it fail. REQUIRES: metadata as table::declared_metadata makes them; the accountant was made with
// delta_of_searches; the rows are all that the fit will see.
table::Metadata find_domains(table::Metadata metadata, const UnitRows& rows, privacy::Mechanisms& mechanisms);

}  // namespace ctgan::synth::paid_domains
