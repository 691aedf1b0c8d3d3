#include <algorithm>
#include <limits>
#include <optional>
#include <utility>
#include <variant>

#include "server/synth/encoders/exponential.h"
#include "server/synth/graphical/balanced_draw.h"
#include "server/synth/graphical/parent_cells.h"
#include "server/synth/graphical/row_sampler.h"

namespace ctgan::synth::graphical {
namespace {

// Rows by the cell that their parents have.
struct Groups {
  std::vector<std::uint32_t> begins;  // of each cell's, in `rows`, and their end
  std::vector<std::uint32_t> rows;

  std::size_t count(std::size_t cell) const { return begins[cell + 1] - begins[cell]; }
};

Groups groups_of(const ConditionalTable& table, std::span<const codecs::Codes> columns, std::size_t rows) {
  std::vector<std::size_t> cells(rows);
  number_parent_cells(table, columns, 0, cells);
  Groups groups{std::vector<std::uint32_t>(table.rows() + 1), std::vector<std::uint32_t>(rows)};
  for (const std::size_t cell : cells) ++groups.begins[cell + 1];
  for (std::size_t cell = 0; cell < table.rows(); ++cell) groups.begins[cell + 1] += groups.begins[cell];
  std::vector<std::uint32_t> next(groups.begins.begin(), groups.begins.end() - 1);
  for (std::size_t row = 0; row < rows; ++row)
    groups.rows[next[cells[row]]++] = static_cast<std::uint32_t>(row);
  return groups;
}

// How many rows of a group get each code. Codes of what is left are the first to ring when each has a clock whose rate
// is its fraction (Efraimidis and Spirakis 2006, "Weighted random sampling with a reservoir").
class RoundedCounts {
 public:
  explicit RoundedCounts(std::size_t codes) : counts_(codes), clocks_(codes) {}

  std::span<const std::uint32_t> draw(std::span<const double> cumulative, std::uint32_t rows,
                                      random::Stream& random) {
    std::uint32_t left = rows;
    const double rows_a_mass = cumulative.back() > 0 ? rows / cumulative.back() : 0;
    for (std::size_t code = 0; code < counts_.size(); ++code) {
      const double mass = cumulative[code] - (code > 0 ? cumulative[code - 1] : 0);
      const double expected = mass * rows_a_mass;
      counts_[code] = std::min(left, static_cast<std::uint32_t>(std::max(expected, 0.0)));
      left -= counts_[code];
      clocks_[code] = {clock_of(expected - counts_[code], mass, random), code};
    }
    left = std::min(left, static_cast<std::uint32_t>(clocks_.size()));
    std::partial_sort(clocks_.begin(), clocks_.begin() + left, clocks_.end());
    for (std::uint32_t first = 0; first < left; ++first) ++counts_[clocks_[first].second];
    return counts_;
  }

 private:
  static double clock_of(double fraction, double mass, random::Stream& random) {
    const double waited = -encoders::logarithm(1 - random.next_double());
    if (mass <= 0) return std::numeric_limits<double>::infinity();
    return waited / std::max(fraction, std::numeric_limits<double>::min());
  }

  std::vector<std::uint32_t> counts_;
  std::vector<std::pair<double, std::size_t>> clocks_;  // when a code rings
};

void shuffle_rows(std::span<std::uint32_t> rows, random::Stream& random) {
  for (std::size_t left = rows.size(); left > 1; --left)
    std::swap(rows[left - 1], rows[random.next_below(static_cast<std::uint32_t>(left))]);
}

// Of so many codes that no row can look at each of them.
void fill_group(const ConditionalTable& table, std::size_t cell, std::span<const std::uint32_t> rows,
                random::Stream& random, codecs::Codes& column) {
  RoundedCounts rounded(table.size);
  const auto counts = rounded.draw(std::span(table.cumulative).subspan(cell * table.size, table.size),
                                   static_cast<std::uint32_t>(rows.size()), random);
  std::visit(
      [&](auto& codes) {
        std::size_t at = 0;
        for (std::size_t code = 0; code < counts.size(); ++code)
          for (std::uint32_t i = 0; i < counts[code]; ++i)
            codes[rows[at++]] = static_cast<typename std::decay_t<decltype(codes)>::value_type>(code);
      },
      column.codes);
}

// Groups that one task fills: of about as many rows as the others'.
std::vector<std::size_t> task_bounds(const Groups& groups) {
  constexpr std::size_t k_rows_a_task = 8192;
  std::vector<std::size_t> bounds{0};
  for (std::size_t cell = 1; cell < groups.begins.size(); ++cell)
    if (groups.begins[cell] - groups.begins[bounds.back()] >= k_rows_a_task ||
        cell + 1 == groups.begins.size())
      bounds.push_back(cell);
  return bounds;
}

}  // namespace

std::vector<codecs::Codes> RowSampler::rounded_table(std::size_t rows, std::uint64_t seed,
                                                     threads::ThreadPool& pool) const {
  std::vector<codecs::Codes> columns = empty_columns(rows);
  std::vector<Attribute> drawn;
  for (const ConditionalTable& table : tables_) {
    if (table.size == 1) continue;
    Groups groups = groups_of(table, columns, rows);
    const std::vector<std::size_t> bounds = task_bounds(groups);
    codecs::Codes& column = columns[table.attribute];
    pool.run(bounds.size() - 1, [&](std::size_t task) {
      std::optional<BalancedDraw> balanced;
      if (table.size <= BalancedDraw::k_most_codes) balanced.emplace(table, drawn, columns, sizes_);
      for (std::size_t cell = bounds[task]; cell < bounds[task + 1]; ++cell) {
        const auto group = std::span(groups.rows).subspan(groups.begins[cell], groups.count(cell));
        if (group.empty()) continue;
        random::Stream random(seed, random::StreamId::rounding,
                              (std::uint64_t{table.attribute} << 32U) | cell);
        shuffle_rows(group, random);
        if (balanced)
          balanced->fill(cell, group, random, column);
        else
          fill_group(table, cell, group, random, column);
      }
    });
    drawn.push_back(table.attribute);
  }
  return columns;
}

}  // namespace ctgan::synth::graphical
