#include "server/synth/graphical/momentum_descent.h"

#include <cmath>
#include <utility>

#include "server/synth/random/vector_clones.h"

namespace ctgan::synth::graphical {
namespace {

constexpr double k_growth = 1.1, k_shrinkage = 0.5;

// Of what gradients times marginals can add up to: at an optimum where measurements contradict each other, gradients
// cancel out, and what is left of them says nothing more about a step.
constexpr double k_rounding = 0x1p-50;

CTGAN_VECTOR_CLONES void go_along(const double* __restrict potentials, const double* __restrict gradient,
                                  const double* __restrict last_target, double step, double momentum,
                                  std::size_t cells, double* __restrict target, double* __restrict next) {
  for (std::size_t cell = 0; cell < cells; ++cell) {
    const double there = potentials[cell] - step * gradient[cell];
    target[cell] = there;
    next[cell] = there + momentum * (there - last_target[cell]);
  }
}

CTGAN_VECTOR_CLONES double sum_of_products(const double* from_gradient, const double* to_gradient,
                                           const double* from_marginals, const double* to_marginals,
                                           double part, std::size_t cells) {
  constexpr std::size_t k_sums = 8;
  double sums[k_sums] = {};
  std::size_t cell = 0;
  for (; cell + k_sums <= cells; cell += k_sums)
    for (std::size_t i = 0; i < k_sums; ++i)
      sums[i] += (part * from_gradient[cell + i] + to_gradient[cell + i]) *
                 (from_marginals[cell + i] - to_marginals[cell + i]);
  for (; cell < cells; ++cell)
    sums[0] += (part * from_gradient[cell] + to_gradient[cell]) * (from_marginals[cell] - to_marginals[cell]);
  double sum = 0;
  for (const double one : sums) sum += one;
  return sum;
}

// The sum of (part from.gradient + to.gradient) (from.marginals - to.marginals).
double fall_along(const DescentPoint& from, const DescentPoint& to, double part) {
  return sum_of_products(from.gradient.data(), to.gradient.data(), from.marginals.data(), to.marginals.data(),
                         part, from.gradient.size());
}

}  // namespace

MomentumDescent::MomentumDescent(MeasuredLoss& loss, DescentPoint first, double step,
                                 threads::ThreadPool& pool)
    : loss_(loss), pool_(pool), step_(step), at_(std::move(first)) {
  next_.potentials = target_ = last_target_ = at_.potentials;
}

void MomentumDescent::iterate() {
  const double inertia = (1 + std::sqrt(1 + 4 * inertia_ * inertia_)) / 2;
  const double momentum = doubling_ ? 0 : (inertia_ - 1) / inertia;
  go_along(at_.potentials.data(), at_.gradient.data(), last_target_.data(), step_, momentum, target_.size(),
           target_.data(), next_.potentials.data());
  loss_.evaluate(next_, pool_);
  // The loss is quadratic in the marginals: this is what it falls by, and known where the difference of two losses is
  // lost in rounding. It is half of what the gradient promises, or more, where the next gradient's part is not
  // negative.
  const double gain = fall_along(at_, next_, 1) / 2;
  const double decisive = momentum > 0 ? gain : fall_along(at_, next_, 0);
  const double rounding = k_rounding * 2 * std::sqrt(at_.loss * loss_.squares());
  if (decisive < -rounding || std::isnan(decisive)) return refuse(momentum);
  // A step that changes nothing says nothing for a longer one, which would lead away from all numbers in the end.
  if (decisive <= rounding) doubling_ = false;
  accept(momentum, inertia, gain, decisive > rounding);
}

void MomentumDescent::accept(double momentum, double inertia, double gain, bool may_lengthen) {
  fallen_ += gain;
  std::swap(at_, next_);
  std::swap(last_target_, target_);
  if (doubling_)
    step_ *= 2;
  else if (momentum == 0 && may_lengthen)
    step_ *= k_growth;
  if (!doubling_) inertia_ = inertia;
}

// Once more from the same point: without momentum, or, without it already, by a shorter step.
void MomentumDescent::refuse(double momentum) {
  if (momentum == 0) step_ *= k_shrinkage;
  doubling_ = false;
  inertia_ = 1;
  last_target_ = at_.potentials;
}

}  // namespace ctgan::synth::graphical
