#include "server/synth/neural/chosen_execution.h"

#include <string>

#include "server/synth/native_execution/native_execution.h"
#include "server/synth/native_execution/tvae_training.h"
#include "server/synth/neural/torch_library.h"

namespace ctgan::synth::neural {

const networks::Executions& chosen_execution(const options::Values& options) {
  static const native_execution::NativeExecution k_ctgan;
  static const native_execution::NativeTvae k_tvae;
  static const networks::Executions k_native{k_ctgan, k_tvae};
  const std::string& execution = options.text("execution");
  const bool libtorch = execution == "libtorch" || (execution == "auto" && options.text("device") == "cuda");
  return libtorch ? open_execution(torch_library_places()) : k_native;
}

}  // namespace ctgan::synth::neural
