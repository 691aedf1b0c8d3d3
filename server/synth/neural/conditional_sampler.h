// Training by sampling (Xu et al. 2019, section 4.3): which condition a generated row is given, and which
// real row is shown beside it.
//
//     ConditionSampler conditions(counts, Frequency::log);
//     RowSampler rows(encoded);
//     std::uint32_t c = conditions.draw(stream);   // a position in the conditional vector
//     std::uint32_t r = rows.draw(c, stream);      // a row that has that category
//
// Both are immutable and safe to share between threads; a stream is not.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "server/synth/codecs/column_codec.h"
#include "server/synth/encoders/encoded_table.h"
#include "server/synth/random/random.h"

namespace ctgan::synth::neural {

// How often a category is drawn within its column: in proportion to its rows, or to ln(rows + 1). Columns
// that are not the table's own are always drawn in proportion: the published algorithm knows none, and
// evening them out would teach the networks another rate of missing values than the table has.
enum class Frequency { original, log };

class ConditionSampler {
 public:
  // For each discrete column, in table order. REQUIRES: no column is empty and each has a category with rows.
  ConditionSampler(const std::vector<codecs::CategoryRows>& columns, Frequency frequency);

  // No discrete columns: there is nothing to draw.
  bool empty() const { return columns_.empty(); }
  // A position in the conditional vector: the column is drawn uniformly, then the category. REQUIRES: not
  // empty().
  std::uint32_t draw(random::Stream& random) const;

 private:
  struct Column {
    std::uint32_t condition_offset = 0;
    std::vector<double> cumulative;  // weights; the last entry is their sum
  };
  std::vector<Column> columns_;
};

// The rows of each category of each discrete column: 4 bytes a row and discrete column.
class RowSampler {
 public:
  explicit RowSampler(const encoders::EncodedTable& table);

  // Uniform among the rows that have this category. REQUIRES: there is one.
  std::uint32_t draw(std::uint32_t condition, random::Stream& random) const;
  // Uniform among all rows.
  std::uint32_t draw_any(random::Stream& random) const { return random.next_below(rows_); }

 private:
  std::uint32_t rows_;
  std::vector<std::size_t> starts_;  // in sorted_, one a position of the conditional vector and one more
  std::vector<std::uint32_t> sorted_;
};

}  // namespace ctgan::synth::neural
