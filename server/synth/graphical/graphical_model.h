// A distribution of rows as the exponential of a sum of potentials, each of a few attributes, and its marginals: a
// Markov random field (Koller and Friedman 2009, chapters 4 and 10), as McKenna, Sheldon and Miklau 2019
// ("Graphical-model based estimation and inference for differential privacy") estimate it.
//
// Beliefs, the marginals of the junction tree's cliques, are made once: projections of one model are cheap. Immutable;
// safe to share between threads.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "common/threads/thread_pool.h"
#include "server/synth/graphical/junction_tree.h"
#include "server/synth/marginals/factor.h"

namespace ctgan::synth::graphical {

using marginals::Factor;

// The codes that an attribute may have.
struct AllowedCodes {
  Attribute attribute = 0;
  std::vector<std::uint32_t> codes;
};

class GraphicalModel {
 public:
  // `total` rows, distributed as e^(sum of potentials); -infinity is a cell that no row has. Without potentials all
  // rows are equally likely. Throws Error(bad_data) where the junction tree has too many cells, and where no row is
  // possible. REQUIRES: total > 0; potentials are of the domain's attributes, with a number for each cell, none of
  // them NaN or +infinity.
  GraphicalModel(Domain domain, std::vector<Factor> potentials, double total, threads::ThreadPool& pool,
                 const EliminationSearch& search = {});

  const Domain& domain() const { return domain_; }
  const std::vector<Factor>& potentials() const { return potentials_; }
  double total() const { return total_; }
  const JunctionTree& tree() const { return tree_; }
  // ln of the sum of e^(sum of potentials) over all rows that there can be.
  double log_partition() const { return log_partition_; }
  // In nats, of one row.
  double entropy() const;

  // How many rows each cell has. Of attributes that one clique has the sum over its others, of all others by
  // variable elimination along the cliques that connect them. Throws Error(bad_data) for too many cells.
  Factor marginal(const AttributeSet& attributes) const;

  // How many rows each cell of a clique has, in row-major order of its attributes.
  std::span<const double> belief(std::size_t clique) const;
  // The same of what it shares with its parent; at the root the total.
  std::span<const double> separator(std::size_t clique) const;

  // The model of those rows alone that have in every attribute of `allowed` one of its codes, as many of them as
  // this one has of all. Throws Error(bad_data) where there are none. What part of the rows they are is e^(its
  // log_partition() - this one's). REQUIRES: codes are below their attribute's size.
  GraphicalModel given(std::span<const AllowedCodes> allowed, threads::ThreadPool& pool) const;

 private:
  Domain domain_;
  std::vector<Factor> potentials_;
  double total_;
  JunctionTree tree_;
  std::vector<std::vector<double>> beliefs_;     // of each clique
  std::vector<std::vector<double>> separators_;  // the same
  double log_partition_ = 0;
};

}  // namespace ctgan::synth::graphical
