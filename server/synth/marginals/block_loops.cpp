#include "server/synth/marginals/block_loops.h"

#include <algorithm>
#include <array>
#include <limits>

#include "server/synth/random/vector_clones.h"

namespace ctgan::synth::marginals {
namespace {

// As many partial results as the widest vectors have places: narrower ones keep them in several.
constexpr std::size_t k_lanes = 8;

inline double larger(double a, double b) {
  return a > b ? a : b;
}

[[gnu::always_inline]] inline double row_sum(const double* row, std::size_t columns) {
  double lanes[k_lanes] = {};
  std::size_t at = 0;
  for (; at + k_lanes <= columns; at += k_lanes)
    for (std::size_t lane = 0; lane < k_lanes; ++lane) lanes[lane] += row[at + lane];
  double sum =
      ((lanes[0] + lanes[4]) + (lanes[2] + lanes[6])) + ((lanes[1] + lanes[5]) + (lanes[3] + lanes[7]));
  for (; at < columns; ++at) sum += row[at];
  return sum;
}

[[gnu::always_inline]] inline double row_maximum(const double* row, std::size_t columns, double least) {
  double lanes[k_lanes] = {least, least, least, least, least, least, least, least};
  std::size_t at = 0;
  for (; at + k_lanes <= columns; at += k_lanes)
    for (std::size_t lane = 0; lane < k_lanes; ++lane) lanes[lane] = larger(row[at + lane], lanes[lane]);
  double greatest = least;
  for (const double lane : lanes) greatest = larger(lane, greatest);
  for (; at < columns; ++at) greatest = larger(row[at], greatest);
  return greatest;
}

// Attributes of few codes make short rows. Where their length is known to the compiler, its loop is unrolled.
template <std::size_t k_columns, typename Use>
[[gnu::always_inline]] inline void for_each_row_of(std::size_t rows, const Use& use) {
  for (std::size_t row = 0; row < rows; ++row) use(row, k_columns);
}

template <typename Use>
[[gnu::always_inline]] inline void for_each_row(std::size_t rows, std::size_t columns, const Use& use) {
  switch (columns) {
    case 2:
      return for_each_row_of<2>(rows, use);
    case 3:
      return for_each_row_of<3>(rows, use);
    case 4:
      return for_each_row_of<4>(rows, use);
    case 5:
      return for_each_row_of<5>(rows, use);
    case 6:
      return for_each_row_of<6>(rows, use);
    case 7:
      return for_each_row_of<7>(rows, use);
    default:
      for (std::size_t row = 0; row < rows; ++row) use(row, columns);
  }
}

// Where each column has a number, several short rows are one long one, whose columns have these numbers repeatedly.
constexpr std::size_t k_short = 16, k_long = 32;

using LongRow = std::array<double, k_long>;

inline bool is_short(std::size_t rows, std::size_t columns) {
  return columns < k_short && rows >= k_long;
}

[[gnu::always_inline]] inline std::size_t repeat(const double* of_column, std::size_t columns,
                                                 LongRow& repeated) {
  const std::size_t times = k_long / columns;
  for (std::size_t i = 0; i < times * columns; ++i) repeated[i] = of_column[i % columns];
  return times;
}

// Calls use(cell, column, numbers) for every cell of the block.
template <typename Use>
[[gnu::always_inline]] inline void for_each_column(const double* __restrict of_column, std::size_t rows,
                                                   std::size_t columns, const Use& use) {
  LongRow repeated;
  std::size_t row = 0;
  if (is_short(rows, columns)) {
    const std::size_t times = repeat(of_column, columns, repeated), length = times * columns;
    for (; row + times <= rows; row += times)
      for (std::size_t column = 0; column < length; ++column) use(row * columns + column, repeated[column]);
  }
  for (; row < rows; ++row)
    for (std::size_t column = 0; column < columns; ++column) use(row * columns + column, of_column[column]);
}

// Of each column what `merge` makes of its cells, beginning with `neutral`, merged into of_column.
template <typename Merge>
[[gnu::always_inline]] inline void merge_columns(const double* __restrict block, std::size_t rows,
                                                 std::size_t columns, double neutral,
                                                 double* __restrict of_column, const Merge& merge) {
  std::size_t row = 0;
  if (is_short(rows, columns)) {
    LongRow merged;
    merged.fill(neutral);
    const std::size_t times = k_long / columns, length = times * columns;
    for (; row + times <= rows; row += times)
      for (std::size_t column = 0; column < length; ++column)
        merged[column] = merge(block[row * columns + column], merged[column]);
    for (std::size_t i = 0; i < length; ++i)
      of_column[i % columns] = merge(merged[i], of_column[i % columns]);
  }
  for (; row < rows; ++row)
    for (std::size_t column = 0; column < columns; ++column)
      of_column[column] = merge(block[row * columns + column], of_column[column]);
}

// Of one row with several, whose numbers are loaded once for each.
template <std::size_t k_rows>
[[gnu::always_inline]] inline void add_products(const double* __restrict a, const double* __restrict b,
                                                std::size_t apart, std::size_t length,
                                                double* __restrict products) {
  double lanes[k_rows][k_lanes] = {};
  std::size_t at = 0;
  for (; at + k_lanes <= length; at += k_lanes)
    for (std::size_t row = 0; row < k_rows; ++row)
      for (std::size_t lane = 0; lane < k_lanes; ++lane)
        lanes[row][lane] += a[at + lane] * b[row * apart + at + lane];
  for (std::size_t row = 0; row < k_rows; ++row) {
    double sum = row_sum(lanes[row], k_lanes);
    for (std::size_t rest = at; rest < length; ++rest) sum += a[rest] * b[row * apart + rest];
    products[row] += sum;
  }
}

}  // namespace

CTGAN_VECTOR_CLONES void sum_rows(const double* __restrict block, std::size_t rows, std::size_t columns,
                                  double* __restrict of_row) {
  for_each_row(
      rows, columns, [&](std::size_t row, std::size_t length) __attribute__((always_inline)) {
        of_row[row] += row_sum(block + row * length, length);
      });
}

CTGAN_VECTOR_CLONES void sum_columns(const double* __restrict block, std::size_t rows, std::size_t columns,
                                     double* __restrict of_column) {
  merge_columns(
      block, rows, columns, 0, of_column,
      [](double a, double b) __attribute__((always_inline)) { return a + b; });
}

CTGAN_VECTOR_CLONES void maximum_rows(const double* __restrict block, std::size_t rows, std::size_t columns,
                                      double* __restrict of_row) {
  for_each_row(
      rows, columns, [&](std::size_t row, std::size_t length) __attribute__((always_inline)) {
        of_row[row] = row_maximum(block + row * length, length, of_row[row]);
      });
}

CTGAN_VECTOR_CLONES void maximum_columns(const double* __restrict block, std::size_t rows,
                                         std::size_t columns, double* __restrict of_column) {
  merge_columns(
      block, rows, columns, -std::numeric_limits<double>::infinity(), of_column,
      [](double a, double b) __attribute__((always_inline)) { return larger(a, b); });
}

CTGAN_VECTOR_CLONES void add_rows(const double* __restrict of_row, double factor, std::size_t rows,
                                  std::size_t columns, double* __restrict block) {
  for_each_row(
      rows, columns, [&](std::size_t row, std::size_t length) __attribute__((always_inline)) {
        const double added = factor * of_row[row];
        for (std::size_t column = 0; column < length; ++column) block[row * length + column] += added;
      });
}

CTGAN_VECTOR_CLONES void add_columns(const double* __restrict of_column, double factor, std::size_t rows,
                                     std::size_t columns, double* __restrict block) {
  for_each_column(
      of_column, rows, columns, [&](std::size_t cell, double number) __attribute__((always_inline)) {
        block[cell] += factor * number;
      });
}

CTGAN_VECTOR_CLONES void multiply_rows(const double* __restrict of_row, std::size_t rows, std::size_t columns,
                                       double* __restrict block) {
  for_each_row(
      rows, columns, [&](std::size_t row, std::size_t length) __attribute__((always_inline)) {
        const double factor = of_row[row];
        for (std::size_t column = 0; column < length; ++column) block[row * length + column] *= factor;
      });
}

CTGAN_VECTOR_CLONES void multiply_columns(const double* __restrict of_column, std::size_t rows,
                                          std::size_t columns, double* __restrict block) {
  for_each_column(
      of_column, rows, columns, [&](std::size_t cell, double number) __attribute__((always_inline)) {
        block[cell] *= number;
      });
}

// In pieces that stay in the cache while all rows of `a` go over them.
CTGAN_VECTOR_CLONES void add_row_products(const Rows& a, const Rows& b, std::size_t length, double* products,
                                          std::size_t apart) {
  constexpr std::size_t k_piece = 512, k_together = 4;
  for (std::size_t first = 0; first < length; first += k_piece) {
    const std::size_t piece = std::min(k_piece, length - first);
    for (std::size_t i = 0; i < a.count; ++i) {
      const double* const row = a.first + i * a.apart + first;
      std::size_t j = 0;
      for (; j + k_together <= b.count; j += k_together)
        add_products<k_together>(row, b.first + j * b.apart + first, b.apart, piece,
                                 products + i * apart + j);
      for (; j < b.count; ++j)
        add_products<1>(row, b.first + j * b.apart + first, b.apart, piece, products + i * apart + j);
    }
  }
}

}  // namespace ctgan::synth::marginals
