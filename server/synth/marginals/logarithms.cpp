#include "server/synth/marginals/logarithms.h"

#include <limits>

#include "server/synth/encoders/exponential.h"

namespace ctgan::synth::marginals {

void exponentiate_groups(const Embedding& embedding, std::span<double> large, std::span<double> sums,
                         std::span<double> logarithms) {
  constexpr double k_nothing = -std::numeric_limits<double>::infinity();
  embedding.project_maximum(large.data(), logarithms.data());
  // Of a group without mass nothing is subtracted: -infinity less itself is no number.
  for (double& greatest : logarithms) greatest = greatest == k_nothing ? 0 : greatest;
  embedding.broadcast_subtract(logarithms.data(), large.data());
  exponentiate(large);
  embedding.project_sum(large.data(), sums.data());
  for (std::size_t cell = 0; cell < sums.size(); ++cell)
    logarithms[cell] = sums[cell] > 0 ? logarithms[cell] + encoders::logarithm(sums[cell]) : k_nothing;
}

}  // namespace ctgan::synth::marginals
