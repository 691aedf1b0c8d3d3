#include "server/synth/trees/tree_growing.h"

#include <algorithm>
#include <array>
#include <limits>
#include <utility>

namespace ctgan::synth::trees {
namespace {

// A row as one predictor's list has it: what a pass over the list needs stands together.
struct Entry {
  std::uint32_t row = 0;
  std::uint16_t target = 0;  // a class or a rank
  Bin bin = 0;
};
using Entries = std::vector<Entry>;

struct Cut {
  std::size_t predictor = 0;
  Bin greatest_left = 0;
  std::size_t left_rows = 0;
  double merit = 0;  // higher is purer
};

struct Part {
  std::size_t begin = 0;
  std::size_t end = 0;
  std::uint32_t node = 0;
  std::size_t rows() const { return end - begin; }
};

// Impurity of classes: of rows n with n_c of class c, Gini's is n - (sum of n_c squared) / n.
class ClassImpurity {
 public:
  explicit ClassImpurity(std::size_t classes) : totals_(classes), left_(classes) {}

  void open(std::span<const Entry> rows) {
    for (const Entry& row : rows) ++totals_[row.target];
    rows_ = rows.size();
    squares_ = 0;
    for (const Entry& row : rows) squares_ += totals_[row.target];
  }
  void close(std::span<const Entry> rows) {
    for (const Entry& row : rows) totals_[row.target] = 0;
  }
  double merit_of_all() const { return static_cast<double>(squares_) / static_cast<double>(rows_); }
  bool is_pure() const { return squares_ == rows_ * rows_; }

  void start_pass() {
    left_rows_ = 0;
    left_squares_ = 0;
    right_squares_ = squares_;
  }
  void move_left(std::uint16_t target) {
    std::uint64_t& left = left_[target];
    const std::uint64_t right = totals_[target] - left;
    left_squares_ += 2 * left + 1;
    right_squares_ -= 2 * right - 1;
    ++left;
    ++left_rows_;
  }
  double merit() const {
    return static_cast<double>(left_squares_) / static_cast<double>(left_rows_) +
           static_cast<double>(right_squares_) / static_cast<double>(rows_ - left_rows_);
  }
  void end_pass(std::span<const Entry> moved) {
    for (const Entry& row : moved) left_[row.target] = 0;
  }

 private:
  std::vector<std::uint64_t> totals_, left_;  // rows of each class
  std::uint64_t rows_ = 0, squares_ = 0;
  std::uint64_t left_rows_ = 0, left_squares_ = 0, right_squares_ = 0;
};

// Impurity of numbers: the sum of squared distances to the mean, which falls as (sum squared) / n rises.
class NumberImpurity {
 public:
  void open(std::span<const Entry> rows) {
    sum_ = 0;
    rows_ = rows.size();
    least_ = std::numeric_limits<std::uint16_t>::max();
    greatest_ = 0;
    for (const Entry& row : rows) {
      sum_ += row.target;
      least_ = std::min(least_, row.target);
      greatest_ = std::max(greatest_, row.target);
    }
  }
  void close(std::span<const Entry> /*rows*/) {}
  double merit_of_all() const { return squared(sum_) / static_cast<double>(rows_); }
  bool is_pure() const { return least_ == greatest_; }

  void start_pass() { left_rows_ = left_sum_ = 0; }
  void move_left(std::uint16_t target) {
    left_sum_ += target;
    ++left_rows_;
  }
  double merit() const {
    return squared(left_sum_) / static_cast<double>(left_rows_) +
           squared(sum_ - left_sum_) / static_cast<double>(rows_ - left_rows_);
  }
  void end_pass(std::span<const Entry> /*moved*/) {}

 private:
  static double squared(std::uint64_t sum) { return static_cast<double>(sum) * static_cast<double>(sum); }

  std::uint64_t rows_ = 0, sum_ = 0, left_rows_ = 0, left_sum_ = 0;
  std::uint16_t least_ = 0, greatest_ = 0;
};

template <typename Impurity>
class Growing {
 public:
  Growing(const TreeTask& task, Impurity impurity)
      : task_(task), impurity_(std::move(impurity)), rows_(task.target.size()), goes_left_(rows_) {
    if (task.predictors.empty()) lists_.push_back(unsorted());
    for (std::size_t p = 0; p < task.predictors.size(); ++p) lists_.push_back(sorted(p));
    spare_.resize(rows_);
  }

  Tree grow(const std::function<void()>& check_stop) {
    tree_.predictors.assign(task_.predictors.begin(), task_.predictors.end());
    tree_.nodes.emplace_back();
    tree_.leaf_starts.push_back(0);
    std::vector<Part> open{{0, rows_, 0}};
    std::size_t unchecked = 0;
    constexpr std::size_t k_rows_between_checks = 100'000;
    while (!open.empty()) {
      const Part part = open.back();
      open.pop_back();
      unchecked += part.rows();
      if (unchecked > k_rows_between_checks) {
        check_stop();
        unchecked = 0;
      }
      const Cut cut = best_cut(part);
      if (cut.left_rows == 0) {
        close(part);
        continue;
      }
      divide(part, cut);
      const auto left = static_cast<std::uint32_t>(tree_.nodes.size());
      tree_.nodes[part.node] = {static_cast<std::uint16_t>(cut.predictor), cut.greatest_left, left};
      tree_.nodes.resize(tree_.nodes.size() + 2);
      // Left first, so that neighbouring leaves are neighbours in the archive.
      open.push_back({part.begin + cut.left_rows, part.end, left + 1});
      open.push_back({part.begin, part.begin + cut.left_rows, left});
    }
    return std::move(tree_);
  }

 private:
  std::uint16_t target_of(std::size_t row) const {
    return task_.ranks.empty() ? task_.target[row] : task_.ranks[row];
  }

  Entries unsorted() const {
    Entries entries(rows_);
    for (std::size_t row = 0; row < rows_; ++row)
      entries[row] = {static_cast<std::uint32_t>(row), target_of(row), 0};
    return entries;
  }

  // By counting.
  Entries sorted(std::size_t predictor) const {
    const BinOfState& bins = task_.predictors[predictor].bins;
    const std::span<const State> states = task_.predictor_states[predictor];
    std::array<std::size_t, std::numeric_limits<Bin>::max() + 2> next{};
    for (const State state : states) ++next[bins[state] + std::size_t{1}];
    for (std::size_t bin = 1; bin < next.size(); ++bin) next[bin] += next[bin - 1];
    Entries entries(rows_);
    for (std::size_t row = 0; row < rows_; ++row) {
      const Bin bin = bins[states[row]];
      entries[next[bin]++] = {static_cast<std::uint32_t>(row), target_of(row), bin};
    }
    return entries;
  }

  std::span<const Entry> rows_of(const Part& part, std::size_t predictor) const {
    return std::span(lists_[predictor]).subspan(part.begin, part.rows());
  }

  // No left rows: there is no cut that makes the rows purer.
  Cut best_cut(const Part& part) {
    Cut best;
    if (task_.predictors.empty() || part.rows() < 2 * task_.min_leaf) return best;
    impurity_.open(rows_of(part, 0));
    // Beyond rounding.
    best.merit = impurity_.merit_of_all() * (1 + 1e-9);
    for (std::size_t p = 0; p < task_.predictors.size() && !impurity_.is_pure(); ++p)
      try_cuts(rows_of(part, p), p, best);
    impurity_.close(rows_of(part, 0));
    return best;
  }

  void try_cuts(std::span<const Entry> rows, std::size_t predictor, Cut& best) {
    if (rows.front().bin == rows.back().bin) return;
    impurity_.start_pass();
    const std::size_t last = rows.size() - task_.min_leaf;
    std::size_t moved = 0;
    while (moved < last) {
      const Bin bin = rows[moved].bin;
      while (moved < rows.size() && rows[moved].bin == bin) impurity_.move_left(rows[moved++].target);
      if (moved < task_.min_leaf || moved > last) continue;
      const double merit = impurity_.merit();
      if (merit > best.merit) best = {predictor, bin, moved, merit};
    }
    impurity_.end_pass(rows.first(moved));
  }

  void divide(const Part& part, const Cut& cut) {
    const std::span<const Entry> by_cut = rows_of(part, cut.predictor);
    for (std::size_t i = 0; i < by_cut.size(); ++i) goes_left_[by_cut[i].row] = i < cut.left_rows ? 1 : 0;
    for (std::size_t p = 0; p < lists_.size(); ++p)
      if (p != cut.predictor) divide(std::span(lists_[p]).subspan(part.begin, part.rows()));
  }

  void divide(std::span<Entry> rows) {
    std::size_t left = 0, right = 0;
    for (const Entry& row : rows) {
      const std::size_t goes = goes_left_[row.row];
      spare_[right] = row;
      // Both are written: a branch here would be mispredicted every other time.
      rows[left] = row;
      left += goes;
      right += 1 - goes;
    }
    std::copy_n(spare_.begin(), right, rows.begin() + static_cast<std::ptrdiff_t>(left));
  }

  void close(const Part& part) {
    tree_.nodes[part.node].next = static_cast<std::uint32_t>(tree_.leaf_starts.size() - 1);
    const auto first = static_cast<std::ptrdiff_t>(tree_.states.size());
    for (const Entry& row : rows_of(part, 0)) tree_.states.push_back(task_.target[row.row]);
    // In no order of rows.
    std::sort(tree_.states.begin() + first, tree_.states.end());
    tree_.leaf_starts.push_back(static_cast<std::uint32_t>(tree_.states.size()));
  }

  const TreeTask& task_;
  Impurity impurity_;
  std::size_t rows_;
  std::vector<Entries> lists_;  // of each predictor, sorted by bin within a part; one where there is none
  std::vector<std::uint8_t> goes_left_;
  Entries spare_;
  Tree tree_;
};

}  // namespace

Tree grow(const TreeTask& task, const std::function<void()>& check_stop) {
  if (task.ranks.empty()) return Growing(task, ClassImpurity(task.target_states)).grow(check_stop);
  return Growing(task, NumberImpurity()).grow(check_stop);
}

}  // namespace ctgan::synth::trees
