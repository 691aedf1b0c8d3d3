#include "server/synth/evaluate/cholesky.h"

#include <algorithm>
#include <cmath>

namespace ctgan::synth::evaluate {

void factorise(std::vector<double>& matrix, std::size_t n, double least) {
  for (std::size_t i = 0; i < n; ++i) {
    for (std::size_t j = 0; j <= i; ++j) {
      double sum = matrix[i * n + j];
      for (std::size_t k = 0; k < j; ++k) sum -= matrix[i * n + k] * matrix[j * n + k];
      matrix[i * n + j] = i == j ? std::sqrt(std::max(sum, least)) : sum / matrix[j * n + j];
    }
  }
}

std::vector<double> solved(std::vector<double> matrix, std::vector<double> b, double least) {
  const std::size_t n = b.size();
  factorise(matrix, n, least);
  for (std::size_t i = 0; i < n; ++i) {
    for (std::size_t k = 0; k < i; ++k) b[i] -= matrix[i * n + k] * b[k];
    b[i] /= matrix[i * n + i];
  }
  for (std::size_t i = n; i-- > 0;) {
    for (std::size_t k = i + 1; k < n; ++k) b[i] -= matrix[k * n + i] * b[k];
    b[i] /= matrix[i * n + i];
  }
  return b;
}

}  // namespace ctgan::synth::evaluate
