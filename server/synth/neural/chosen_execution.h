// Which way of doing the arithmetic a training's options ask for.
#pragma once

#include "common/options/option_spec.h"
#include "server/synth/networks/executions.h"

namespace ctgan::synth::neural {

// By the options `execution` and `device`: libtorch when it is asked for, or when the device is a GPU and
// nothing is asked for; else native. Throws as open_execution.
const networks::Executions& chosen_execution(const options::Values& options);

}  // namespace ctgan::synth::neural
