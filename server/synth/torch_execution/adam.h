// Adam with L2 weight decay (Kingma and Ba 2015, algorithm 1; the decay is added to the gradient), as
// torch.optim.Adam computes it, over one flat tensor.
#pragma once

#include "server/synth/networks/training_options.h"
#include "server/synth/networks/training_state.h"
#include "server/synth/torch_execution/torch.h"

namespace ctgan::synth::torch_execution {

class Adam {
 public:
  // `values` and `gradient` are contiguous float vectors of one length on one device.
  Adam(const networks::OptimizerOptions& options, torch::Tensor values, torch::Tensor gradient);

  void step();

  // Moments and steps. `state` has the layout of the arena whose trained part the values are.
  void store(networks::NetworkState& state) const;
  void load(const networks::NetworkState& state);

 private:
  networks::OptimizerOptions options_;
  torch::Tensor values_, gradient_, mean_, square_;
  std::int64_t steps_ = 0;
};

}  // namespace ctgan::synth::torch_execution
