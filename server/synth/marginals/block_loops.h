// The innermost loops of Embedding: a block of rows times columns in one piece, and a number for each row
// (..._rows) or for each column, which all rows share.
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

}  // namespace ctgan::synth::marginals
