// One tree a variable, each given the variables that are drawn before it: the joint distribution as a product
// of conditional ones (Reiter 2005, "Using CART to generate partially synthetic public use microdata"; Nowok,
// Raab and Dibben 2016, "synthpop", section 2). A row is drawn variable by variable: what is known of it leads
// to a leaf, and one of the leaf's states is taken.
//
// Immutable once made; safe to share between threads.
#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <vector>

#include "common/threads/thread_pool.h"
#include "server/synth/random/random.h"
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

// States that one variable must have.
struct GivenStates {
  std::size_t variable = 0;
  std::vector<State> states;  // ascending
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
  // The same of rows that have one of the given states. What is drawn before the given variable is drawn
  // again and again, and kept with the share of the given states in the leaf where it leads to, so that it goes
  // with them as often as in any sample. Where that would take too long, what is missing is chosen among what
  // was drawn, by that share; where nothing drawn leads to the states at all, the rows are those of draw(). REQUIRES:
  // a leaf has one of the states.
  std::vector<std::vector<State>> draw_given(const Variables& variables, std::size_t rows,
                                             const GivenStates& given, const Streams& stream) const;

 private:
  void draw_one(const Variables& variables, std::size_t place, std::vector<std::vector<State>>& states,
                std::size_t rows, random::Stream random) const;

  VisitOrder order_;
  std::vector<Forest> forests_;
};

}  // namespace ctgan::synth::trees
