// From potentials to marginals: two passes over a junction tree (Shafer and Shenoy 1990; Lauritzen and Spiegelhalter
// 1988). Upwards, in logarithms, a clique sends its parent ln of the sum of its cells over what they do not share, and
// keeps how its cells are distributed given what they share; downwards a clique's cells are these times the marginal
// of what is shared. So each cell's exponential is taken once, and nothing is divided out that could be 0: -infinity
// is a cell that cannot be.
//
// What it needs it has from the beginning on: a run allocates nothing. Not safe to share between threads.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "common/threads/thread_pool.h"
#include "server/synth/graphical/junction_tree.h"
#include "server/synth/marginals/embedding.h"

namespace ctgan::synth::graphical {

class Calibration {
 public:
  // Throws Error(bad_data) where the tree has too many cells. `tree` outlives it.
  Calibration(const Domain& domain, const JunctionTree& tree);

  // All cliques' cells in one array, clique by clique.
  std::size_t cells() const { return cells_; }
  std::size_t first_cell(std::size_t clique) const { return passages_[clique].first_cell; }
  std::size_t cells_of(std::size_t clique) const { return passages_[clique].cells; }

  // Calls use(clique) for each, by several threads where there is much to do. `use` works on that clique's cells.
  template <typename Use>
  void for_each_clique(threads::ThreadPool& pool, const Use& use) const {
    for_each(pool, all_, use);
  }

  // `cells`: potentials, which become marginals of that mass. What they are does not depend on the number of
  // threads. The result is ln of the sum of e^potential over all rows that there can be; -infinity where there is
  // none, and all marginals 0. REQUIRES: cells() of them; no NaN, no +infinity.
  double run(std::span<double> cells, double mass, threads::ThreadPool& pool);

  // Of the last run: the marginal of what the clique shares with its parent.
  std::span<const double> separator(std::size_t clique) const;

 private:
  // Between a clique and its parent.
  struct Passage {
    std::size_t first_cell;
    std::size_t cells;
    std::size_t first_message;
    std::size_t messages;  // cells of the separator
    marginals::Embedding in_clique;
    std::vector<std::size_t> children;
    std::vector<marginals::Embedding> in_parent;  // one; none at the root
  };

  // Cliques that need nothing of each other.
  struct Level {
    std::vector<std::size_t> cliques;
    std::size_t cells = 0;
  };

  template <typename Use>
  static void for_each(threads::ThreadPool& pool, const Level& level, const Use& use) {
    // Fewer cells are done before another thread is awake.
    constexpr std::size_t k_least_shared_cells = std::size_t{1} << 15U;
    if (level.cells >= k_least_shared_cells) {
      pool.run(level.cliques.size(), [&](std::size_t at) { use(level.cliques[at]); });
    } else {
      for (const std::size_t clique : level.cliques) use(clique);
    }
  }

  void send_to_parent(std::size_t clique, std::span<double> cells);
  void take_from_parent(std::size_t clique, double mass, std::span<double> cells);

  const JunctionTree& tree_;
  std::vector<Passage> passages_;  // of each clique
  std::vector<Level> levels_;      // the root's first
  Level all_;
  std::size_t cells_ = 0;
  std::vector<double> messages_;    // ln of what a clique sends to its parent, by cells of the separator
  std::vector<double> sums_;        // what a clique's cells given the separator's add up to
  std::vector<double> separators_;  // marginals
  std::vector<double> factors_;     // separators_ / sums_
};

}  // namespace ctgan::synth::graphical
