#include "server/synth/trees/sequential_trees.h"

#include <algorithm>
#include <cmath>
#include <mutex>
#include <numeric>
#include <utility>

#include "server/synth/trees/category_order.h"
#include "server/synth/trees/tree_growing.h"

namespace ctgan::synth::trees {
namespace {

using States = std::vector<std::vector<State>>;

// The columns that a tree is grown on: of all rows, or of chosen ones.
class TaskColumns {
 public:
  TaskColumns(const TrainingStates& training, std::span<const std::size_t> variables,
              std::vector<std::uint32_t> rows)
      : rows_(std::move(rows)), all_(rows_.size() == training.rows), chosen_(variables.size()) {
    for (std::size_t i = 0; i < variables.size(); ++i) {
      const std::vector<State>& whole = training.states[variables[i]];
      if (!all_) chosen_[i] = at_rows(whole);
      columns_.emplace_back(all_ ? whole : chosen_[i]);
    }
    const std::vector<std::uint16_t>& whole = training.ranks[variables.back()];
    if (!all_ && !whole.empty()) chosen_ranks_ = at_rows(whole);
    ranks_ = all_ ? whole : chosen_ranks_;
  }

  std::span<const State> target() const { return columns_.back(); }
  std::span<const State> column(std::size_t place) const { return columns_[place]; }
  std::span<const std::uint16_t> ranks() const { return ranks_; }

 private:
  template <typename Value>
  std::vector<Value> at_rows(const std::vector<Value>& values) const {
    std::vector<Value> chosen(rows_.size());
    for (std::size_t i = 0; i < chosen.size(); ++i) chosen[i] = values[rows_[i]];
    return chosen;
  }

  std::vector<std::uint32_t> rows_;
  bool all_;
  std::vector<std::vector<State>> chosen_;
  std::vector<std::uint16_t> chosen_ranks_;
  std::vector<std::span<const State>> columns_;
  std::span<const std::uint16_t> ranks_;
};

// The rows in which the variable has a value.
std::vector<std::uint32_t> rows_with(const Variable& variable, const std::vector<State>& states) {
  std::vector<std::uint32_t> rows;
  for (std::size_t row = 0; row < states.size(); ++row)
    if (!variable.presence || states[row] != variable.absent())
      rows.push_back(static_cast<std::uint32_t>(row));
  return rows;
}

constexpr double k_subsample = 0.632;  // what a bootstrap sample has of all rows

std::vector<std::uint32_t> subsample(const std::vector<std::uint32_t>& rows, random::Stream random) {
  std::vector<std::uint32_t> some;
  for (const std::uint32_t row : rows)
    if (random.next_double() < k_subsample) some.push_back(row);
  return some.empty() ? rows : some;
}

std::vector<Predictor> predictors_of(const Variables& variables, const TaskColumns& columns,
                                     std::span<const std::size_t> drawn,
                                     const std::vector<BinOfState>& bins) {
  std::vector<Predictor> predictors;
  for (std::size_t i = 0; i + 1 < drawn.size(); ++i) {
    const Variable& predictor = variables[drawn[i]];
    const bool ordered = predictor.numbers.has_value();
    predictors.push_back({drawn[i], ordered
                                        ? bins[drawn[i]]
                                        : category_bins(columns.column(i), predictor.states, columns.target(),
                                                        variables[drawn.back()].states, columns.ranks())});
  }
  return predictors;
}

Tree grow_one(const Variables& variables, const TrainingStates& training, const VisitOrder& order,
              std::size_t place, std::size_t number, const std::vector<BinOfState>& bins,
              const Growth& growth, const std::function<void()>& check_stop) {
  const std::span<const std::size_t> drawn(order.data(), place + 1);
  const Variable& target = variables[drawn.back()];
  std::vector<std::uint32_t> rows = rows_with(target, training.states[drawn.back()]);
  const std::uint64_t substream = (std::uint64_t{place} << 32U) + number;
  const bool is_one_of_many = growth.trees > 1 && place > 0;
  if (is_one_of_many) rows = subsample(rows, random::Stream(growth.seed, random::StreamId::rows, substream));
  const TaskColumns columns(training, drawn, std::move(rows));
  const std::vector<Predictor> predictors = predictors_of(variables, columns, drawn, bins);
  TreeTask task;
  for (std::size_t i = 0; i < place; ++i) task.predictor_states.push_back(columns.column(i));
  task.target = columns.target();
  task.target_states = target.states;
  task.ranks = columns.ranks();
  task.predictors = predictors;
  // A leaf of a subsample stands for as many rows of all as a leaf of a single tree.
  const double min_leaf = static_cast<double>(growth.min_leaf) * (is_one_of_many ? k_subsample : 1);
  task.min_leaf = std::max<std::size_t>(static_cast<std::size_t>(std::lround(min_leaf)), 1);
  return trees::grow(task, check_stop);
}

std::vector<const State*> predictor_states(const Tree& tree, const States& states) {
  std::vector<const State*> found;
  for (const Predictor& predictor : tree.predictors) found.push_back(states[predictor.variable].data());
  return found;
}

// A leaf of one of a forest's trees, and where in it a row's uniform number points.
struct Landing {
  std::size_t tree = 0;
  std::uint32_t leaf = 0;
  double uniform = 0;
};

// The number says first which tree, what is left of it where in the leaf.
Landing land(const Forest& forest, std::span<const State* const> known, std::size_t row, double uniform) {
  const double scaled = uniform * static_cast<double>(forest.size());
  const auto tree = static_cast<std::size_t>(scaled);
  return {tree, forest[tree].leaf_of(known, row), scaled - static_cast<double>(tree)};
}

// Which share of each leaf has one of the given states.
std::vector<double> shares_of(const Tree& tree, const std::vector<State>& given) {
  std::vector<double> shares;
  for (std::uint32_t leaf = 0; leaf + 1 < tree.leaf_starts.size(); ++leaf) {
    std::size_t rows = 0;
    for (const State state : tree.leaf(leaf))
      if (std::binary_search(given.begin(), given.end(), state)) ++rows;
    shares.push_back(static_cast<double>(rows) / static_cast<double>(tree.leaf(leaf).size()));
  }
  return shares;
}

State pick_given(std::span<const State> leaf, const std::vector<State>& given, double uniform) {
  std::vector<State> among;
  std::copy_if(leaf.begin(), leaf.end(), std::back_inserter(among),
               [&given](State s) { return std::binary_search(given.begin(), given.end(), s); });
  return among[static_cast<std::size_t>(uniform * static_cast<double>(among.size()))];
}

}  // namespace

SequentialTrees SequentialTrees::grow(const Variables& variables, const TrainingStates& training,
                                      const VisitOrder& order, const Growth& growth,
                                      threads::ThreadPool& pool, const std::function<void()>& check_stop,
                                      const std::function<void(std::size_t grown)>& grown) {
  std::vector<BinOfState> bins(variables.size());
  pool.run(variables.size(), [&](std::size_t v) {
    if (variables[v].numbers) bins[v] = ordered_bins(variables[v], training.states[v]);
  });
  // Without predictors there is nothing to vary.
  std::vector<Forest> forests(order.size(), Forest(growth.trees));
  forests.front().resize(1);
  std::mutex mutex;
  std::size_t done = 0;
  // The last ones have most predictors and take longest: they begin first.
  pool.run(order.size() * growth.trees, [&](std::size_t task) {
    const std::size_t place = order.size() - 1 - task / growth.trees;
    const std::size_t number = task % growth.trees;
    if (number >= forests[place].size()) return;
    const auto stop = [&] {
      const std::lock_guard lock(mutex);
      check_stop();
    };
    stop();
    forests[place][number] = grow_one(variables, training, order, place, number, bins, growth, stop);
    const std::lock_guard lock(mutex);
    // Another tree's report may have ended the fit meanwhile.
    check_stop();
    grown(++done);
  });
  return {order, std::move(forests)};
}

void SequentialTrees::draw_one(const Variables& variables, std::size_t place, States& states,
                               std::size_t rows, random::Stream random) const {
  const Forest& forest = forests_[place];
  const Variable& variable = variables[order_[place]];
  const std::vector<const State*> known = predictor_states(forest.front(), states);
  std::vector<float> uniform(rows);
  random.fill_uniform(uniform);
  std::vector<State>& drawn = states[order_[place]];
  drawn.resize(rows);
  for (std::size_t row = 0; row < rows; ++row) {
    if (variable.presence && states[*variable.presence][row] != 0) {
      drawn[row] = variable.absent();
      continue;
    }
    const Landing at = land(forest, known, row, static_cast<double>(uniform[row]));
    const std::span<const State> leaf = forest[at.tree].leaf(at.leaf);
    drawn[row] = leaf[static_cast<std::size_t>(at.uniform * static_cast<double>(leaf.size()))];
  }
}

States SequentialTrees::draw(const Variables& variables, std::size_t rows, const Streams& stream) const {
  States states(variables.size());
  for (std::size_t place = 0; place < order_.size(); ++place)
    draw_one(variables, place, states, rows, stream(place));
  return states;
}

States SequentialTrees::draw_given(const Variables& variables, std::size_t rows, const GivenStates& given,
                                   const Streams& stream) const {
  // Proposals for each row that is wanted, at most.
  constexpr std::size_t k_most_proposals = 64;
  const auto place =
      static_cast<std::size_t>(std::find(order_.begin(), order_.end(), given.variable) - order_.begin());
  const Forest& forest = forests_[place];
  std::vector<std::vector<double>> shares;
  double greatest = 0;
  for (const Tree& tree : forest) {
    shares.push_back(shares_of(tree, given.states));
    greatest = std::max(greatest, *std::max_element(shares.back().begin(), shares.back().end()));
  }
  random::Stream random = stream(place);
  std::vector<random::Stream> streams;
  for (std::size_t before = 0; before < place; ++before) streams.push_back(stream(before));

  States kept(variables.size()), passed(variables.size());
  std::vector<double> weights;    // of what was passed over, added up
  std::vector<Landing> landings;  // of the same
  const auto keep = [&](const States& from, std::size_t row, const Landing& at) {
    for (std::size_t before = 0; before < place; ++before)
      kept[order_[before]].push_back(from[order_[before]][row]);
    kept[given.variable].push_back(
        pick_given(forest[at.tree].leaf(at.leaf), given.states, random.next_double()));
  };
  const auto full = [&] { return kept[given.variable].size() == rows; };
  for (std::size_t round = 0; round < k_most_proposals && !full(); ++round) {
    States proposed(variables.size());
    for (std::size_t before = 0; before < place; ++before) {
      draw_one(variables, before, proposed, rows, streams[before]);
      streams[before].skip(rows);
    }
    const std::vector<const State*> known = predictor_states(forest.front(), proposed);
    for (std::size_t row = 0; row < rows && !full(); ++row) {
      const Landing at = land(forest, known, row, random.next_double());
      const double share = shares[at.tree][at.leaf];
      if (random.next_double() * greatest < share) {
        keep(proposed, row, at);
        continue;
      }
      if (share == 0) continue;
      weights.push_back((weights.empty() ? 0 : weights.back()) + share);
      landings.push_back(at);
      for (std::size_t before = 0; before < place; ++before)
        passed[order_[before]].push_back(proposed[order_[before]][row]);
    }
  }
  // Too rare: rows that were kept, and if there are none what was passed over, stand for what is missing.
  const std::size_t found = kept[given.variable].size();
  while (!full() && !weights.empty()) {
    const auto at =
        std::upper_bound(weights.begin(), weights.end() - 1, random.next_double() * weights.back());
    const auto row = static_cast<std::size_t>(at - weights.begin());
    keep(passed, row, landings[row]);
  }
  while (!full() && found > 0) {
    const auto row = random.next_below(static_cast<std::uint32_t>(found));
    for (std::size_t before = 0; before <= place; ++before)
      kept[order_[before]].push_back(State{kept[order_[before]][row]});
  }
  if (!full()) return draw(variables, rows, stream);
  for (std::size_t after = place + 1; after < order_.size(); ++after)
    draw_one(variables, after, kept, kept[given.variable].size(), stream(after));
  return kept;
}

}  // namespace ctgan::synth::trees
