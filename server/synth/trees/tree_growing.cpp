#include "server/synth/trees/tree_growing.h"

#include <algorithm>
#include <memory>
#include <utility>

#include "server/synth/trees/histogram_rows.h"
#include "server/synth/trees/sorted_rows.h"

namespace ctgan::synth::trees {
namespace {

TaskRows rows_of(const TreeTask& task) {
  // The impurity of two classes and the variance of 0 and 1 are least at the same cut.
  TaskRows rows{&task, {}, {}, !task.ranks.empty() || task.target_states == 2};
  for (std::size_t p = 0; p < task.predictors.size(); ++p) {
    const BinOfState& bins = task.predictors[p].bins;
    rows.bins.emplace_back();
    rows.bins.back().reserve(task.target.size());
    for (const State state : task.predictor_states[p]) rows.bins.back().push_back(bins[state]);
  }
  const std::span<const std::uint16_t> targets = task.ranks.empty() ? task.target : task.ranks;
  rows.targets.assign(targets.begin(), targets.end());
  return rows;
}

class Growing {
 public:
  explicit Growing(const TreeTask& task)
      : task_(task), rows_(rows_of(task)), least_histogram_rows_(least_histogram_rows(rows_)) {}

  Tree grow(const std::function<void()>& check_stop) {
    tree_.predictors.assign(task_.predictors.begin(), task_.predictors.end());
    tree_.nodes.emplace_back();
    tree_.leaf_starts.push_back(0);
    std::vector<Open> open{{{0, rows_.targets.size()}, 0, false}};
    std::size_t unchecked = 0;
    constexpr std::size_t k_rows_between_checks = 100'000;
    while (!open.empty()) {
      Open at = open.back();
      open.pop_back();
      unchecked += at.part.rows();
      if (unchecked > k_rows_between_checks) {
        check_stop();
        unchecked = 0;
      }
      grow(at, open);
    }
    return std::move(tree_);
  }

 private:
  struct Open {
    NodeRows part;
    std::uint32_t node = 0;
    bool is_sorted = false;
  };

  // Left first, so that neighbouring leaves are neighbours in the archive, and so that what begins to be sorted is
  // grown to its leaves before anything else is.
  void grow(Open at, std::vector<Open>& open) {
    if (task_.predictors.empty() || at.part.rows() < 2 * task_.min_leaf) {
      close(at);
      return;
    }
    if (!at.is_sorted && at.part.rows() < least_histogram_rows_) at = sort(at);
    RowParts& rows = rows_at(at);
    const Cut cut = rows.best_cut(at.part);
    if (cut.left_rows == 0) {
      close(at);
      return;
    }
    rows.divide(at.part, cut);
    const auto left = static_cast<std::uint32_t>(tree_.nodes.size());
    tree_.nodes[at.node] = {static_cast<std::uint16_t>(cut.predictor), cut.greatest_left, left};
    tree_.nodes.resize(tree_.nodes.size() + 2);
    const std::size_t middle = at.part.begin + cut.left_rows;
    open.push_back({{middle, at.part.end}, left + 1, at.is_sorted});
    open.push_back({{at.part.begin, middle}, left, at.is_sorted});
  }

  RowParts& rows_at(const Open& at) {
    if (at.is_sorted) return *sorted_;
    if (!histograms_) histograms_ = histogram_rows(rows_);
    return *histograms_;
  }

  Open sort(const Open& at) {
    std::vector<std::uint32_t> rows;
    rows_at(at).append_rows(at.part, rows);
    if (!sorted_) sorted_ = sorted_rows(rows_);
    sorted_->take(std::move(rows));
    return {{0, at.part.rows()}, at.node, true};
  }

  void close(const Open& at) {
    tree_.nodes[at.node].next = static_cast<std::uint32_t>(tree_.leaf_starts.size() - 1);
    std::vector<std::uint32_t> rows;
    rows_at(at).append_rows(at.part, rows);
    const auto first = static_cast<std::ptrdiff_t>(tree_.states.size());
    for (const std::uint32_t row : rows) tree_.states.push_back(task_.target[row]);
    // In no order of rows.
    std::sort(tree_.states.begin() + first, tree_.states.end());
    tree_.leaf_starts.push_back(static_cast<std::uint32_t>(tree_.states.size()));
  }

  const TreeTask& task_;
  TaskRows rows_;
  std::size_t least_histogram_rows_;
  std::unique_ptr<RowParts> histograms_;
  std::unique_ptr<SortedRows> sorted_;
  Tree tree_;
};

}  // namespace

Tree grow(const TreeTask& task, const std::function<void()>& check_stop) {
  return Growing(task).grow(check_stop);
}

}  // namespace ctgan::synth::trees
