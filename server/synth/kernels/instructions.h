// Which vector instructions the kernels use. One binary runs on any x86-64: each kernel is compiled once for
// every set, and the set is chosen when an execution is opened.
#pragma once

#include <string_view>
#include <vector>

namespace ctgan::synth::kernels {

// Ascending: a processor that has one has those before it.
enum class Instructions {
  baseline,  // what every x86-64 has (SSE2)
  avx2,      // AVX2 and FMA
  avx512,    // AVX-512 F, BW, DQ and VL
};

std::string_view name_of(Instructions instructions);

// What this processor and operating system can run, ascending; the baseline is always there.
std::vector<Instructions> available_instructions();

// Whether there is AVX-512 with its BF16 instructions.
bool bf16_available();

// The best of them, or the one that CTGAN_INSTRUCTIONS names ("baseline", "avx2", "avx512"). Throws
// Error(unavailable) when that one cannot run here, Error(usage) for another word.
Instructions chosen_instructions();

}  // namespace ctgan::synth::kernels
