#include "server/synth/random/philox.h"

#include "server/synth/random/vector_clones.h"

namespace ctgan::synth::random {
namespace {

constexpr std::uint32_t k_multiplier0 = 0xD2511F53;
constexpr std::uint32_t k_multiplier1 = 0xCD9E8D57;
constexpr std::uint32_t k_weyl0 = 0x9E3779B9;
constexpr std::uint32_t k_weyl1 = 0xBB67AE85;
constexpr int k_rounds = 10;

struct Words {
  std::uint32_t x0, x1, x2, x3;
};

inline Words rounds(Words w, std::uint32_t key0, std::uint32_t key1) {
  for (int round = 0; round < k_rounds; ++round) {
    const std::uint64_t product0 = std::uint64_t{k_multiplier0} * w.x0;
    const std::uint64_t product1 = std::uint64_t{k_multiplier1} * w.x2;
    w = {static_cast<std::uint32_t>(product1 >> 32) ^ w.x1 ^ key0, static_cast<std::uint32_t>(product1),
         static_cast<std::uint32_t>(product0 >> 32) ^ w.x3 ^ key1, static_cast<std::uint32_t>(product0)};
    key0 += k_weyl0;
    key1 += k_weyl1;
  }
  return w;
}

}  // namespace

PhiloxBlock philox(const PhiloxKey& key, const PhiloxBlock& counter) {
  const Words w = rounds({counter[0], counter[1], counter[2], counter[3]}, key[0], key[1]);
  return {w.x0, w.x1, w.x2, w.x3};
}

CTGAN_VECTOR_CLONES void philox_batch(const PhiloxKey& key, std::uint64_t first,
                                      const std::array<std::uint32_t, 2>& high, PhiloxBatch& words) {
  for (std::size_t i = 0; i < k_philox_batch; ++i) {
    const std::uint64_t counter = first + i;
    const Words w = rounds(
        {static_cast<std::uint32_t>(counter), static_cast<std::uint32_t>(counter >> 32), high[0], high[1]},
        key[0], key[1]);
    words[4 * i] = w.x0;
    words[4 * i + 1] = w.x1;
    words[4 * i + 2] = w.x2;
    words[4 * i + 3] = w.x3;
  }
}

}  // namespace ctgan::synth::random
