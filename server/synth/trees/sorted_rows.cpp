#include "server/synth/trees/sorted_rows.h"

#include <algorithm>
#include <array>
#include <limits>
#include <utility>

#include "server/synth/random/vector_clones.h"

namespace ctgan::synth::trees {
namespace {

// A row as one predictor's list has it: what a pass over the list needs stands together.
struct Entry {
  std::uint32_t row = 0;  // among the rows of these lists
  std::uint16_t target = 0;
  Bin bin = 0;
};
using Entries = std::vector<Entry>;

// What is left and right of the cuts behind entries `first`, first + 1, ...: the sides' squares, of which merit is
// the sum of each divided by the side's rows; zeros where the next entry has the same bin, so that there is no cut.
struct Sides {
  std::size_t first = 0;
  std::span<double> left, right;
};

// Impurity of classes: of rows n with n_c of class c, Gini's is n - (sum of n_c squared) / n.
class ClassImpurity {
 public:
  explicit ClassImpurity(std::size_t classes) : totals_(classes), left_(classes) {}

  void open(std::span<const Entry> rows) {
    for (const Entry& row : rows) ++totals_[row.target];
    rows_ = static_cast<std::int64_t>(rows.size());
    squares_ = 0;
    for (const Entry& row : rows) squares_ += totals_[row.target];
  }
  void close(std::span<const Entry> rows) { clear(totals_, rows); }
  double merit_of_all() const { return static_cast<double>(squares_) / static_cast<double>(rows_); }
  bool is_pure() const { return squares_ == rows_ * rows_; }

  void pass(std::span<const Entry> rows, const Sides& sides) {
    std::int64_t left_squares = 0, right_squares = squares_;
    const auto move_left = [&](std::uint16_t target) {
      const std::int64_t left = left_[target], right = totals_[target] - left;
      left_squares += 2 * left + 1;
      right_squares -= 2 * right - 1;
      left_[target] = static_cast<std::uint32_t>(left + 1);
    };
    for (std::size_t i = 0; i < sides.first; ++i) move_left(rows[i].target);
    for (std::size_t i = 0; i < sides.left.size(); ++i) {
      const Entry* const row = &rows[sides.first + i];
      move_left(row->target);
      const std::int64_t is_cut = row[0].bin != row[1].bin ? 1 : 0;
      sides.left[i] = static_cast<double>(is_cut * left_squares);
      sides.right[i] = static_cast<double>(is_cut * right_squares);
    }
    clear(left_, rows.first(sides.first + sides.left.size()));
  }

 private:
  static void clear(std::vector<std::uint32_t>& counts, std::span<const Entry> rows) {
    if (counts.size() < rows.size())
      std::fill(counts.begin(), counts.end(), 0);
    else
      for (const Entry& row : rows) counts[row.target] = 0;
  }

  std::vector<std::uint32_t> totals_, left_;  // rows of each class
  std::int64_t rows_ = 0, squares_ = 0;
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

  void pass(std::span<const Entry> rows, const Sides& sides) const {
    std::int64_t left = 0;
    for (std::size_t i = 0; i < sides.first; ++i) left += rows[i].target;
    for (std::size_t i = 0; i < sides.left.size(); ++i) {
      const Entry* const row = &rows[sides.first + i];
      left += row->target;
      const std::int64_t is_cut = row[0].bin != row[1].bin ? 1 : 0;
      sides.left[i] = squared(is_cut * left);
      sides.right[i] = squared(is_cut * (sum_ - left));
    }
  }

 private:
  static double squared(std::int64_t sum) { return static_cast<double>(sum) * static_cast<double>(sum); }

  std::int64_t sum_ = 0;
  std::size_t rows_ = 0;
  std::uint16_t least_ = 0, greatest_ = 0;
};

// Replaces left by merit, of `left_rows`, left_rows + 1, ... of `rows` rows on the left; gives the greatest.
// `share[n]` is 1 / n.
CTGAN_VECTOR_CLONES double greatest_merit(double* left, const double* right, std::size_t count,
                                          const double* share, std::size_t left_rows, std::size_t rows) {
  constexpr std::size_t k_lanes = 8;
  std::array<double, k_lanes> greatest{};
  const double* const of_left = share + left_rows;
  const double* const of_right = share + (rows - left_rows);
  std::size_t i = 0;
  for (; i + k_lanes <= count; i += k_lanes)
    for (std::size_t k = 0; k < k_lanes; ++k) {
      const double merit = left[i + k] * of_left[i + k] + right[i + k] * *(of_right - (i + k));
      left[i + k] = merit;
      greatest[k] = merit > greatest[k] ? merit : greatest[k];
    }
  for (; i < count; ++i) {
    left[i] = left[i] * of_left[i] + right[i] * *(of_right - i);
    greatest[0] = std::max(greatest[0], left[i]);
  }
  return *std::max_element(greatest.begin(), greatest.end());
}

template <typename Impurity>
class ListedRows : public SortedRows {
 public:
  ListedRows(const TaskRows& task, Impurity impurity)
      : task_(task), min_leaf_(task.task->min_leaf), impurity_(std::move(impurity)) {}

  void take(std::vector<std::uint32_t> rows) override {
    rows_ = std::move(rows);
    targets_.clear();
    for (const std::uint32_t row : rows_) targets_.push_back(task_.targets[row]);
    bins_.resize(rows_.size());
    goes_left_.resize(rows_.size());
    spare_.resize(rows_.size());
    left_.resize(rows_.size());
    right_.resize(rows_.size());
    entries_.resize(task_.bins.size() * rows_.size());
    for (std::size_t p = 0; p < task_.bins.size(); ++p) sort(task_.bins[p], list(p));
    for (std::size_t n = share_.size(); n <= rows_.size(); ++n) share_.push_back(1 / static_cast<double>(n));
  }

  Cut best_cut(NodeRows part) override {
    Cut best;
    impurity_.open(rows_of(part, 0));
    best.merit = impurity_.merit_of_all() * (1 + k_least_gain);
    for (std::size_t p = 0; p < task_.bins.size() && !impurity_.is_pure(); ++p)
      try_cuts(rows_of(part, p), p, best);
    impurity_.close(rows_of(part, 0));
    return best;
  }

  void divide(NodeRows part, const Cut& cut) override {
    const std::span<const Entry> by_cut = rows_of(part, cut.predictor);
    for (std::size_t i = 0; i < by_cut.size(); ++i) goes_left_[by_cut[i].row] = i < cut.left_rows ? 1 : 0;
    // Of leaves only the first list is read.
    const bool left_is_leaf = cut.left_rows < 2 * min_leaf_;
    const bool right_is_leaf = part.rows() - cut.left_rows < 2 * min_leaf_;
    for (std::size_t p = 0; p < task_.bins.size(); ++p) {
      if (p == cut.predictor) continue;
      const std::span<Entry> rows = rows_of(part, p);
      if (p == 0 || !(left_is_leaf || right_is_leaf))
        divide(rows);
      else if (!left_is_leaf)
        keep_left(rows);
      else if (!right_is_leaf)
        keep_right(rows);
    }
  }

  void append_rows(NodeRows part, std::vector<std::uint32_t>& rows) override {
    for (const Entry& row : rows_of(part, 0)) rows.push_back(rows_[row.row]);
  }

 private:
  std::span<Entry> list(std::size_t predictor) {
    return std::span(entries_).subspan(predictor * rows_.size(), rows_.size());
  }
  std::span<Entry> rows_of(NodeRows part, std::size_t predictor) {
    return list(predictor).subspan(part.begin, part.rows());
  }

  // By counting.
  void sort(const std::vector<Bin>& bins, std::span<Entry> entries) {
    std::array<std::uint32_t, std::numeric_limits<Bin>::max() + 2> next{};
    Bin greatest = 0;
    for (std::size_t i = 0; i < rows_.size(); ++i) {
      const Bin bin = bins[rows_[i]];
      bins_[i] = bin;
      ++next[bin + std::size_t{1}];
      greatest = std::max(greatest, bin);
    }
    for (std::size_t bin = 1; bin <= greatest; ++bin) next[bin] += next[bin - 1];
    for (std::size_t i = 0; i < rows_.size(); ++i)
      entries[next[bins_[i]]++] = {static_cast<std::uint32_t>(i), targets_[i], bins_[i]};
  }

  // All cuts are weighed at once, and whether two neighbours have one between them is no branch: it would be
  // mispredicted at every other bin.
  void try_cuts(std::span<const Entry> rows, std::size_t predictor, Cut& best) {
    if (rows.front().bin == rows.back().bin) return;
    const std::size_t cuts = rows.size() - 2 * min_leaf_ + 1;
    impurity_.pass(rows, {min_leaf_ - 1, std::span(left_).first(cuts), std::span(right_).first(cuts)});
    const double merit =
        greatest_merit(left_.data(), right_.data(), cuts, share_.data(), min_leaf_, rows.size());
    if (!(merit > best.merit)) return;
    const auto at = static_cast<std::size_t>(std::find(left_.begin(), left_.end(), merit) - left_.begin());
    best = {predictor, rows[min_leaf_ - 1 + at].bin, min_leaf_ + at, merit};
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

  void keep_left(std::span<Entry> rows) {
    std::size_t left = 0;
    for (const Entry& row : rows) {
      rows[left] = row;
      left += goes_left_[row.row];
    }
  }
  void keep_right(std::span<Entry> rows) {
    std::size_t right = rows.size();
    for (std::size_t i = rows.size(); i-- > 0;) {
      const Entry row = rows[i];
      rows[right - 1] = row;
      right -= 1U - goes_left_[row.row];
    }
  }

  const TaskRows& task_;
  std::size_t min_leaf_;
  Impurity impurity_;
  std::vector<std::uint32_t> rows_;
  std::vector<std::uint16_t> targets_;  // of rows_
  Entries entries_;                     // a list a predictor, sorted by bin within a part
  // Room that is used again.
  std::vector<Bin> bins_;
  std::vector<std::uint8_t> goes_left_;
  Entries spare_;
  std::vector<double> left_, right_;
  std::vector<double> share_{0};  // 1 / n
};

}  // namespace

std::unique_ptr<SortedRows> sorted_rows(const TaskRows& task) {
  if (task.are_numbers) return std::make_unique<ListedRows<NumberImpurity>>(task, NumberImpurity());
  return std::make_unique<ListedRows<ClassImpurity>>(task, ClassImpurity(task.task->target_states));
}

}  // namespace ctgan::synth::trees
