// Entropic mirror descent (Beck and Teboulle 2003) with Nesterov's momentum: potentials go a step along the negative
// gradient by the marginals, and beyond it by a part of what the last steps had in common. Momentum starts anew when
// the loss rises (O'Donoghue and Candes 2015, "Adaptive restart for accelerated gradient schemes"); a step without
// momentum must lower the loss by half of what its gradient promises, or it is halved.
//
// The first steps double as long as they do. Later ones grow only where there is no momentum: longer steps make it
// start anew, and cost more than they gain.
#pragma once

#include <vector>

#include "common/threads/thread_pool.h"
#include "server/synth/graphical/measured_loss.h"

namespace ctgan::synth::graphical {

class MomentumDescent {
 public:
  // From an evaluated point. `loss` outlives it. REQUIRES: step > 0.
  MomentumDescent(MeasuredLoss& loss, DescentPoint first, double step, threads::ThreadPool& pool);

  // Tries one further point.
  void iterate();

  // The best point so far.
  const DescentPoint& at() const { return at_; }
  // What the loss has fallen by so far, to more digits than losses have.
  double fallen() const { return fallen_; }

 private:
  void accept(double momentum, double inertia, double gain, bool may_lengthen);
  void refuse(double momentum);

  MeasuredLoss& loss_;
  threads::ThreadPool& pool_;
  double step_;
  double fallen_ = 0;
  bool doubling_ = true;
  double inertia_ = 1;
  DescentPoint at_, next_;
  std::vector<double> target_, last_target_;  // where the steps lead without momentum
};

}  // namespace ctgan::synth::graphical
