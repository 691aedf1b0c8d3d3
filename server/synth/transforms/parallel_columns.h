// Runs one task a column on several threads.
#pragma once

#include <cstddef>
#include <functional>

namespace ctgan::synth::transforms {

// Calls task(0) ... task(count - 1), each once, on at most as many threads as the machine has. Tasks share
// nothing, so the result does not depend on the number of threads. Rethrows the exception of the first column
// that failed, once all threads have ended.
void for_each_column(std::size_t count, const std::function<void(std::size_t)>& task);

}  // namespace ctgan::synth::transforms
