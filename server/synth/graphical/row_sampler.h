// Rows of a graphical model, attribute by attribute, each given those of its clique that are drawn already: in the
// reverse of an elimination order, so that this is their joint distribution (Koller and Friedman 2009, section 12.1).
//
// For rows that meet evidence a sampler of the model given it: exact, nothing is drawn in vain.
// Immutable; safe to share between threads.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>
#include <vector>

#include "common/threads/thread_pool.h"
#include "server/synth/codecs/codes.h"
#include "server/synth/graphical/graphical_model.h"
#include "server/synth/random/random.h"

namespace ctgan::synth::graphical {

// An attribute with those that it is drawn from.
struct ConditionalTable {
  Attribute attribute = 0;
  std::size_t size = 0;  // of the attribute
  AttributeSet parents;
  std::vector<std::size_t> parent_strides;  // in rows of `cumulative`
  // A row of `size` numbers for each cell of the parents, in row-major order: expected rows of codes up to each.
  std::vector<double> cumulative;

  std::size_t rows() const { return cumulative.size() / size; }
};

// The tables in the order in which they are drawn, one an attribute.
std::vector<ConditionalTable> conditional_tables(const GraphicalModel& model);

class RowSampler {
 public:
  // The random numbers of one attribute, for the rows of one call: different ones for each attribute.
  using Streams = std::function<random::Stream(Attribute attribute)>;

  // Allocates as much as the model has cells.
  explicit RowSampler(const GraphicalModel& model);

  // Independent rows: fills rows `first` to first + count - 1 of all columns. What they are is a function of the
  // streams and `count` alone, so that threads may fill ranges of the same columns at once.
  // REQUIRES: columns as empty_columns() makes them, with those rows.
  void draw(const Streams& streams, std::size_t first, std::size_t count,
            std::span<codecs::Codes> columns) const;

  // A table whose counts are as near to what is expected as whole rows can be: of the rows that have the same codes
  // of the parents, as many get each code as are expected, rounded down, and one more for codes that are drawn, without
  // replacement, by the fractions that are left and by what pairs of codes have too little of (balanced_draw.h). Less
  // noise than draw() has, but rows depend on each other.
  // The same for any number of threads. REQUIRES: rows < 2^32.
  std::vector<codecs::Codes> rounded_table(std::size_t rows, std::uint64_t seed,
                                           threads::ThreadPool& pool) const;

  // A column an attribute, in the domain's order.
  std::vector<codecs::Codes> empty_columns(std::size_t rows) const;

 private:
  std::vector<std::size_t> sizes_;  // of all attributes
  std::vector<ConditionalTable> tables_;
};

}  // namespace ctgan::synth::graphical
