#include "server/synth/random/philox.h"

#include "tests/catch.h"

using ctgan::synth::random::philox;
using ctgan::synth::random::philox_batch;
using ctgan::synth::random::PhiloxBatch;
using ctgan::synth::random::PhiloxBlock;

TEST_CASE("Philox4x32-10 gives the published answers of Random123's kat_vectors") {
  CHECK(philox({0, 0}, {0, 0, 0, 0}) == PhiloxBlock{0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8});
  constexpr std::uint32_t k_ones = 0xffffffff;
  CHECK(philox({k_ones, k_ones}, {k_ones, k_ones, k_ones, k_ones}) ==
        PhiloxBlock{0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd});
  CHECK(philox({0xa4093822, 0x299f31d0}, {0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344}) ==
        PhiloxBlock{0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1});
}

TEST_CASE("A batch holds the blocks of consecutive counters, also where the low word carries") {
  const std::uint64_t first = GENERATE(std::uint64_t{0}, std::uint64_t{0xfffffff0}, std::uint64_t{7} << 56);
  PhiloxBatch words;
  philox_batch({11, 12}, first, {13, 14}, words);
  for (std::size_t i = 0; i < ctgan::synth::random::k_philox_batch; ++i) {
    const std::uint64_t counter = first + i;
    const PhiloxBlock block = philox(
        {11, 12}, {static_cast<std::uint32_t>(counter), static_cast<std::uint32_t>(counter >> 32), 13, 14});
    CHECK(PhiloxBlock{words[4 * i], words[4 * i + 1], words[4 * i + 2], words[4 * i + 3]} == block);
  }
}
