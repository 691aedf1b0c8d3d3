#include "server/synth/torch_execution/boundary.h"

#include <fmt/format.h>

namespace ctgan::synth::torch_execution {

torch::Device device_named(const std::string& name) {
  if (name == "cpu" || (name == "auto" && !torch::cuda::is_available())) return torch::kCPU;
  if (!torch::cuda::is_available())
    throw errors::Error(errors::Kind::unavailable, "this build or machine has no CUDA device",
                        "use '--device cpu'");
  return torch::kCUDA;
}

std::string arithmetic_on(const torch::Device& device) {
  return fmt::format("libtorch {}.{}.{} {}, {} threads", TORCH_VERSION_MAJOR, TORCH_VERSION_MINOR,
                     TORCH_VERSION_PATCH, device.str(), at::get_num_threads());
}

}  // namespace ctgan::synth::torch_execution
