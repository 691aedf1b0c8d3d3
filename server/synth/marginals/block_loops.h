// The innermost loops of Embedding: a block of rows times columns in one piece, and a number for each row
// (..._rows) or for each column, which all rows share; and products of two such blocks.
#pragma once

#include <cstddef>

namespace ctgan::synth::marginals {

void sum_rows(const double* block, std::size_t rows, std::size_t columns, double* of_row);        // +=
void sum_columns(const double* block, std::size_t rows, std::size_t columns, double* of_column);  // +=
void maximum_rows(const double* block, std::size_t rows, std::size_t columns, double* of_row);
void maximum_columns(const double* block, std::size_t rows, std::size_t columns, double* of_column);
void add_rows(const double* of_row, double factor, std::size_t rows, std::size_t columns, double* block);
void add_columns(const double* of_column, double factor, std::size_t rows, std::size_t columns,
                 double* block);
void multiply_rows(const double* of_row, std::size_t rows, std::size_t columns, double* block);
void multiply_columns(const double* of_column, std::size_t rows, std::size_t columns, double* block);

// Rows of equal length, which begin so many numbers apart.
struct Rows {
  const double* first;
  std::size_t count;
  std::size_t apart;
};
// products[i * apart + j] += the sum of row i of `a` times row j of `b`, both of `length` numbers.
void add_row_products(const Rows& a, const Rows& b, std::size_t length, double* products, std::size_t apart);

}  // namespace ctgan::synth::marginals
