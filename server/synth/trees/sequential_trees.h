// One tree a variable, each given the variables that are drawn before it: the joint distribution as a product
// of conditional ones (Reiter 2005, "Using CART to generate partially synthetic public use microdata"; Nowok,
// Raab and Dibben 2016, "synthpop", section 2). A row is drawn variable by variable: what is known of it leads
// to a leaf, and one of the leaf's states is taken.
//
// Immutable once made; safe to share between threads.
#pragma once

#include <cstdint>
#include <functional>
#include <limits>
#include <optional>
#include <span>
#include <vector>

#include "common/threads/thread_pool.h"
#include "server/synth/random/random.h"
#include "server/synth/trees/state_set.h"
#include "server/synth/trees/tree.h"
#include "server/synth/trees/variables.h"

namespace ctgan::synth::trees {

// Variables in the order in which they are drawn.
using VisitOrder = std::vector<std::size_t>;

// Trees that draw one variable in turn.
using Forest = std::vector<Tree>;

struct Growth {
  std::size_t min_leaf = 1;
  // Of a variable; more than one are grown on a random 63 % of the rows each, and which of them draws a row
  // is chosen at random: the mean of what they say (Breiman 1996, "Bagging predictors").
  std::size_t trees = 1;
  std::uint64_t seed = 0;
};

// States of which a variable must have one.
struct GivenStates {
  std::size_t variable = 0;
  StateSet states;
};

// All that rows must have, prepared by SequentialTrees::prepare().
struct Given {
  std::vector<GivenStates> states;
  double most_probable = 1;  // that any row has them, given what is drawn before them
};

// What is known of a row's variable before it is drawn.
struct Evidence {
  StateSet states;                  // that speak for it: of a number those of its neighbourhood
  std::optional<State> state = {};  // which it is; none: one of `states`
  bool counts = true;               // false: it is so by choice, and says nothing of what is drawn before it
};

// What is known of the variables of some rows.
struct KnownStates {
  static constexpr std::uint32_t k_nothing = std::numeric_limits<std::uint32_t>::max();

  struct Of {
    std::vector<State> marginal;  // as SequentialTrees::marginal
    std::vector<Evidence> evidence;
    std::vector<std::uint32_t> of_row;  // in `evidence`, or k_nothing; empty: nothing of any row

    const Evidence* at(std::size_t row) const {
      return of_row.empty() || of_row[row] == k_nothing ? nullptr : &evidence[of_row[row]];
    }
  };
  std::vector<Of> variables;
};

class SequentialTrees {
 public:
  // Grows all trees at once, as each needs only real rows; the same for any number of threads. `grown` is called
  // by one thread at a time when a tree is; `check_stop` may throw. REQUIRES: `order` has each variable once,
  // presence before the numbers that it is of.
  static SequentialTrees grow(const Variables& variables, const TrainingStates& training,
                              const VisitOrder& order, const Growth& growth, threads::ThreadPool& pool,
                              const std::function<void()>& check_stop,
                              const std::function<void(std::size_t grown)>& grown);
  // For loading: forests in the order of `order`, whose predictors are what comes before. REQUIRES: sound.
  SequentialTrees(VisitOrder order, std::vector<Forest> forests)
      : order_(std::move(order)), forests_(std::move(forests)) {}

  const VisitOrder& order() const { return order_; }
  // Of the variable order()[place].
  const Forest& forest(std::size_t place) const { return forests_[place]; }

  // The states of `rows` rows, by variable. `stream(place)` gives the random numbers of the variable
  // order()[place].
  using Streams = std::function<random::Stream(std::size_t place)>;
  std::vector<std::vector<State>> draw(const Variables& variables, std::size_t rows,
                                       const Streams& stream) const;
  // The same of rows that have all of the given states. What comes before the last given variable is drawn again
  // and again, given variables among their states, and kept with the probability of these in the leaves where the
  // row leads to: rejection sampling, so that it goes with them as often as in any sample. Where that would take
  // too long, what is missing is chosen among what was drawn, by that probability; where nothing drawn leads to
  // the states at all, the rows are those of draw().
  std::vector<std::vector<State>> draw_given(const Variables& variables, std::size_t rows, const Given& given,
                                             const Streams& stream) const;
  // REQUIRES: no variable twice.
  Given prepare(std::vector<GivenStates> states) const;

  // The same of rows of which something is known: of rows `first`, first + 1, ... of `known`. Where something
  // unknown is drawn before something that is known, it is drawn `proposals` times, and one of these is chosen by how
  // probable the known states are beside it: importance resampling (Rubin 1987, "The calculation of posterior
  // distributions by data augmentation: Comment"), after each known variable on the way. Numbers that are known speak by the neighbourhood that they
  // are in, and what no row of a leaf had counts as a tenth of a row in it, so that no evidence is impossible.
  struct Stretch {
    std::size_t first = 0;
    std::size_t count = 0;
    std::size_t proposals = 64;
  };
  std::vector<std::vector<State>> complete(const Variables& variables, const KnownStates& known, Stretch rows,
                                           const Streams& stream) const;

  // The states of all training rows of the variable order()[place], ascending; a subsample's of a forest.
  std::vector<State> marginal(std::size_t place) const;

 private:
  struct Proposals;
  class Background;

  std::size_t place_of(std::size_t variable) const;
  void draw_one(const Variables& variables, std::size_t place, std::vector<std::vector<State>>& states,
                std::size_t rows, random::Stream& random) const;
  template <typename EvidenceOf>
  void draw_beside(const Variables& variables, std::size_t place, Proposals& proposals,
                   const EvidenceOf& evidence_of, const Background& background, random::Stream& random) const;

  VisitOrder order_;
  std::vector<Forest> forests_;
};

}  // namespace ctgan::synth::trees
