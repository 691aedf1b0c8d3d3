#include "server/synth/trees/trial.h"

#include <algorithm>
#include <array>
#include <cstdlib>
#include <numeric>
#include <utility>

#include "server/synth/trees/category_order.h"
#include "server/synth/trees/tree_growing.h"

namespace ctgan::synth::trees {
namespace {

using States = std::vector<std::vector<State>>;

// Of streams of StreamId::rows: apart from those of subsamples, which number places and trees.
constexpr std::uint64_t k_trial = std::uint64_t{1} << 62U;

struct Parts {
  TrainingStates fitted;
  TrainingStates unseen;
};

TrainingStates at_rows(const TrainingStates& training, std::span<const std::uint32_t> rows) {
  TrainingStates some;
  some.rows = rows.size();
  for (const std::vector<State>& states : training.states) {
    some.states.emplace_back();
    for (const std::uint32_t row : rows) some.states.back().push_back(states[row]);
  }
  for (const std::vector<std::uint16_t>& ranks : training.ranks) {
    some.ranks.emplace_back();
    if (ranks.empty()) continue;
    for (const std::uint32_t row : rows) some.ranks.back().push_back(ranks[row]);
  }
  return some;
}

// Two parts of as many rows, drawn without replacement.
Parts parts_of(const TrainingStates& training, std::uint64_t seed) {
  const std::size_t size = std::min(training.rows / 2, k_most_trial_rows);
  std::vector<std::uint32_t> rows(training.rows);
  std::iota(rows.begin(), rows.end(), 0U);
  random::Stream random(seed, random::StreamId::rows, k_trial);
  for (std::size_t i = 0; i < 2 * size; ++i)
    std::swap(rows[i], rows[i + random.next_below(static_cast<std::uint32_t>(rows.size() - i))]);
  return {at_rows(training, std::span(rows).first(size)),
          at_rows(training, std::span(rows).subspan(size, size))};
}

// The area under the receiver operating curve: how often a row of the second kind has a higher score than one
// of the first, ties counted half.
double area(std::vector<std::pair<double, bool>> scored) {
  std::sort(scored.begin(), scored.end());
  double below = 0, wins = 0, second = 0;
  for (std::size_t from = 0, to = 0; from < scored.size(); from = to) {
    double firsts = 0, seconds = 0;
    for (; to < scored.size() && scored[to].first == scored[from].first; ++to)
      ++(scored[to].second ? seconds : firsts);
    wins += seconds * (below + firsts / 2);
    below += firsts;
    second += seconds;
  }
  return below > 0 && second > 0 ? wins / (below * second) : 0.5;
}

// Every other row of two tables, one behind the other, and which of them it is of.
struct Mixed {
  States states;
  std::vector<State> is_drawn;
};

Mixed every_other(const States& unseen, const States& drawn, std::size_t from) {
  Mixed mixed;
  for (std::size_t v = 0; v < unseen.size(); ++v) {
    mixed.states.emplace_back();
    for (const States* table : {&unseen, &drawn})
      for (std::size_t row = from; row < (*table)[v].size(); row += 2)
        mixed.states.back().push_back((*table)[v][row]);
  }
  for (const States* table : {&unseen, &drawn})
    mixed.is_drawn.insert(mixed.is_drawn.end(), (table->front().size() - from + 1) / 2, table == &drawn);
  return mixed;
}

Tree detector(const Variables& variables, const Mixed& mixed, std::size_t min_leaf) {
  std::vector<Predictor> predictors;
  TreeTask task;
  for (std::size_t v = 0; v < variables.size(); ++v) {
    const std::vector<State>& states = mixed.states[v];
    predictors.push_back({v, variables[v].numbers
                                 ? ordered_bins(variables[v], states)
                                 : category_bins(states, variables[v].states, mixed.is_drawn, 2, {})});
    task.predictor_states.emplace_back(states);
  }
  task.target = mixed.is_drawn;
  task.target_states = 2;
  task.predictors = predictors;
  task.min_leaf = min_leaf;
  return grow(task, [] {});
}

double detection(const Variables& variables, const States& unseen, const States& drawn,
                 threads::ThreadPool& pool) {
  constexpr std::size_t k_min_leaf = 30;
  const std::array<Mixed, 2> halves{every_other(unseen, drawn, 0), every_other(unseen, drawn, 1)};
  std::array<double, 2> areas{};
  pool.run(halves.size(), [&](std::size_t half) {
    const Tree tree = detector(variables, halves[half], k_min_leaf);
    const Mixed& other = halves[1 - half];
    std::vector<const State*> known;
    for (const std::vector<State>& states : other.states) known.push_back(states.data());
    std::vector<std::pair<double, bool>> scored;
    for (std::size_t row = 0; row < other.is_drawn.size(); ++row) {
      const std::span<const State> leaf = tree.leaf(tree.leaf_of(known, row));
      const auto is_drawn = static_cast<double>(std::accumulate(leaf.begin(), leaf.end(), std::size_t{0}));
      scored.emplace_back(is_drawn / static_cast<double>(leaf.size()), other.is_drawn[row] != 0);
    }
    areas[half] = area(std::move(scored));
  });
  return (areas[0] + areas[1]) / 2;
}

// Rows as bytes, of which a distance is a sum that a processor takes sixteen of at once: numbers by their bins,
// categories alike or as far apart as a number's ends.
class ByteRows {
 public:
  ByteRows(const Variables& variables, const States& states, const std::vector<BinOfState>& bins,
           std::size_t most)
      : rows_(std::min(states.front().size(), most)) {
    std::vector<std::size_t> numbers, codes;
    for (std::size_t v = 0; v < variables.size(); ++v) (variables[v].numbers ? numbers : codes).push_back(v);
    number_stretches_ = (numbers.size() + k_stretch - 1) / k_stretch;
    stretches_ = number_stretches_ + (codes.size() + k_stretch - 1) / k_stretch;
    bytes_.resize(rows_ * stretches_ * k_stretch);
    for (std::size_t row = 0; row < rows_; ++row) {
      std::uint8_t* at = bytes_.data() + row * stretches_ * k_stretch;
      for (std::size_t i = 0; i < numbers.size(); ++i) at[i] = bins[numbers[i]][states[numbers[i]][row]];
      at += number_stretches_ * k_stretch;
      for (std::size_t i = 0; i < codes.size(); ++i)
        at[i] = static_cast<std::uint8_t>(states[codes[i]][row] & 0xffU);
    }
  }
  std::size_t rows() const { return rows_; }

  static std::uint32_t distance(const ByteRows& a, std::size_t i, const ByteRows& b, std::size_t j) {
    const std::uint8_t* x = a.bytes_.data() + i * a.stretches_ * k_stretch;
    const std::uint8_t* y = b.bytes_.data() + j * a.stretches_ * k_stretch;
    std::uint32_t numbers = 0, codes = 0;
    for (std::size_t s = 0; s < a.stretches_; ++s, x += k_stretch, y += k_stretch)
      (s < a.number_stretches_ ? numbers : codes) +=
          s < a.number_stretches_ ? differences(x, y) : unequal(x, y);
    return numbers + k_far * codes;
  }

 private:
  static constexpr std::size_t k_stretch = 16;
  static constexpr std::uint32_t k_far = 255;

  static std::uint32_t differences(const std::uint8_t* x, const std::uint8_t* y) {
    std::uint32_t sum = 0;
    for (std::size_t k = 0; k < k_stretch; ++k) sum += static_cast<std::uint32_t>(std::abs(x[k] - y[k]));
    return sum;
  }
  static std::uint32_t unequal(const std::uint8_t* x, const std::uint8_t* y) {
    std::uint8_t sum = 0;
    for (std::size_t k = 0; k < k_stretch; ++k) sum = static_cast<std::uint8_t>(sum + (x[k] != y[k] ? 1 : 0));
    return sum;
  }

  std::size_t rows_;
  std::size_t number_stretches_ = 0, stretches_ = 0;
  std::vector<std::uint8_t> bytes_;
};

double membership(const Variables& variables, const TrainingStates& fitted, const States& unseen,
                  const States& drawn, threads::ThreadPool& pool) {
  constexpr std::size_t k_most_tested = 600;
  std::vector<BinOfState> bins(variables.size());
  for (std::size_t v = 0; v < variables.size(); ++v)
    if (variables[v].numbers) bins[v] = ordered_bins(variables[v], fitted.states[v]);
  const ByteRows members(variables, fitted.states, bins, k_most_tested);
  const ByteRows others(variables, unseen, bins, k_most_tested);
  const ByteRows from(variables, drawn, bins, drawn.front().size());
  std::vector<std::pair<double, bool>> scored(members.rows() + others.rows());
  constexpr std::size_t k_stretch = 50;
  pool.run((scored.size() + k_stretch - 1) / k_stretch, [&](std::size_t stretch) {
    for (std::size_t i = stretch * k_stretch; i < std::min(scored.size(), (stretch + 1) * k_stretch); ++i) {
      const bool is_member = i < members.rows();
      const ByteRows& of = is_member ? members : others;
      const std::size_t row = is_member ? i : i - members.rows();
      std::uint32_t closest = ~0U;
      for (std::size_t j = 0; j < from.rows(); ++j)
        closest = std::min(closest, ByteRows::distance(of, row, from, j));
      scored[i] = {-static_cast<double>(closest), is_member};
    }
  });
  return area(std::move(scored));
}

}  // namespace

bool is_enough_for_trial(std::size_t rows) {
  return rows / 2 >= k_least_trial_rows;
}

TrialScore try_out(const VisitOrder& order, const Variables& variables, const TrainingStates& training,
                   const Growth& growth, const model::FitContext& context) {
  const Parts parts = parts_of(training, growth.seed);
  const SequentialTrees trees = SequentialTrees::grow(
      variables, parts.fitted, order, growth, context.pool, [&] { context.monitor.check_stop(); },
      [](std::size_t) {});
  const States drawn = trees.draw(variables, parts.unseen.rows, [&](std::size_t place) {
    return random::Stream(growth.seed, random::StreamId::sampling, k_trial + place);
  });
  return {detection(variables, parts.unseen.states, drawn, context.pool),
          membership(variables, parts.fitted, parts.unseen.states, drawn, context.pool)};
}

std::size_t best_of(const std::vector<TrialScore>& scores) {
  constexpr double k_near = 0.02;  // what so few members cannot tell apart
  const auto by_membership = [](const TrialScore& a, const TrialScore& b) {
    return a.membership < b.membership;
  };
  const double least = std::min_element(scores.begin(), scores.end(), by_membership)->membership;
  std::size_t best = scores.size();
  for (std::size_t i = 0; i < scores.size(); ++i) {
    if (scores[i].membership > least + k_near) continue;
    if (best == scores.size() || scores[i].detection < scores[best].detection) best = i;
  }
  return best;
}

}  // namespace ctgan::synth::trees
