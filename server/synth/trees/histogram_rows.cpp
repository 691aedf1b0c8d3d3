#include "server/synth/trees/histogram_rows.h"

#include <algorithm>
#include <limits>
#include <numeric>
#include <unordered_map>
#include <utility>

#include "server/synth/random/vector_clones.h"

namespace ctgan::synth::trees {
namespace {

using Rows = std::span<const std::uint32_t>;
using Targets = std::span<const std::uint16_t>;

// Where each predictor's bins begin among those of all, and their number at the end.
std::vector<std::size_t> starts_of(const TreeTask& task) {
  std::vector<std::size_t> starts{0};
  for (const Predictor& predictor : task.predictors)
    starts.push_back(starts.back() + *std::max_element(predictor.bins.begin(), predictor.bins.end()) + 1);
  return starts;
}

// Rounded as where it is read from a table of 1 / n, so that equal cuts are equal there too.
double merit_of(double left, std::size_t left_rows, double right, std::size_t right_rows) {
  const auto share = [](std::size_t rows) {
    return 1 / static_cast<double>(static_cast<std::int64_t>(rows));
  };
  return left * share(left_rows) + right * share(right_rows);
}

double squared(std::int64_t sum) {
  return static_cast<double>(sum) * static_cast<double>(sum);
}

// Of numbers: in each bin the number of rows and the sum of their targets, in one integer, so that a row costs one
// addition.
class NumberHistograms {
 public:
  using Cell = std::uint64_t;
  static constexpr std::size_t k_sum_bits = 40;
  static constexpr std::size_t k_most_rows = (std::size_t{1} << (64 - k_sum_bits)) - 1;

  explicit NumberHistograms(const TaskRows& task) : task_(task), starts_(starts_of(*task.task)) {}

  std::size_t cells() const { return starts_.back(); }

  void count(Rows rows, Targets targets, std::vector<Cell>& cells) {
    cells.assign(starts_.back(), 0);
    for (std::size_t p = 0; p + 1 < starts_.size(); ++p) {
      const std::span<Cell> own = std::span(cells).subspan(starts_[p], starts_[p + 1] - starts_[p]);
      // Where most rows have the same bin, an addition waits for the one before: half of many rows have their own.
      const std::size_t half = rows.size() >= 8 * own.size() ? rows.size() / 2 : 0;
      count(task_.bins[p].data(), rows, targets, half, own);
    }
  }

  Cut best_cut(Targets targets, const std::vector<Cell>& cells) const {
    Cut best;
    const std::int64_t sum = std::accumulate(targets.begin(), targets.end(), std::int64_t{0});
    best.merit = squared(sum) / static_cast<double>(targets.size()) * (1 + k_least_gain);
    if (std::all_of(targets.begin(), targets.end(), [&](std::uint16_t t) { return t == targets.front(); }))
      return best;
    for (std::size_t p = 0; p + 1 < starts_.size(); ++p)
      try_cuts(std::span(cells).subspan(starts_[p], starts_[p + 1] - starts_[p]), p, targets.size(), sum,
               best);
    return best;
  }

 private:
  static constexpr Cell k_row = Cell{1} << k_sum_bits;

  void count(const Bin* bins, Rows rows, Targets targets, std::size_t half, std::span<Cell> cells) {
    if (half > 0) {
      halves_.assign(cells.size(), 0);
      for (std::size_t i = 0; i < half; ++i) {
        cells[bins[rows[i]]] += k_row + targets[i];
        halves_[bins[rows[half + i]]] += k_row + targets[half + i];
      }
      for (std::size_t bin = 0; bin < cells.size(); ++bin) cells[bin] += halves_[bin];
    }
    for (std::size_t i = 2 * half; i < rows.size(); ++i) cells[bins[rows[i]]] += k_row + targets[i];
  }

  void try_cuts(std::span<const Cell> bins, std::size_t predictor, std::size_t rows, std::int64_t sum,
                Cut& best) const {
    const std::size_t min_leaf = task_.task->min_leaf;
    Cell left = 0;
    for (std::size_t bin = 0; bin < bins.size(); ++bin) {
      left += bins[bin];
      const std::size_t left_rows = left >> k_sum_bits;
      if (bins[bin] == 0 || left_rows < min_leaf) continue;
      if (left_rows + min_leaf > rows) return;
      const auto left_sum = static_cast<std::int64_t>(left & (k_row - 1));
      const double merit = merit_of(squared(left_sum), left_rows, squared(sum - left_sum), rows - left_rows);
      if (merit > best.merit) best = {predictor, static_cast<Bin>(bin), left_rows, merit};
    }
  }

  const TaskRows& task_;
  std::vector<std::size_t> starts_;
  std::vector<Cell> halves_;
};

// Adds a bin's rows of each class to `left`; gives the sums of the squares of what is left and right of it.
struct Squares {
  std::int64_t left = 0, right = 0, moved = 0;
};

template <typename Integer>
[[gnu::always_inline]] inline Squares move_bin(const std::uint32_t* bin, const std::uint32_t* totals,
                                               std::uint32_t* left, std::size_t classes) {
  Integer left_squares = 0, right_squares = 0, moved = 0;
  for (std::size_t c = 0; c < classes; ++c) {
    const auto rows = static_cast<Integer>(left[c] + bin[c]);
    const auto others = static_cast<Integer>(totals[c]) - rows;
    left[c] = static_cast<std::uint32_t>(rows);
    left_squares += rows * rows;
    right_squares += others * others;
    moved += static_cast<Integer>(bin[c]);
  }
  return {left_squares, right_squares, moved};
}

// The squares of a sum of at most this many rows fit in 31 bits.
constexpr std::size_t k_most_narrow_rows = 46'340;

CTGAN_VECTOR_CLONES void move_bins(const std::uint32_t* bins, std::size_t count, const std::uint32_t* totals,
                                   std::uint32_t* left, std::size_t classes, bool narrow, Squares* squares) {
  for (std::size_t bin = 0; bin < count; ++bin) {
    const std::uint32_t* const cells = bins + bin * classes;
    squares[bin] = narrow ? move_bin<std::int32_t>(cells, totals, left, classes)
                          : move_bin<std::int64_t>(cells, totals, left, classes);
  }
}

// Of classes: in each bin the rows of each class.
class ClassHistograms {
 public:
  using Cell = std::uint32_t;
  // Whole vectors of them.
  static std::size_t padded(std::size_t classes) { return (classes + 7) / 8 * 8; }

  explicit ClassHistograms(const TaskRows& task)
      : task_(task), classes_(padded(task.task->target_states)), starts_(starts_of(*task.task)) {}

  std::size_t cells() const { return starts_.back() * classes_; }

  void count(Rows rows, Targets targets, std::vector<Cell>& cells) const {
    cells.assign(starts_.back() * classes_, 0);
    for (std::size_t p = 0; p + 1 < starts_.size(); ++p) {
      const Bin* const bins = task_.bins[p].data();
      Cell* const own = cells.data() + starts_[p] * classes_;
      for (std::size_t i = 0; i < rows.size(); ++i) ++own[bins[rows[i]] * classes_ + targets[i]];
    }
  }

  Cut best_cut(Targets targets, const std::vector<Cell>& cells) {
    totals_.assign(classes_, 0);
    for (const std::uint16_t target : targets) ++totals_[target];
    const auto rows = static_cast<std::int64_t>(targets.size());
    std::int64_t squares = 0;
    for (const std::uint32_t total : totals_) squares += std::int64_t{total} * total;
    Cut best;
    best.merit = static_cast<double>(squares) / static_cast<double>(rows) * (1 + k_least_gain);
    if (squares == rows * rows) return best;
    for (std::size_t p = 0; p + 1 < starts_.size(); ++p)
      try_cuts(std::span(cells).subspan(starts_[p] * classes_, (starts_[p + 1] - starts_[p]) * classes_), p,
               targets.size(), best);
    return best;
  }

 private:
  void try_cuts(std::span<const Cell> cells, std::size_t predictor, std::size_t rows, Cut& best) {
    const std::size_t bins = cells.size() / classes_, min_leaf = task_.task->min_leaf;
    left_.assign(classes_, 0);
    squares_.resize(bins);
    move_bins(cells.data(), bins, totals_.data(), left_.data(), classes_, rows <= k_most_narrow_rows,
              squares_.data());
    std::size_t left_rows = 0;
    for (std::size_t bin = 0; bin < bins; ++bin) {
      const Squares& squares = squares_[bin];
      left_rows += static_cast<std::size_t>(squares.moved);
      if (squares.moved == 0 || left_rows < min_leaf) continue;
      if (left_rows + min_leaf > rows) return;
      const double merit = merit_of(static_cast<double>(squares.left), left_rows,
                                    static_cast<double>(squares.right), rows - left_rows);
      if (merit > best.merit) best = {predictor, static_cast<Bin>(bin), left_rows, merit};
    }
  }

  const TaskRows& task_;
  std::size_t classes_;
  std::vector<std::size_t> starts_;
  std::vector<std::uint32_t> totals_, left_;
  std::vector<Squares> squares_;
};

template <typename Histograms>
class HistogramRows : public RowParts {
 public:
  explicit HistogramRows(const TaskRows& task)
      : task_(task), histograms_(task), rows_(task.targets.size()), targets_(task.targets) {
    std::iota(rows_.begin(), rows_.end(), 0U);
  }

  Cut best_cut(NodeRows part) override { return histograms_.best_cut(targets_of(part), of(part)); }

  void divide(NodeRows part, const Cut& cut) override {
    move_rows(part, task_.bins[cut.predictor], cut.greatest_left);
    const NodeRows left{part.begin, part.begin + cut.left_rows}, right{left.end, part.end};
    const bool left_is_smaller = left.rows() < right.rows();
    const NodeRows smaller = left_is_smaller ? left : right, larger = left_is_smaller ? right : left;
    Cells parents = std::move(held_[part.begin]);
    held_.erase(part.begin);
    if (larger.rows() < least_histogram_rows(task_) || (held_.size() + 2) * bytes() > k_most_held_bytes)
      return;
    Cells of_smaller;
    histograms_.count(rows_of(smaller), targets_of(smaller), of_smaller);
    for (std::size_t i = 0; i < parents.size(); ++i) parents[i] -= of_smaller[i];
    held_[larger.begin] = std::move(parents);
    if (smaller.rows() >= least_histogram_rows(task_)) held_[smaller.begin] = std::move(of_smaller);
  }

  void append_rows(NodeRows part, std::vector<std::uint32_t>& rows) override {
    const Rows own = rows_of(part);
    rows.insert(rows.end(), own.begin(), own.end());
  }

 private:
  using Cells = std::vector<typename Histograms::Cell>;
  static constexpr std::size_t k_most_held_bytes = std::size_t{16} << 20U;

  std::size_t bytes() const { return histograms_.cells() * sizeof(typename Histograms::Cell); }
  Rows rows_of(NodeRows part) const { return Rows(rows_).subspan(part.begin, part.rows()); }
  Targets targets_of(NodeRows part) const { return Targets(targets_).subspan(part.begin, part.rows()); }

  const Cells& of(NodeRows part) {
    const auto [at, is_new] = held_.try_emplace(part.begin);
    if (is_new) histograms_.count(rows_of(part), targets_of(part), at->second);
    return at->second;
  }

  void move_rows(NodeRows part, const std::vector<Bin>& bins, Bin greatest_left) {
    spare_rows_.resize(part.rows());
    spare_targets_.resize(part.rows());
    std::size_t left = part.begin, right = 0;
    for (std::size_t i = part.begin; i < part.end; ++i) {
      const std::uint32_t row = rows_[i];
      const std::uint16_t target = targets_[i];
      const std::size_t goes_left = bins[row] <= greatest_left ? 1 : 0;
      spare_rows_[right] = rows_[left] = row;
      spare_targets_[right] = targets_[left] = target;
      left += goes_left;
      right += 1 - goes_left;
    }
    std::copy_n(spare_rows_.begin(), right, rows_.begin() + static_cast<std::ptrdiff_t>(left));
    std::copy_n(spare_targets_.begin(), right, targets_.begin() + static_cast<std::ptrdiff_t>(left));
  }

  const TaskRows& task_;
  Histograms histograms_;
  std::vector<std::uint32_t> rows_;  // by place, and their targets
  std::vector<std::uint16_t> targets_;
  std::vector<std::uint32_t> spare_rows_;
  std::vector<std::uint16_t> spare_targets_;
  std::unordered_map<std::size_t, Cells> held_;  // by the place where the part begins
};

constexpr std::size_t k_never = std::numeric_limits<std::size_t>::max();

}  // namespace

std::size_t least_histogram_rows(const TaskRows& task) {
  // Where weighing all bins costs as much as a pass over as many sorted rows.
  constexpr std::size_t k_least_rows = 64, k_rows_a_class = 16, k_most_classes = 64;
  if (task.task->predictors.empty()) return k_never;
  if (task.are_numbers) return task.targets.size() <= NumberHistograms::k_most_rows ? k_least_rows : k_never;
  const std::size_t classes = ClassHistograms::padded(task.task->target_states);
  return classes <= k_most_classes ? std::max(k_least_rows, classes * k_rows_a_class) : k_never;
}

std::unique_ptr<RowParts> histogram_rows(const TaskRows& task) {
  if (task.are_numbers) return std::make_unique<HistogramRows<NumberHistograms>>(task);
  return std::make_unique<HistogramRows<ClassHistograms>>(task);
}

}  // namespace ctgan::synth::trees
