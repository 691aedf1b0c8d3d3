// Losses of potentials, as momentum_descent.h descends them: the potential of each measured set of attributes is a part
// of one vector, as are the measured cells, the marginals and the gradient.
#pragma once

#include <algorithm>
#include <cstddef>
#include <span>
#include <vector>

#include "common/threads/thread_pool.h"
#include "server/synth/graphical/calibration.h"
#include "server/synth/marginals/embedding.h"
#include "server/synth/marginals/factor.h"

namespace ctgan::synth::graphical {

// All measurements of one set of attributes: as good as one, with the mean of each cell by weight and their sum.
struct MeasuredSet {
  AttributeSet attributes;
  std::vector<double> cells;
  std::vector<double> weights;  // of each cell 1 / variance

  double greatest_weight() const { return *std::max_element(weights.begin(), weights.end()); }
};

// A point of the descent.
struct DescentPoint {
  std::vector<double> potentials;
  std::vector<double> marginals;
  std::vector<double> gradient;  // of the loss by the marginals
  double loss = 0;
};

// Not safe to share between threads.
class MeasuredLoss {
 public:
  // `fixed` is added to the potentials. `tree` outlives it. REQUIRES: a clique of the tree has each set's attributes.
  MeasuredLoss(const Domain& domain, const JunctionTree& tree, std::span<const MeasuredSet> sets,
               std::span<const marginals::Factor> fixed, double total);

  std::size_t cells() const { return targets_.size(); }
  double total() const { return total_; }
  std::size_t first_cell(std::size_t set) const { return parts_[set].first; }
  // The loss of marginals that are all 0.
  double squares() const { return squares_; }
  // How steep the loss can be, in the worst clique: a step of 2 / (steepness * total) is a safe one.
  double steepness() const { return steepness_; }

  // Sets all but the potentials of the point. Allocates nothing once the point has its size.
  void evaluate(DescentPoint& point, threads::ThreadPool& pool);

 private:
  struct Part {
    std::size_t first;
    std::size_t cells;
    marginals::Embedding in_rung;
  };

  // A clique, or what is left of one without some of its attributes. Sets that lack these are added up and projected
  // there, in fewer cells, and all at once from and to the rung above.
  struct Rung {
    AttributeSet attributes;
    std::size_t first;  // of its cells: the clique itself in cells_, others in rung_cells_
    std::size_t cells;
    std::vector<std::size_t> parts;
    std::vector<marginals::Embedding> in_above;  // one; none of the clique itself
  };
  using Ladder = std::vector<Rung>;

  void add_fixed(const Domain& domain, const JunctionTree& tree, std::span<const marginals::Factor> fixed);
  void add_ladder(const Domain& domain, std::size_t clique, const AttributeSet& attributes,
                  std::vector<AttributeSet> sets);
  void add_part(const Domain& domain, std::size_t clique, const MeasuredSet& set);
  void assemble(std::size_t clique, const std::vector<double>& potentials);
  void collect(std::size_t clique, std::vector<double>& marginals);

  Calibration calibration_;
  double total_;
  std::vector<Part> parts_;      // of each set
  std::vector<Ladder> ladders_;  // of each clique
  std::vector<double> targets_;  // measured cells
  std::vector<double> weights_;  // of each
  std::vector<double> fixed_;    // by cliques' cells; empty: all 0
  std::vector<double> cells_;    // by cliques' cells
  std::vector<double> rung_cells_;
  std::vector<double> losses_;  // of each part
  double steepness_ = 0;
  double squares_ = 0;
};

}  // namespace ctgan::synth::graphical
