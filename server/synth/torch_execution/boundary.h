// What stands between libtorch and the rest of the program.
#pragma once

#include <string>

#include "common/errors/error.h"
#include "server/synth/torch_execution/torch.h"

namespace ctgan::synth::torch_execution {

// Runs `work` with libtorch's exceptions translated: none of its types may leave this library.
template <typename Work>
auto translated(const Work& work) {
  try {
    return work();
  } catch (const c10::Error& error) {
    throw errors::Error(errors::Kind::internal,
                        std::string("libtorch failed: ") + error.what_without_backtrace());
  }
}

// "cpu", "cuda", or "auto": a CUDA device when there is one. Throws Error(unavailable).
torch::Device device_named(const std::string& name);

// What results on this device depend on beside what comes in.
std::string arithmetic_on(const torch::Device& device);

}  // namespace ctgan::synth::torch_execution
