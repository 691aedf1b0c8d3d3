#include "server/synth/torch_execution/boundary.h"

namespace ctgan::synth::torch_execution {

torch::Device device_named(const std::string& name) {
  if (name == "cpu" || (name == "auto" && !torch::cuda::is_available())) return torch::kCPU;
  if (!torch::cuda::is_available())
    throw errors::Error(errors::Kind::unavailable, "this build or machine has no CUDA device",
                        "use '--device cpu'");
  return torch::kCUDA;
}

}  // namespace ctgan::synth::torch_execution
