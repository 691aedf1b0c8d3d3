#include "server/synth/trees/number_states.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "common/errors/error.h"
#include "server/synth/codecs/atoms.h"
#include "server/synth/codecs/number_grid.h"

namespace ctgan::synth::trees {
namespace {

using codecs::DistinctValues;

[[noreturn]] void refuse(const std::string& column, const std::string& why) {
  throw errors::Error(errors::Kind::bad_data, "column " + errors::quoted(column) + " " + why);
}

DistinctValues rarer_than(const DistinctValues& distinct, std::uint64_t rows) {
  DistinctValues rare;
  for (std::size_t i = 0; i < distinct.values.size(); ++i) {
    if (distinct.counts[i] >= static_cast<double>(rows)) continue;
    rare.values.push_back(distinct.values[i]);
    rare.counts.push_back(distinct.counts[i]);
    rare.rows += static_cast<std::size_t>(distinct.counts[i]);
  }
  return rare;
}

// Where groups of at least so many rows begin, and the end: of the last two too small a rest is the former's.
std::vector<std::size_t> group_starts(const DistinctValues& rare, std::uint64_t rows) {
  std::vector<std::size_t> starts{0};
  double pending = 0;
  for (std::size_t i = 0; i < rare.values.size(); ++i) {
    pending += rare.counts[i];
    if (pending < static_cast<double>(rows)) continue;
    starts.push_back(i + 1);
    pending = 0;
  }
  if (pending > 0 && starts.size() > 1) starts.pop_back();
  if (starts.back() != rare.values.size()) starts.push_back(rare.values.size());
  return starts;
}

// The value of the `rows`-th row from the front, or from the back.
template <typename Values, typename Counts>
double kth(Values value, Counts count, std::uint64_t rows) {
  double seen = *count;
  while (seen < static_cast<double>(rows)) {
    ++value;
    seen += *++count;
  }
  return *value;
}

double mean(const DistinctValues& distinct) {
  double sum = 0;
  for (std::size_t i = 0; i < distinct.values.size(); ++i)
    sum += distinct.values[i] / static_cast<double>(distinct.rows) * distinct.counts[i];
  return sum;
}

std::size_t states_needed(const DistinctValues& distinct, std::uint64_t rows) {
  const DistinctValues rare = rarer_than(distinct, rows);
  return distinct.values.size() - rare.values.size() + rare.rows / rows + 1;
}

}  // namespace

NumberStates::NumberStates(std::vector<Ends> ends, double grid_origin, double grid_step)
    : ends_(std::move(ends)), grid_origin_(grid_origin), grid_step_(grid_step) {
  for (std::size_t i = 0; i < ends_.size(); ++i)
    (is_value(static_cast<State>(i)) ? values_ : groups_).push_back(static_cast<State>(i));
}

NumberStates NumberStates::fit(std::span<const double> numbers, const NumberStateRules& rules) {
  const DistinctValues distinct = DistinctValues::of(numbers);
  std::uint64_t rows = std::max<std::uint64_t>(rules.least_rows, 1);
  while (states_needed(distinct, rows) > k_most_states) rows *= 2;
  const DistinctValues rare = rarer_than(distinct, rows);
  const bool is_list = !codecs::split_values(distinct, rows).listed.empty();
  std::vector<Ends> ends;
  for (std::size_t i = 0; i < distinct.values.size(); ++i)
    if (distinct.counts[i] >= static_cast<double>(rows))
      ends.push_back({distinct.values[i], distinct.values[i]});
  const bool any_group = ends.empty() || (!is_list && rare.rows >= rows);
  const std::vector<std::size_t> starts = any_group ? group_starts(rare, rows) : std::vector<std::size_t>();
  for (std::size_t g = 0; g + 1 < starts.size(); ++g) {
    const auto between = [&rare](std::size_t i) {
      return rare.values[i - 1] + (rare.values[i] - rare.values[i - 1]) / 2;
    };
    const std::uint64_t bound = std::min<std::uint64_t>(rows, rare.rows);
    Ends group;
    group.low = g == 0 ? kth(rare.values.begin(), rare.counts.begin(), bound) : between(starts[g]);
    group.high = g + 2 == starts.size() ? kth(rare.values.rbegin(), rare.counts.rbegin(), bound)
                                        : between(starts[g + 1]);
    // Of a single group the k-th smallest may be above the k-th greatest, or be the same row.
    if (group.low > group.high) std::swap(group.low, group.high);
    if (group.low == group.high) group.low = group.high = mean(rare);
    ends.push_back(group);
  }
  std::stable_sort(ends.begin(), ends.end(),
                   [](const Ends& a, const Ends& b) { return a.middle() < b.middle(); });
  const double grid_step = codecs::common_step(distinct, rules.step);
  return {std::move(ends), grid_step > 0 ? distinct.values.front() : 0, grid_step};
}

NumberStates NumberStates::take(const std::string& column, const codecs::ColumnRecord& record) {
  const std::vector<double>& numbers = record.need_numbers(column, "states");
  const std::vector<double>& grid = record.need_numbers(column, "state_grid");
  const auto finite = [](double x) { return std::isfinite(x); };
  if (grid.size() != 2 || !std::all_of(grid.begin(), grid.end(), finite) || grid[1] < 0)
    refuse(column, "has a 'state_grid' that numbers do not lie on");
  if (numbers.empty() || numbers.size() % 2 != 0 || numbers.size() / 2 > k_most_states)
    refuse(column, "has 'states' of another shape");
  std::vector<Ends> ends;
  for (std::size_t i = 0; i < numbers.size(); i += 2) {
    ends.push_back({numbers[i], numbers[i + 1]});
    const Ends& last = ends.back();
    const bool good = finite(last.low) && finite(last.high) && finite(last.high - last.low) &&
                      last.low <= last.high &&
                      (ends.size() < 2 || ends[ends.size() - 2].middle() <= last.middle());
    if (!good) refuse(column, "has 'states' that do not ascend");
  }
  return {std::move(ends), grid[0], grid[1]};
}

void NumberStates::add_to(codecs::ColumnRecord& record) const {
  std::vector<double>& numbers = record.numbers["states"];
  for (const Ends& ends : ends_) numbers.insert(numbers.end(), {ends.low, ends.high});
  record.numbers["state_grid"] = {grid_origin_, grid_step_};
}

State NumberStates::state(double number) const {
  const auto value = std::lower_bound(values_.begin(), values_.end(), number,
                                      [this](State s, double x) { return ends_[s].low < x; });
  if (value != values_.end() && ends_[*value].low == number) return *value;
  if (!groups_.empty()) {
    // Groups meet at their ends.
    const auto group = std::lower_bound(groups_.begin(), groups_.end(), number,
                                        [this](State s, double x) { return ends_[s].high < x; });
    return group == groups_.end() ? groups_.back() : *group;
  }
  if (value == values_.end()) return values_.back();
  if (value == values_.begin()) return *value;
  const State below = *std::prev(value);
  return number - ends_[below].low < ends_[*value].low - number ? below : *value;
}

double NumberStates::number(State state, double uniform) const {
  const Ends& ends = ends_[state];
  if (ends.low == ends.high) return ends.low;
  const double number = ends.low + (ends.high - ends.low) * uniform;
  if (grid_step_ <= 0) return number;
  return grid_origin_ + std::round((number - grid_origin_) / grid_step_) * grid_step_;
}

}  // namespace ctgan::synth::trees
