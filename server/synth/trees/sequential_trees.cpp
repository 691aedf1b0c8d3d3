#include "server/synth/trees/sequential_trees.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <mutex>
#include <optional>
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

constexpr double k_impossible = -std::numeric_limits<double>::infinity();

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
  std::span<const State> leaf;
  double uniform = 0;
};

// The number says first which tree, what is left of it where in the leaf.
Landing land(const Forest& forest, std::span<const State* const> known, std::size_t row, double uniform) {
  const double in_forest = uniform * static_cast<double>(forest.size());
  const auto number = static_cast<std::size_t>(in_forest);
  const Tree& tree = forest[number];
  return {tree.leaf(tree.leaf_of(known, row)), in_forest - static_cast<double>(number)};
}

// The most that a leaf gives the states.
double greatest_share(const Forest& forest, const StateSet& states) {
  double greatest = 0;
  for (const Tree& tree : forest) {
    for (std::uint32_t leaf = 0; leaf + 1 < tree.leaf_starts.size(); ++leaf) {
      const auto rows = static_cast<double>(tree.leaf(leaf).size());
      greatest = std::max(greatest, static_cast<double>(states.count(tree.leaf(leaf))) / rows);
    }
  }
  return greatest;
}

std::size_t scaled(double uniform, std::size_t count) {
  return static_cast<std::size_t>(uniform * static_cast<double>(count));
}

// Weights, of which these are the logarithms, added up, the greatest being 1; where all are impossible as if they
// were alike.
std::vector<double> cumulative(std::span<const double> logarithms) {
  const double greatest = *std::max_element(logarithms.begin(), logarithms.end());
  std::vector<double> sums;
  for (const double weight : logarithms)
    sums.push_back((sums.empty() ? 0 : sums.back()) +
                   (greatest == k_impossible ? 1 : std::exp(weight - greatest)));
  return sums;
}

// `from` may be `to`.
void append_row(const States& from, std::size_t row, States& to) {
  for (std::size_t v = 0; v < from.size(); ++v)
    if (!from[v].empty()) to[v].push_back(State{from[v][row]});
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

// Rows of which some variables are drawn, and the logarithm of how probable what was known of these is: of many
// columns the probability itself is less than a double holds.
struct SequentialTrees::Proposals {
  Proposals(std::size_t variables, std::size_t rows) : states(variables), weights(rows, 0.0) {}

  std::size_t rows() const { return weights.size(); }

  // Of the proposals [first, first + count), all for one row, draws as many anew by their weights, which become
  // alike: only where few of them carry the weight, as each time costs variety (Liu and Chen 1998, "Sequential
  // Monte Carlo methods for dynamic systems").
  void resample(std::size_t first, std::size_t count, random::Stream& random) {
    const std::span<double> own(weights.data() + first, count);
    const std::vector<double> sums = cumulative(own);
    double squares = 0;
    for (std::size_t i = 0; i < count; ++i) squares += std::pow(sums[i] - (i == 0 ? 0 : sums[i - 1]), 2);
    if (sums.back() * sums.back() > squares * static_cast<double>(count) / 2) return;
    // Evenly spaced points: what has the mean weight is taken once.
    std::vector<std::size_t> taken;
    const double start = random.next_double();
    for (std::size_t i = 0, at = 0; i < count; ++i) {
      const double point = (start + static_cast<double>(i)) / static_cast<double>(count) * sums.back();
      while (at + 1 < count && sums[at] <= point) ++at;
      taken.push_back(first + at);
    }
    std::vector<State> fresh(count);
    for (std::vector<State>& of_variable : states) {
      if (of_variable.empty()) continue;
      for (std::size_t i = 0; i < count; ++i) fresh[i] = of_variable[taken[i]];
      std::copy(fresh.begin(), fresh.end(), of_variable.begin() + static_cast<std::ptrdiff_t>(first));
    }
    std::fill(own.begin(), own.end(), 0.0);
  }

  States states;
  std::vector<double> weights;
};

// What stands for evidence that a leaf has not: a tenth of a row more in each, spread as all rows are. Without rows
// there is none, and evidence can be impossible.
class SequentialTrees::Background {
 public:
  Background() = default;
  // `known` outlives it.
  explicit Background(const KnownStates::Of& known) : evidence_(known.evidence), all_(known.marginal) {
    for (const Evidence& one : evidence_)
      shares_.push_back(static_cast<double>(one.states.count(all_)) / static_cast<double>(all_.size()));
  }

  double probability(const Evidence& evidence, std::size_t in_leaf, std::size_t leaf_rows) const {
    if (all_.empty()) return static_cast<double>(in_leaf) / static_cast<double>(leaf_rows);
    const double share = shares_[static_cast<std::size_t>(&evidence - evidence_.data())];
    return (static_cast<double>(in_leaf) + k_rows * share) / (static_cast<double>(leaf_rows) + k_rows);
  }

  State pick(const StateSet& states, double uniform) const {
    const std::size_t count = states.count(all_);
    return count == 0 ? states.any() : states.pick(all_, scaled(uniform, count));
  }

 private:
  // Of hundreds of proposals those without any right to it are together still less probable than one that has.
  static constexpr double k_rows = 0.1;

  std::span<const Evidence> evidence_;
  std::span<const State> all_;
  std::vector<double> shares_;  // of all rows, that each evidence has
};

std::size_t SequentialTrees::place_of(std::size_t variable) const {
  return static_cast<std::size_t>(std::find(order_.begin(), order_.end(), variable) - order_.begin());
}

std::vector<State> SequentialTrees::marginal(std::size_t place) const {
  std::vector<State> states = forests_[place].front().states;
  std::sort(states.begin(), states.end());
  return states;
}

void SequentialTrees::draw_one(const Variables& variables, std::size_t place, States& states,
                               std::size_t rows, random::Stream& random) const {
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
    drawn[row] = at.leaf[scaled(at.uniform, at.leaf.size())];
  }
}

States SequentialTrees::draw(const Variables& variables, std::size_t rows, const Streams& stream) const {
  States states(variables.size());
  for (std::size_t place = 0; place < order_.size(); ++place) {
    random::Stream random = stream(place);
    draw_one(variables, place, states, rows, random);
  }
  return states;
}

// As draw_one where `evidence_of(row)` is null; elsewhere the state is what the evidence says, and the weight
// becomes how probable that was.
template <typename EvidenceOf>
void SequentialTrees::draw_beside(const Variables& variables, std::size_t place, Proposals& proposals,
                                  const EvidenceOf& evidence_of, const Background& background,
                                  random::Stream& random) const {
  const Forest& forest = forests_[place];
  const Variable& variable = variables[order_[place]];
  const std::vector<const State*> known = predictor_states(forest.front(), proposals.states);
  std::vector<float> uniform(proposals.rows());
  random.fill_uniform(uniform);
  std::vector<State>& drawn = proposals.states[order_[place]];
  drawn.resize(proposals.rows());
  for (std::size_t row = 0; row < proposals.rows(); ++row) {
    const Evidence* evidence = evidence_of(row);
    if (variable.presence && proposals.states[*variable.presence][row] != 0) {
      drawn[row] = variable.absent();
      if (evidence != nullptr) proposals.weights[row] = k_impossible;
      continue;
    }
    const Landing at = land(forest, known, row, static_cast<double>(uniform[row]));
    if (evidence == nullptr) {
      drawn[row] = at.leaf[scaled(at.uniform, at.leaf.size())];
      continue;
    }
    const std::size_t count = evidence->states.count(at.leaf);
    if (evidence->counts)
      proposals.weights[row] += std::log(background.probability(*evidence, count, at.leaf.size()));
    if (evidence->state)
      drawn[row] = *evidence->state;
    else
      drawn[row] = count > 0 ? evidence->states.pick(at.leaf, scaled(at.uniform, count))
                             : background.pick(evidence->states, at.uniform);
  }
}

Given SequentialTrees::prepare(std::vector<GivenStates> states) const {
  Given given{std::move(states), 1};
  for (const GivenStates& one : given.states)
    given.most_probable *= greatest_share(forests_[place_of(one.variable)], one.states);
  return given;
}

States SequentialTrees::draw_given(const Variables& variables, std::size_t rows, const Given& given,
                                   const Streams& stream) const {
  // Proposals for each row that is wanted, at most.
  constexpr std::size_t k_most_proposals = 64;
  std::vector<std::optional<Evidence>> evidence(order_.size());
  std::size_t last = 0;
  for (const GivenStates& one : given.states) {
    const std::size_t place = place_of(one.variable);
    evidence[place] = Evidence{one.states};
    last = std::max(last, place);
  }
  std::vector<random::Stream> streams;
  for (std::size_t place = 0; place <= last; ++place) streams.push_back(stream(place));
  random::Stream choice = stream(order_.size());

  States kept(variables.size()), passed(variables.size());
  const auto kept_rows = [&] { return kept[order_.front()].size(); };
  std::vector<double> weights;  // of what was passed over, added up
  for (std::size_t round = 0; round < k_most_proposals && kept_rows() < rows; ++round) {
    Proposals proposed(variables.size(), rows);
    for (std::size_t place = 0; place <= last; ++place) {
      const Evidence* of_place = evidence[place] ? &*evidence[place] : nullptr;
      draw_beside(
          variables, place, proposed, [of_place](std::size_t) { return of_place; }, Background(),
          streams[place]);
    }
    for (std::size_t row = 0; row < rows && kept_rows() < rows; ++row) {
      const double weight = std::exp(proposed.weights[row]);
      const bool is_kept = choice.next_double() * given.most_probable < weight;
      if (weight == 0) continue;
      append_row(proposed.states, row, is_kept ? kept : passed);
      if (!is_kept) weights.push_back((weights.empty() ? 0 : weights.back()) + weight);
    }
  }
  // Too rare: what was passed over, and if nothing was, rows that were kept, stand for what is missing.
  const std::size_t found = kept_rows();
  if (found == 0 && weights.empty()) return draw(variables, rows, stream);
  while (kept_rows() < rows) {
    if (weights.empty()) {
      append_row(kept, choice.next_below(static_cast<std::uint32_t>(found)), kept);
      continue;
    }
    const auto at =
        std::upper_bound(weights.begin(), weights.end() - 1, choice.next_double() * weights.back());
    append_row(passed, static_cast<std::size_t>(at - weights.begin()), kept);
  }
  for (std::size_t after = last + 1; after < order_.size(); ++after) {
    random::Stream random = stream(after);
    draw_one(variables, after, kept, rows, random);
  }
  return kept;
}

States SequentialTrees::complete(const Variables& variables, const KnownStates& known, Stretch rows,
                                 const Streams& stream) const {
  // A row's last known variable that something unknown is drawn before: as far as this it is proposed.
  std::vector<std::size_t> proposals_of(rows.count, 1);
  std::size_t last = 0;
  for (std::size_t row = 0; row < rows.count; ++row) {
    bool something_is_drawn = false;
    for (std::size_t place = 0; place < order_.size(); ++place) {
      const Evidence* evidence = known.variables[order_[place]].at(rows.first + row);
      if (evidence == nullptr || !evidence->state) something_is_drawn = true;
      if (evidence == nullptr || !evidence->counts) continue;
      last = std::max(last, place);
      if (something_is_drawn) proposals_of[row] = rows.proposals;
    }
  }
  std::vector<std::size_t> row_of;  // of each proposal
  for (std::size_t row = 0; row < rows.count; ++row) row_of.insert(row_of.end(), proposals_of[row], row);

  Proposals proposed(variables.size(), row_of.size());
  random::Stream choice = stream(order_.size());
  for (std::size_t place = 0; place <= last; ++place) {
    const KnownStates::Of& of_place = known.variables[order_[place]];
    random::Stream random = stream(place);
    draw_beside(
        variables, place, proposed, [&](std::size_t i) { return of_place.at(rows.first + row_of[i]); },
        Background(of_place), random);
    if (of_place.evidence.empty()) continue;
    for (std::size_t row = 0, first = 0; row < rows.count; first += proposals_of[row], ++row)
      if (proposals_of[row] > 1) proposed.resample(first, proposals_of[row], choice);
  }
  Proposals chosen(variables.size(), rows.count);
  for (std::size_t row = 0, first = 0; row < rows.count; first += proposals_of[row], ++row) {
    const std::vector<double> sums =
        cumulative(std::span(proposed.weights).subspan(first, proposals_of[row]));
    const auto taken = std::upper_bound(sums.begin(), sums.end() - 1, choice.next_double() * sums.back());
    append_row(proposed.states, first + static_cast<std::size_t>(taken - sums.begin()), chosen.states);
  }
  for (std::size_t after = last + 1; after < order_.size(); ++after) {
    const KnownStates::Of& of_place = known.variables[order_[after]];
    random::Stream random = stream(after);
    draw_beside(
        variables, after, chosen, [&](std::size_t row) { return of_place.at(rows.first + row); },
        Background(of_place), random);
  }
  return std::move(chosen.states);
}

}  // namespace ctgan::synth::trees
