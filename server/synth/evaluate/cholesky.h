// Symmetric positive definite systems of a few unknowns, by Cholesky's factors.
#pragma once

#include <cstddef>
#include <vector>

namespace ctgan::synth::evaluate {

// The lower factor of an n x n matrix, by rows, in place; only the lower half is read. A pivot that is below
// `least`, as rounding may leave it of a matrix that is not quite definite, is `least`.
void factorise(std::vector<double>& matrix, std::size_t n, double least);

// x with matrix x = b.
std::vector<double> solved(std::vector<double> matrix, std::vector<double> b, double least);

}  // namespace ctgan::synth::evaluate
