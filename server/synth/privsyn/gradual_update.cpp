#include "server/synth/privsyn/gradual_update.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <numeric>
#include <span>
#include <utility>

#include "common/errors/error.h"

namespace ctgan::synth::privsyn {
namespace {

using marginals::Attribute;
using marginals::Domain;
using marginals::Factor;

using Row = std::uint32_t;
using Column = std::vector<std::uint32_t>;

double sum_of(const Factor& marginal) {
  return std::accumulate(marginal.cells.begin(), marginal.cells.end(), 0.0);
}

// A whole number whose mean is `wanted`.
std::size_t rounded(double wanted, random::Stream& random) {
  const double whole = std::floor(wanted);
  return static_cast<std::size_t>(whole) + (random.next_double() < wanted - whole ? 1 : 0);
}

void shuffle(std::vector<Row>& rows, random::Stream& random) {
  for (std::size_t left = rows.size(); left > 1; --left)
    std::swap(rows[left - 1], rows[random.next_below(static_cast<std::uint32_t>(left))]);
}

// Codes of one attribute as its marginal has them, in random order: each as often as it is expected, up to one.
Column independent_column(const Factor& one_way, std::size_t rows, random::Stream& random) {
  const double scale = static_cast<double>(rows) / sum_of(one_way);
  Column column;
  double expected = 0, offset = random.next_double();
  for (std::uint32_t code = 0; code < one_way.cells.size(); ++code) {
    expected += scale * one_way.cells[code];
    while (column.size() < rows && static_cast<double>(column.size()) + offset < expected)
      column.push_back(code);
  }
  const auto likely = static_cast<std::uint32_t>(
      std::max_element(one_way.cells.begin(), one_way.cells.end()) - one_way.cells.begin());
  column.resize(rows, likely);
  shuffle(column, random);
  return column;
}

// A marginal that rows are changed by.
class Target {
 public:
  Target(const Domain& domain, const Factor& marginal, std::size_t rows)
      : attributes_(marginal.attributes.begin(), marginal.attributes.end()), wanted_(marginal.cells) {
    std::size_t stride = marginal.cells.size();
    for (const Attribute a : attributes_) strides_.push_back(stride /= domain.size(a));
    const double scale = static_cast<double>(rows) / sum_of(marginal);
    for (double& cell : wanted_) cell *= scale;
  }

  std::size_t cells() const { return wanted_.size(); }
  double wanted(std::size_t cell) const { return wanted_[cell]; }

  void cells_of(const std::vector<Column>& columns, std::vector<std::uint32_t>& cells) const {
    std::fill(cells.begin(), cells.end(), 0);
    for (std::size_t i = 0; i < attributes_.size(); ++i) {
      const Column& column = columns[attributes_[i]];
      const auto stride = static_cast<std::uint32_t>(strides_[i]);
      for (std::size_t row = 0; row < cells.size(); ++row) cells[row] += stride * column[row];
    }
  }

  void set(std::vector<Column>& columns, Row row, std::size_t cell) const {
    for (std::size_t i = 0; i < attributes_.size(); ++i) {
      columns[attributes_[i]][row] = static_cast<std::uint32_t>(cell / strides_[i]);
      cell %= strides_[i];
    }
  }

 private:
  std::vector<Attribute> attributes_;
  std::vector<std::size_t> strides_;
  std::vector<double> wanted_;
};

// All rows of a sample while they are changed.
class Rows {
 public:
  Rows(std::vector<Column> columns, random::Stream& random)
      : columns_(std::move(columns)),
        random_(random),
        cells_(columns_.front().size()),
        by_cell_(cells_.size()) {
    order_.resize(cells_.size());
    std::iota(order_.begin(), order_.end(), Row{0});
  }

  const std::vector<Column>& columns() const { return columns_; }
  // Rows of a cell come in this order from now on.
  void reorder() { shuffle(order_, random_); }

  // Brings the rows nearer to the target: no cell grows by more than `rate` of what it has. Of what grows a share of
  // `duplicated` are copies of whole rows, the others keep all but the target's attributes. How far away they were, in
  // rows (L1).
  double update(const Target& target, double rate, double duplicated) {
    sort_by_cell(target);
    std::vector<double> more(target.cells()), fewer(target.cells());
    double all_more = 0, all_fewer = 0, distance = 0;
    for (std::size_t cell = 0; cell < target.cells(); ++cell) {
      const double have = static_cast<double>(rows_in(cell)), missing = target.wanted(cell) - have;
      distance += std::abs(missing);
      if (missing > 0)
        all_more += more[cell] = have > 0 ? std::min(missing, rate * have) : rate * missing;
      else
        all_fewer += fewer[cell] = -missing;
    }
    if (all_more <= 0 || all_fewer <= 0) return distance;
    const double moved = std::min(all_more, all_fewer);
    const std::vector<Row> freed = free_rows(fewer, moved / all_fewer);
    move(target, freed, more, moved / all_more, duplicated);
    return distance;
  }

 private:
  std::size_t rows_in(std::size_t cell) const { return starts_[cell + 1] - starts_[cell]; }

  // A counting sort: the rows of each cell beside each other, in random order.
  void sort_by_cell(const Target& target) {
    target.cells_of(columns_, cells_);
    starts_.assign(target.cells() + 1, 0);
    for (const std::uint32_t cell : cells_) ++starts_[cell + 1];
    std::partial_sum(starts_.begin(), starts_.end(), starts_.begin());
    std::vector<std::size_t> next(starts_.begin(), starts_.end() - 1);
    for (const Row row : order_) by_cell_[next[cells_[row]]++] = row;
  }

  // The last rows of each cell that has too many.
  std::vector<Row> free_rows(const std::vector<double>& fewer, double share) {
    std::vector<Row> freed;
    for (std::size_t cell = 0; cell < fewer.size(); ++cell) {
      if (fewer[cell] <= 0) continue;
      const std::size_t count = std::min(rounded(share * fewer[cell], random_), rows_in(cell));
      for (std::size_t i = 0; i < count; ++i) freed.push_back(by_cell_[starts_[cell + 1] - 1 - i]);
    }
    shuffle(freed, random_);
    return freed;
  }

  void move(const Target& target, const std::vector<Row>& freed, const std::vector<double>& more,
            double share, double duplicated) {
    std::size_t next = 0;
    for (std::size_t cell = 0; cell < more.size(); ++cell) {
      if (more[cell] <= 0) continue;
      std::size_t count = std::min(rounded(share * more[cell], random_), freed.size() - next);
      std::size_t copies =
          rows_in(cell) > 0 ? std::min(rounded(duplicated * static_cast<double>(count), random_), count) : 0;
      for (; copies > 0; --copies, --count)
        copy(by_cell_[starts_[cell] + copies % rows_in(cell)], freed[next++]);
      for (; count > 0; --count) target.set(columns_, freed[next++], cell);
    }
  }

  void copy(Row from, Row to) {
    for (Column& column : columns_) column[to] = column[from];
  }

  std::vector<Column> columns_;
  random::Stream& random_;
  std::vector<Row> order_;
  std::vector<std::uint32_t> cells_;  // of each row
  std::vector<Row> by_cell_;
  std::vector<std::size_t> starts_;  // of each cell in by_cell_
};

// The rate falls by steps (U4).
double rate_of(std::size_t iteration) {
  constexpr double k_falls_by = 0.84;
  constexpr std::size_t k_every = 20;
  return std::pow(k_falls_by, static_cast<double>(iteration / k_every));
}

}  // namespace

GradualUpdate::GradualUpdate(Domain domain, std::vector<Factor> marginals, std::size_t iterations)
    : domain_(std::move(domain)), marginals_(std::move(marginals)), iterations_(iterations) {
  for (Attribute a = 0; a < domain_.attributes(); ++a) {
    const auto with = std::find_if(marginals_.begin(), marginals_.end(),
                                   [a](const Factor& one) { return one.attributes.contains(a); });
    if (with == marginals_.end())
      throw errors::Error(errors::Kind::internal, "an attribute is in no marginal");
    one_way_.push_back(project_sum(domain_, *with, marginals::AttributeSet{a}));
  }
}

std::vector<codecs::Codes> GradualUpdate::rows(std::size_t rows, random::Stream random) const {
  std::vector<Column> columns;
  for (const Factor& one : one_way_) columns.push_back(independent_column(one, rows, random));
  std::vector<Target> targets;
  for (const Factor& marginal : marginals_)
    if (marginal.attributes.size() > 1) targets.emplace_back(domain_, marginal, rows);
  std::vector<std::pair<double, std::size_t>>
      by_distance;  // how far away a target was when it was last looked at
  for (std::size_t i = 0; i < targets.size(); ++i) by_distance.emplace_back(0, i);
  Rows changed(std::move(columns), random);
  for (std::size_t iteration = 0; iteration < iterations_ && !targets.empty(); ++iteration) {
    changed.reorder();
    for (auto& [distance, target] : by_distance)
      distance = changed.update(targets[target], rate_of(iteration), iteration % 2 == 0 ? 0.5 : 1);
    std::stable_sort(by_distance.begin(), by_distance.end(),
                     [](const auto& a, const auto& b) { return a.first > b.first; });
  }
  std::vector<codecs::Codes> codes;
  for (Attribute a = 0; a < domain_.attributes(); ++a) {
    codes.push_back(codecs::Codes::sized(domain_.size(a), rows));
    for (std::size_t row = 0; row < rows; ++row) codes.back().set(row, changed.columns()[a][row]);
  }
  return codes;
}

}  // namespace ctgan::synth::privsyn
