// Rows of which some codes are known, each row others: what is unknown is drawn given all that is known of its row,
// exactly. Up the junction tree goes how likely the known codes behind a clique are given its separator, down the tree
// codes are drawn by it (Koller and Friedman 2009, section 10.2): only over cells that what is known leaves open, so
// that a row costs the less the more is known of it.
//
// For many rows that allow the same codes GraphicalModel::given() and a RowSampler are faster.
// Immutable; safe to share between threads.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "server/synth/codecs/codes.h"
#include "server/synth/graphical/graphical_model.h"
#include "server/synth/graphical/row_sampler.h"

namespace ctgan::synth::graphical {

class RowCompletion {
 public:
  // `model` outlives it.
  explicit RowCompletion(const GraphicalModel& model);

  // Of each attribute, whether a row's code is known (1) or not (0).
  using KnownRows = std::vector<std::vector<std::uint8_t>>;

  // Draws what is unknown in rows `first` to first + count - 1, in place. A function of the streams, `count` and what
  // is known. Where known codes cannot be together, those further from the root say nothing of the others.
  // REQUIRES: columns as RowSampler::empty_columns() makes them; known codes are below their attribute's size.
  void draw(const RowSampler::Streams& streams, const KnownRows& known, std::size_t first, std::size_t count,
            std::span<codecs::Codes> columns) const;

 private:
  // An attribute of a clique: how far its codes are apart in the clique's cells, in those of its separator (0: it is
  // not there), and in each child's separator.
  struct Axis {
    Attribute attribute;
    std::size_t size;
    std::size_t stride;
    std::size_t in_separator;
    std::vector<std::size_t> in_children;
  };
  struct Passage {
    std::vector<Axis> axes;
    std::vector<std::size_t> children;
    std::vector<double> given_separator;  // each cell's part of its separator's cell
    std::size_t separator_cells;
  };
  struct Row;

  void send_up(std::size_t clique, Row& row) const;
  void draw_clique(std::size_t clique, double uniform, Row& row) const;
  template <typename Use>
  void for_each_open_cell(std::size_t clique, const Row& row, const Use& use) const;

  const GraphicalModel& model_;
  std::vector<Passage> passages_;  // of each clique
};

}  // namespace ctgan::synth::graphical
