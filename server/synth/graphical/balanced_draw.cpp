#include "server/synth/graphical/balanced_draw.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "server/synth/marginals/embedding.h"
#include "server/synth/random/vector_clones.h"

namespace ctgan::synth::graphical {
namespace {

// Attributes with which pairs of one are balanced: what a row takes grows with them, and with how many attributes it has.
std::size_t most_balanced(std::size_t attributes) {
  constexpr std::size_t k_pairs_a_row = 256, k_least = 2, k_most = 16;
  return std::clamp(k_pairs_a_row / std::max<std::size_t>(attributes, 1), k_least, k_most);
}

// Of one shortfall's table; pairs of more cells have too few rows a cell to be balanced.
constexpr std::size_t k_most_shortfall_cells = std::size_t{1} << 16U;

// Less than this to a whole row is rounding.
constexpr double k_rounding = 1e-9;

CTGAN_VECTOR_CLONES void add_rows_of(double* const* rows, std::size_t count, std::size_t codes,
                                     double* __restrict sum) {
  for (std::size_t row = 0; row < count; ++row)
    for (std::size_t code = 0; code < codes; ++code) sum[code] += rows[row][code];
}

CTGAN_VECTOR_CLONES void add_to_rows(const double* __restrict expected, std::size_t codes,
                                     double* const* rows, std::size_t count) {
  for (std::size_t row = 0; row < count; ++row)
    for (std::size_t code = 0; code < codes; ++code) rows[row][code] += expected[code];
}

}  // namespace

BalancedDraw::BalancedDraw(const ConditionalTable& table, std::span<const Attribute> drawn,
                           std::span<const codecs::Codes> columns, std::span<const std::size_t> sizes)
    : table_(table), most_balanced_(most_balanced(sizes.size())) {
  for (std::vector<double>* const numbers : {&expected_, &whole_, &part_, &wanted_, &weights_})
    numbers->resize(table.size);
  add_shortfall(nullptr, 1);
  for (const Attribute parent : table.parents) add_shortfall(&columns[parent], sizes[parent]);
  for (std::size_t place = drawn.size(); place-- > 0;)
    if (!table.parents.contains(drawn[place])) add_shortfall(&columns[drawn[place]], sizes[drawn[place]]);
  of_row_.resize(shortfalls_.size());
}

void BalancedDraw::add_shortfall(const codecs::Codes* column, std::size_t size) {
  if (shortfalls_.size() > most_balanced_ || size * table_.size > k_most_shortfall_cells) return;
  shortfalls_.push_back({column, std::vector<double>(size * table_.size)});
}

void BalancedDraw::fill(std::size_t parent_cell, std::span<const std::uint32_t> rows, random::Stream& random,
                        codecs::Codes& column) {
  begin_group(parent_cell, rows.size());
  for (std::size_t at = 0; at < rows.size(); ++at) {
    look_at(rows[at]);
    const std::size_t code = draw_code(rows.size() - at, random);
    column.set(rows[at], code);
    add_to_rows(expected_.data(), table_.size, of_row_.data(), of_row_.size());
    for (double* const shortfall : of_row_) shortfall[code] -= 1;
  }
}

void BalancedDraw::begin_group(std::size_t parent_cell, std::size_t rows) {
  const double* const cumulative = table_.cumulative.data() + parent_cell * table_.size;
  const double mass = cumulative[table_.size - 1];
  whole_rows_ = 0;
  for (std::size_t code = 0; code < table_.size; ++code) {
    const double own = std::max(cumulative[code] - (code > 0 ? cumulative[code - 1] : 0), 0.0);
    expected_[code] = mass > 0 ? own / mass : 1 / static_cast<double>(table_.size);
    const double all = expected_[code] * static_cast<double>(rows);
    whole_[code] = std::floor(all + k_rounding);
    part_[code] = std::max(all - whole_[code], 0.0);
    whole_rows_ += static_cast<std::size_t>(whole_[code]);
  }
}

void BalancedDraw::look_at(std::uint32_t row) {
  for (std::size_t i = 0; i < shortfalls_.size(); ++i) {
    const std::size_t code = shortfalls_[i].column == nullptr ? 0 : shortfalls_[i].column->code(row);
    of_row_[i] = shortfalls_[i].rows.data() + code * table_.size;
  }
  std::fill(wanted_.begin(), wanted_.end(), 0.0);
  add_rows_of(of_row_.data(), of_row_.size(), table_.size, wanted_.data());
}

// In proportion to what is left of each code for the group, times e to the rows that it has too few.
std::size_t BalancedDraw::draw_code(std::size_t rows_left, random::Stream& random) {
  const bool only_whole = whole_rows_ >= rows_left;
  double most = -std::numeric_limits<double>::infinity();
  const auto left = [&](std::size_t code) { return whole_[code] + (only_whole ? 0 : part_[code]); };
  for (std::size_t code = 0; code < table_.size; ++code)
    if (left(code) > 0) most = std::max(most, wanted_[code]);
  for (std::size_t code = 0; code < table_.size; ++code) weights_[code] = std::min(wanted_[code] - most, 0.0);
  marginals::exponentiate(weights_);
  double sum = 0;
  for (std::size_t code = 0; code < table_.size; ++code) sum += weights_[code] *= left(code);
  const std::size_t code = pick(random.next_double() * sum);
  take(code, only_whole, random);
  return code;
}

std::size_t BalancedDraw::pick(double at) const {
  // Where rounding has left nothing, what is expected most.
  auto last =
      static_cast<std::size_t>(std::max_element(expected_.begin(), expected_.end()) - expected_.begin());
  for (std::size_t code = 0; code < table_.size; ++code) {
    if (weights_[code] <= 0) continue;
    last = code;
    at -= weights_[code];
    if (at < 0) break;
  }
  return last;
}

void BalancedDraw::take(std::size_t code, bool only_whole, random::Stream& random) {
  const double all = whole_[code] + part_[code];
  if (whole_[code] > 0 && (only_whole || random.next_double() * all < whole_[code])) {
    whole_[code] -= 1;
    --whole_rows_;
  } else {
    part_[code] = 0;
  }
}

}  // namespace ctgan::synth::graphical
