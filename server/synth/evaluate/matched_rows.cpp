#include "server/synth/evaluate/matched_rows.h"

#include <algorithm>

#include "server/synth/evaluate/row_sample.h"

namespace ctgan::synth::evaluate {

std::vector<Side> MatchedRows::sides() const {
  if (!attainable) return {Side::original, Side::synthetic};
  return {Side::original, Side::synthetic, Side::held_out};
}

MatchedRows draw_matched(const ComparedTables& tables, std::uint64_t seed, std::size_t most) {
  MatchedRows matched;
  matched.attainable = tables.counts.held_out >= k_least_matched_rows;
  matched.each =
      std::min({tables.counts.original, tables.counts.synthetic, rows_within(most, tables.used().size())});
  if (matched.attainable) matched.each = std::min(matched.each, tables.counts.held_out);
  const auto draw = [&](Side side, Purpose purpose) {
    matched.rows[static_cast<std::size_t>(side)] =
        draw_rows(tables.rows(side), matched.each, stream_for(seed, purpose));
  };
  draw(Side::original, Purpose::matched_original);
  draw(Side::synthetic, Purpose::matched_synthetic);
  if (matched.attainable) draw(Side::held_out, Purpose::matched_held_out);
  return matched;
}

}  // namespace ctgan::synth::evaluate
