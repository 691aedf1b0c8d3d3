// Philox4x32-10, the counter-based generator under random.h (Salmon et al., SC'11, section 3.2 and table 2).
// The output is a pure function of key and counter.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

namespace ctgan::synth::random {

using PhiloxKey = std::array<std::uint32_t, 2>;
using PhiloxBlock = std::array<std::uint32_t, 4>;

PhiloxBlock philox(const PhiloxKey& key, const PhiloxBlock& counter);

// How many consecutive blocks philox_batch makes at once, side by side.
inline constexpr std::size_t k_philox_batch = 64;
using PhiloxBatch = std::array<std::uint32_t, 4 * k_philox_batch>;

// The blocks of counters (first, first + 1, ..., all with the upper words `high`), one after the other.
// The counter's lower 64 bits are `first` and may not wrap within the batch.
void philox_batch(const PhiloxKey& key, std::uint64_t first, const std::array<std::uint32_t, 2>& high,
                  PhiloxBatch& words);

}  // namespace ctgan::synth::random
