#include "server/synth/graphical/balanced_draw.h"

#include <algorithm>
#include <cmath>

#include "server/synth/encoders/exponential.h"
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

constexpr std::size_t k_lanes = BalancedDraw::k_lanes;
typedef float Lanes __attribute__((vector_size(k_lanes * sizeof(float)), aligned(4), may_alias));

inline const Lanes& lanes_at(const float* numbers) {
  return *reinterpret_cast<const Lanes*>(numbers);
}
inline Lanes& lanes_at(float* numbers) {
  return *reinterpret_cast<Lanes*>(numbers);
}

// Each lane is joined with one half of them further on, then a quarter and so on: what they have in the end is of all.
template <typename Join>
inline float join_lanes(Lanes& lanes, const Join& join) {
  typedef std::int32_t Places __attribute__((vector_size(sizeof(Lanes))));
  constexpr Places k_places = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15};
  for (std::int32_t apart = k_lanes / 2; apart > 0; apart /= 2) {
    const Lanes others = __builtin_shuffle(lanes, k_places ^ apart);
    join(lanes, others);
  }
  return lanes[0];
}

constexpr float k_nothing = -3e38F;
// Powers below e^this are as good as zero beside e^0, the greatest.
constexpr float k_lowest_power = -87.0F;

// weights = the sum of the shortfalls; the greatest of those of which something is left.
CTGAN_VECTOR_CLONES float add_shortfalls(const float* shared, float* const* own, std::size_t own_count,
                                         const float* left, std::size_t codes, float* weights) {
  Lanes most = {};
  most += k_nothing;
  for (std::size_t first = 0; first < codes; first += k_lanes) {
    Lanes wanted = lanes_at(shared + first);
    for (std::size_t i = 0; i < own_count; ++i) wanted += lanes_at(own[i] + first);
    lanes_at(weights + first) = wanted;
    const Lanes possible = lanes_at(left + first) > 0 ? wanted : Lanes{} + k_nothing;
    most = possible > most ? possible : most;
  }
  return join_lanes(most, [](Lanes& a, const Lanes& b) { a = a > b ? a : b; });
}

// weights = left times e to the weight, as a part of the greatest; sums of them by lane, and of all.
CTGAN_VECTOR_CLONES float weigh_codes(const float* __restrict left, float greatest, std::size_t codes,
                                      float* __restrict weights, float* __restrict lane_sums) {
  for (std::size_t code = 0; code < codes; ++code) {
    // Codes of which nothing is left may be wanted more than any other.
    const float over = weights[code] - greatest;
    const float below = over < 0 ? over : 0;
    const float power = encoders::exponential(below > k_lowest_power ? below : k_lowest_power);
    weights[code] = power * left[code];
  }
  Lanes sums = {};
  for (std::size_t first = 0; first < codes; first += k_lanes) sums += lanes_at(weights + first);
  lanes_at(lane_sums) = sums;
  return join_lanes(sums, [](Lanes& a, const Lanes& b) { a += b; });
}

// A row more has its expectation: `times` of it where so many shortfalls are one sum.
CTGAN_VECTOR_CLONES void add_expected(const float* expected, std::size_t codes, float times, float* shared,
                                      float* const* own, std::size_t own_count) {
  for (std::size_t first = 0; first < codes; first += k_lanes) {
    const Lanes more = lanes_at(expected + first);
    lanes_at(shared + first) += times * more;
    for (std::size_t i = 0; i < own_count; ++i) lanes_at(own[i] + first) += more;
  }
}

}  // namespace

BalancedDraw::BalancedDraw(const ConditionalTable& table, std::span<const Attribute> drawn,
                           std::span<const codecs::Codes> columns, std::span<const std::size_t> sizes)
    : table_(table),
      most_balanced_(most_balanced(sizes.size())),
      padded_((table.size + k_lanes - 1) / k_lanes * k_lanes),
      whole_(table.size) {
  for (std::vector<float>* const numbers : {&shared_, &expected_, &part_, &left_, &drawn_, &weights_})
    numbers->resize(padded_);
  add_shortfall(nullptr, 1);
  for (const Attribute parent : table.parents) add_shortfall(&columns[parent], sizes[parent]);
  shared_count_ = shortfalls_.size();
  for (std::size_t place = drawn.size(); place-- > 0;)
    if (!table.parents.contains(drawn[place])) add_shortfall(&columns[drawn[place]], sizes[drawn[place]]);
  own_.resize(shortfalls_.size() - shared_count_);
}

void BalancedDraw::add_shortfall(const codecs::Codes* column, std::size_t size) {
  if (shortfalls_.size() > most_balanced_ || size * table_.size > k_most_shortfall_cells) return;
  shortfalls_.push_back({column, std::vector<float>(size * padded_)});
}

float* BalancedDraw::shortfall_of(Shortfall& shortfall, std::uint32_t row) const {
  const std::size_t code = shortfall.column == nullptr ? 0 : shortfall.column->code(row);
  return shortfall.rows.data() + code * padded_;
}

void BalancedDraw::fill(std::size_t parent_cell, std::span<const std::uint32_t> rows, random::Stream& random,
                        codecs::Codes& column) {
  begin_group(parent_cell, rows);
  const auto shared_count = static_cast<float>(shared_count_);
  for (std::size_t at = 0; at < rows.size(); ++at) {
    for (std::size_t i = 0; i < own_.size(); ++i)
      own_[i] = shortfall_of(shortfalls_[shared_count_ + i], rows[at]);
    const std::size_t code = draw_code(rows.size() - at, random);
    column.set(rows[at], static_cast<std::uint32_t>(code));
    add_expected(expected_.data(), padded_, shared_count, shared_.data(), own_.data(), own_.size());
    shared_[code] -= shared_count;
    for (float* const shortfall : own_) shortfall[code] -= 1;
    drawn_[code] += 1;
  }
  end_group(rows.front(), rows.size());
}

void BalancedDraw::begin_group(std::size_t parent_cell, std::span<const std::uint32_t> rows) {
  const double* const cumulative = table_.cumulative.data() + parent_cell * table_.size;
  const double mass = cumulative[table_.size - 1];
  whole_rows_ = 0;
  only_whole_ = false;
  for (std::size_t code = 0; code < table_.size; ++code) {
    const double own = std::max(cumulative[code] - (code > 0 ? cumulative[code - 1] : 0), 0.0);
    const double expected = mass > 0 ? own / mass : 1 / static_cast<double>(table_.size);
    const double all = expected * static_cast<double>(rows.size());
    const double whole = std::floor(all + k_rounding);
    expected_[code] = static_cast<float>(expected);
    whole_[code] = static_cast<std::uint32_t>(whole);
    part_[code] = static_cast<float>(std::max(all - whole, 0.0));
    left_[code] = static_cast<float>(whole_[code]) + part_[code];
    whole_rows_ += whole_[code];
  }
  std::fill(drawn_.begin(), drawn_.end(), 0.0F);
  std::fill(shared_.begin(), shared_.end(), 0.0F);
  for (std::size_t i = 0; i < shared_count_; ++i) {
    const float* const shortfall = shortfall_of(shortfalls_[i], rows.front());
    for (std::size_t code = 0; code < padded_; ++code) shared_[code] += shortfall[code];
  }
}

void BalancedDraw::end_group(std::uint32_t any_row, std::size_t rows) {
  for (std::size_t i = 0; i < shared_count_; ++i) {
    float* const shortfall = shortfall_of(shortfalls_[i], any_row);
    for (std::size_t code = 0; code < padded_; ++code)
      shortfall[code] += static_cast<float>(rows) * expected_[code] - drawn_[code];
  }
}

// In proportion to what is left of each code for the group, times e to the rows that it has too few.
std::size_t BalancedDraw::draw_code(std::size_t rows_left, random::Stream& random) {
  if (!only_whole_ && whole_rows_ >= rows_left) want_whole_rows_only();
  const float greatest =
      add_shortfalls(shared_.data(), own_.data(), own_.size(), left_.data(), padded_, weights_.data());
  const float sum = weigh_codes(left_.data(), greatest, padded_, weights_.data(), lane_sums_.data());
  const std::size_t code = pick(static_cast<float>(random.next_double()) * sum);
  take(code, random);
  return code;
}

void BalancedDraw::want_whole_rows_only() {
  only_whole_ = true;
  for (std::size_t code = 0; code < table_.size; ++code) left_[code] = static_cast<float>(whole_[code]);
}

// Of a lane first, and then within it: any order of codes will do, and this one takes the fewest steps. Rounding may leave
// `at` as large as what is left; then it is the last code that may be drawn.
std::size_t BalancedDraw::pick(float at) const {
  std::size_t drawn_lane = k_lanes;
  for (std::size_t lane = 0; lane < k_lanes; ++lane) {
    if (lane_sums_[lane] <= 0) continue;
    drawn_lane = lane;
    if (at < lane_sums_[lane]) break;
    at -= lane_sums_[lane];
  }
  if (drawn_lane == k_lanes) return most_expected();
  std::size_t drawn = drawn_lane;
  for (std::size_t code = drawn_lane; code < table_.size; code += k_lanes) {
    if (weights_[code] <= 0) continue;
    drawn = code;
    if (at < weights_[code]) break;
    at -= weights_[code];
  }
  return drawn;
}

// Where rounding has left nothing of any code.
std::size_t BalancedDraw::most_expected() const {
  const auto end = expected_.begin() + static_cast<std::ptrdiff_t>(table_.size);
  return static_cast<std::size_t>(std::max_element(expected_.begin(), end) - expected_.begin());
}

void BalancedDraw::take(std::size_t code, random::Stream& random) {
  const float all = static_cast<float>(whole_[code]) + part_[code];
  const bool takes_whole =
      whole_[code] > 0 && (only_whole_ || part_[code] <= 0 ||
                           static_cast<float>(random.next_double()) * all < static_cast<float>(whole_[code]));
  if (takes_whole) {
    --whole_[code];
    --whole_rows_;
  } else {
    part_[code] = 0;
  }
  left_[code] = static_cast<float>(whole_[code]) + (only_whole_ ? 0 : part_[code]);
}

}  // namespace ctgan::synth::graphical
