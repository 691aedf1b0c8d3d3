#include "server/synth/marginals/block_loops.h"

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

}  // namespace

CTGAN_VECTOR_CLONES void sum_rows(const double* block, std::size_t rows, std::size_t columns,
                                  double* of_row) {
  for (std::size_t row = 0; row < rows; ++row) of_row[row] += row_sum(block + row * columns, columns);
}

CTGAN_VECTOR_CLONES void sum_columns(const double* __restrict block, std::size_t rows, std::size_t columns,
                                     double* __restrict of_column) {
  for (std::size_t row = 0; row < rows; ++row)
    for (std::size_t column = 0; column < columns; ++column)
      of_column[column] += block[row * columns + column];
}

CTGAN_VECTOR_CLONES void maximum_rows(const double* block, std::size_t rows, std::size_t columns,
                                      double* of_row) {
  for (std::size_t row = 0; row < rows; ++row)
    of_row[row] = row_maximum(block + row * columns, columns, of_row[row]);
}

CTGAN_VECTOR_CLONES void maximum_columns(const double* __restrict block, std::size_t rows,
                                         std::size_t columns, double* __restrict of_column) {
  for (std::size_t row = 0; row < rows; ++row)
    for (std::size_t column = 0; column < columns; ++column)
      of_column[column] = larger(block[row * columns + column], of_column[column]);
}

CTGAN_VECTOR_CLONES void add_rows(const double* __restrict of_row, double factor, std::size_t rows,
                                  std::size_t columns, double* __restrict block) {
  for (std::size_t row = 0; row < rows; ++row) {
    const double added = factor * of_row[row];
    for (std::size_t column = 0; column < columns; ++column) block[row * columns + column] += added;
  }
}

CTGAN_VECTOR_CLONES void add_columns(const double* __restrict of_column, double factor, std::size_t rows,
                                     std::size_t columns, double* __restrict block) {
  for (std::size_t row = 0; row < rows; ++row)
    for (std::size_t column = 0; column < columns; ++column)
      block[row * columns + column] += factor * of_column[column];
}

CTGAN_VECTOR_CLONES void multiply_rows(const double* __restrict of_row, std::size_t rows, std::size_t columns,
                                       double* __restrict block) {
  for (std::size_t row = 0; row < rows; ++row) {
    const double factor = of_row[row];
    for (std::size_t column = 0; column < columns; ++column) block[row * columns + column] *= factor;
  }
}

CTGAN_VECTOR_CLONES void multiply_columns(const double* __restrict of_column, std::size_t rows,
                                          std::size_t columns, double* __restrict block) {
  for (std::size_t row = 0; row < rows; ++row)
    for (std::size_t column = 0; column < columns; ++column)
      block[row * columns + column] *= of_column[column];
}

}  // namespace ctgan::synth::marginals
