#include "server/synth/evaluate/box_tree.h"

#include <cmath>
#include <limits>
#include <numeric>
namespace ctgan::synth::evaluate {
namespace {

constexpr std::size_t k_lanes = BoxTree::k_children;
// Rows by whose spread the column to cut is chosen.
constexpr std::size_t k_most_asked = 48;
constexpr std::size_t k_most_asked_columns = 32;

// Sums of min(|query - cell|, 1) over the columns, of a block of rows; of boxes, whose `cells` are their ends, of the
// distance to these where the query is outside. As in neighbours.cpp the vectors are as wide as the processor's, and
// a typedef, since of an alias g++ 12 drops the vector's size where it depends on the template.
template <std::size_t k_wide, bool k_boxes>
[[gnu::always_inline]] inline void sum_by_lanes(const float* query, const float* cells, std::size_t columns,
                                                float* sums) {
  typedef float Lanes __attribute__((vector_size(k_wide * sizeof(float)), aligned(4), may_alias));
  constexpr std::size_t k_parts = k_lanes / k_wide;
  const Lanes one = Lanes{} + 1.0F;
  Lanes totals[k_parts] = {};
  for (std::size_t column = 0; column < columns; ++column) {
    for (std::size_t part = 0; part < k_parts; ++part) {
      Lanes distance;
      if constexpr (k_boxes) {
        const float* const least = cells + 2 * column * k_lanes + part * k_wide;
        const Lanes below = *reinterpret_cast<const Lanes*>(least) - query[column];
        const Lanes above = query[column] - *reinterpret_cast<const Lanes*>(least + k_lanes);
        const Lanes outside = below > above ? below : above;
        distance = outside > Lanes{} ? outside : Lanes{};
      } else {
        const float* const places = cells + column * k_lanes + part * k_wide;
        const Lanes up = *reinterpret_cast<const Lanes*>(places) - query[column];
        distance = up > -up ? up : -up;
      }
      totals[part] += distance < one ? distance : one;
    }
  }
  for (std::size_t part = 0; part < k_parts; ++part)
    *reinterpret_cast<Lanes*>(sums + part * k_wide) = totals[part];
}

using Sum = void (*)(const float* query, const float* cells, std::size_t columns, float* sums);

template <bool k_boxes>
__attribute__((target("avx2"))) void sum_by_avx2(const float* query, const float* cells, std::size_t columns,
                                                 float* sums) {
  sum_by_lanes<8, k_boxes>(query, cells, columns, sums);
}

template <bool k_boxes>
__attribute__((target("avx512f"))) void sum_by_avx512(const float* query, const float* cells,
                                                      std::size_t columns, float* sums) {
  sum_by_lanes<16, k_boxes>(query, cells, columns, sums);
}

template <bool k_boxes>
void sum_by_any(const float* query, const float* cells, std::size_t columns, float* sums) {
  sum_by_lanes<4, k_boxes>(query, cells, columns, sums);
}

template <bool k_boxes>
Sum widest_sum() {
  if (__builtin_cpu_supports("avx512f")) return sum_by_avx512<k_boxes>;
  return __builtin_cpu_supports("avx2") ? sum_by_avx2<k_boxes> : sum_by_any<k_boxes>;
}

// How far some of the rows are from the middle one of them, in one column.
float spread_of(const Coordinates& rows, std::span<const std::uint32_t> of, std::size_t column) {
  std::array<float, k_most_asked> cells;
  const std::size_t asked = std::min(of.size(), k_most_asked);
  for (std::size_t i = 0; i < asked; ++i) cells[i] = rows.at(of[i * of.size() / asked], column);
  const auto middle = cells.begin() + static_cast<std::ptrdiff_t>(asked / 2);
  std::nth_element(cells.begin(), middle, cells.begin() + static_cast<std::ptrdiff_t>(asked));
  float spread = 0;
  for (std::size_t i = 0; i < asked; ++i) spread += std::min(std::abs(cells[i] - *middle), 1.0F);
  return spread;
}

// Of some columns where there are many, others in another part.
std::size_t widest_column(const Coordinates& rows, std::span<const std::uint32_t> of) {
  const std::size_t asked = std::min(rows.columns(), k_most_asked_columns);
  const std::size_t start = asked < rows.columns() ? of.front() % rows.columns() : 0;
  std::size_t widest = 0;
  float most = -1;
  for (std::size_t i = 0; i < asked; ++i) {
    const std::size_t column = (start + i * rows.columns() / asked) % rows.columns();
    const float spread = spread_of(rows, of, column);
    if (spread > most) {
      most = spread;
      widest = column;
    }
  }
  return widest;
}

}  // namespace

BoxTree::BoxTree(const Coordinates& rows)
    : ordered_(rows.rows(), rows.columns()),
      numbers_(rows.rows()),
      sum_to_rows_(widest_sum<false>()),
      sum_to_boxes_(widest_sum<true>()) {
  std::iota(numbers_.begin(), numbers_.end(), 0U);
  std::size_t unit = k_children;
  while (unit < numbers_.size()) unit *= k_children;
  order(0, numbers_.size(), unit, rows);
  for (std::size_t place = 0; place < numbers_.size(); ++place) {
    for (std::size_t column = 0; column < rows.columns(); ++column)
      ordered_.at(place, column) = rows.at(numbers_[place], column);
  }
  enclose();
}

// Cuts [first, last) in two until the parts are units, and these as units of the level below. Cuts are at whole units,
// so that boxes are full but the last.
void BoxTree::order(std::size_t first, std::size_t last, std::size_t unit, const Coordinates& rows) {
  const std::size_t count = last - first;
  if (count <= k_children) return;
  while (count <= unit) unit /= k_children;
  const std::span<std::uint32_t> part(numbers_.data() + first, count);
  const std::size_t column = widest_column(rows, part);
  const std::size_t units = (count + unit - 1) / unit;
  const std::size_t cut = units / 2 * unit;
  std::nth_element(part.begin(), part.begin() + static_cast<std::ptrdiff_t>(cut), part.end(),
                   [&](std::uint32_t a, std::uint32_t b) {
                     const float first_cell = rows.at(a, column);
                     const float second_cell = rows.at(b, column);
                     return first_cell < second_cell || (first_cell == second_cell && a < b);
                   });
  order(first, first + cut, unit, rows);
  order(first + cut, last, unit, rows);
}

void BoxTree::enclose() {
  // One level at least, so that what is shown is at most one group of boxes too many.
  for (std::size_t below = numbers_.size(); levels_.empty() || below > k_children;) {
    levels_.push_back(around(below));
    below = levels_.back().first_rows.size();
  }
}

// Boxes around the boxes of the last level, or around rows.
BoxTree::Level BoxTree::around(std::size_t children) const {
  const Level* const below = levels_.empty() ? nullptr : &levels_.back();
  const std::size_t columns = ordered_.columns();
  const std::size_t boxes = (children + k_children - 1) / k_children;
  Level level{std::vector<std::uint32_t>(boxes, std::numeric_limits<std::uint32_t>::max()), columns,
              std::vector<float>((boxes + k_children - 1) / k_children * columns * 2 * k_children)};
  for (std::size_t child = 0; child < children; ++child) {
    std::uint32_t& first_row = level.first_rows[child / k_children];
    first_row = std::min(first_row, below == nullptr ? numbers_[child] : below->first_rows[child]);
  }
  for (std::size_t box = 0; box < boxes; ++box) {
    const std::size_t first = box * k_children;
    for (std::size_t column = 0; column < columns; ++column) {
      float least = std::numeric_limits<float>::infinity();
      float greatest = -least;
      for (std::size_t child = first; child < std::min(children, first + k_children); ++child) {
        least = std::min(least, below == nullptr ? ordered_.at(child, column) : below->least(child, column));
        greatest = std::max(greatest,
                            below == nullptr ? ordered_.at(child, column) : below->greatest(child, column));
      }
      level.ends[level.place(box, column)] = least;
      level.ends[level.place(box, column) + k_children] = greatest;
    }
  }
  return level;
}

BoxTree::Sums BoxTree::row_sums(const float* query, std::size_t block) const {
  Sums sums;
  sum_to_rows_(query, ordered_.block(block), ordered_.columns(), sums.data());
  return sums;
}

BoxTree::Sums BoxTree::box_sums(const float* query, const Level& level, std::size_t group) const {
  Sums sums;
  sum_to_boxes_(query, level.ends.data() + level.place(group * k_children, 0), level.columns, sums.data());
  return sums;
}

}  // namespace ctgan::synth::evaluate
