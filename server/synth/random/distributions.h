// From random words to distributions, in plain single precision that compilers turn into vectors: no libm, no
// tables, no branches. Relative error of the logarithm, sine and cosine: below 1e-6.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

namespace ctgan::synth::random {

// Each turns words.size() words into as many numbers; both spans have one length.
void to_uniform(std::span<const std::uint32_t> words, std::span<float> out);
// Word pairs to pairs of normals. REQUIRES: an even length.
void to_normal(std::span<const std::uint32_t> words, std::span<float> out);
void to_gumbel(std::span<const std::uint32_t> words, std::span<float> out);
// 0 for words below `threshold`, else `kept`.
void to_dropout(std::span<const std::uint32_t> words, std::span<float> out, std::uint32_t threshold,
                float kept);

}  // namespace ctgan::synth::random
