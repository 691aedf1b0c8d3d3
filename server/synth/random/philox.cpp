#include "server/synth/random/philox.h"

#include <immintrin.h>

#include <cstring>

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

// Blocks side by side. A word of each stands in the lower half of 64 bits, whatever is in the upper one: that is
// what the one multiplication of 32 bits to 64 takes that vectors have, and its result needs no moving about.
template <int k_bytes>
struct Lanes {
  using V [[gnu::vector_size(k_bytes)]] = std::uint64_t;
  static constexpr std::size_t k_count = k_bytes / sizeof(std::uint64_t);
};

// out = the product of the lower halves.
struct Sse2 : Lanes<16> {
  static void multiply(const V& a, const V& b, V& out) {
    out = reinterpret_cast<V>(_mm_mul_epu32(reinterpret_cast<__m128i>(a), reinterpret_cast<__m128i>(b)));
  }
};
struct Avx2 : Lanes<32> {
  [[gnu::target("avx2")]] static void multiply(const V& a, const V& b, V& out) {
    out = reinterpret_cast<V>(_mm256_mul_epu32(reinterpret_cast<__m256i>(a), reinterpret_cast<__m256i>(b)));
  }
};
struct Avx512 : Lanes<64> {
  [[gnu::target("avx512f")]] static void multiply(const V& a, const V& b, V& out) {
    out = reinterpret_cast<V>(
        _mm512_maskz_mul_epu32(0xFF, reinterpret_cast<__m512i>(a), reinterpret_cast<__m512i>(b)));
  }
};

// Two vectors at a time: one alone waits for its multiplications.
template <typename Set>
inline void fill_batch(const PhiloxKey& key, std::uint64_t first, const std::array<std::uint32_t, 2>& high,
                       PhiloxBatch& words) {
  using V = typename Set::V;
  constexpr std::size_t k_count = Set::k_count, k_together = 2;
  const V multiplier0 = V{} + k_multiplier0, multiplier1 = V{} + k_multiplier1;
  V number{};
  for (std::size_t lane = 0; lane < k_count; ++lane) number[lane] = lane;
  for (std::size_t i = 0; i < k_philox_batch; i += k_together * k_count) {
    V x0[k_together], x1[k_together], x2[k_together], x3[k_together];
    for (std::size_t v = 0; v < k_together; ++v) {
      const V counter = number + (first + i + v * k_count);
      x0[v] = counter;
      x1[v] = counter >> 32;
      x2[v] = V{} + high[0];
      x3[v] = V{} + high[1];
    }
    std::uint32_t key0 = key[0], key1 = key[1];
    for (int round = 0; round < k_rounds; ++round, key0 += k_weyl0, key1 += k_weyl1)
#pragma GCC unroll 2
      for (std::size_t v = 0; v < k_together; ++v) {
        V product0, product1;
        Set::multiply(multiplier0, x0[v], product0);
        Set::multiply(multiplier1, x2[v], product1);
        x0[v] = (product1 >> 32) ^ x1[v] ^ (V{} + key0);
        x1[v] = product1;
        x2[v] = (product0 >> 32) ^ x3[v] ^ (V{} + key1);
        x3[v] = product0;
      }
    for (std::size_t v = 0; v < k_together; ++v) {
      const V front = (x0[v] & 0xFFFFFFFFU) | (x1[v] << 32), back = (x2[v] & 0xFFFFFFFFU) | (x3[v] << 32);
      std::uint64_t blocks[2 * k_count];
      for (std::size_t lane = 0; lane < k_count; ++lane) {
        blocks[2 * lane] = front[lane];
        blocks[2 * lane + 1] = back[lane];
      }
      std::memcpy(words.data() + 4 * (i + v * k_count), blocks, sizeof blocks);
    }
  }
}

// Flattened, so that all they call is compiled for their instructions.
[[gnu::flatten]] void batch_by_sse2(const PhiloxKey& key, std::uint64_t first,
                                    const std::array<std::uint32_t, 2>& high, PhiloxBatch& words) {
  fill_batch<Sse2>(key, first, high, words);
}
[[gnu::flatten, gnu::target("avx2")]] void batch_by_avx2(const PhiloxKey& key, std::uint64_t first,
                                                         const std::array<std::uint32_t, 2>& high,
                                                         PhiloxBatch& words) {
  fill_batch<Avx2>(key, first, high, words);
}
[[gnu::flatten, gnu::target("avx512f")]] void batch_by_avx512(const PhiloxKey& key, std::uint64_t first,
                                                              const std::array<std::uint32_t, 2>& high,
                                                              PhiloxBatch& words) {
  fill_batch<Avx512>(key, first, high, words);
}

}  // namespace

PhiloxBlock philox(const PhiloxKey& key, const PhiloxBlock& counter) {
  const Words w = rounds({counter[0], counter[1], counter[2], counter[3]}, key[0], key[1]);
  return {w.x0, w.x1, w.x2, w.x3};
}

void philox_batch(const PhiloxKey& key, std::uint64_t first, const std::array<std::uint32_t, 2>& high,
                  PhiloxBatch& words) {
  if (__builtin_cpu_supports("avx512f")) return batch_by_avx512(key, first, high, words);
  if (__builtin_cpu_supports("avx2")) return batch_by_avx2(key, first, high, words);
  batch_by_sse2(key, first, high, words);
}

}  // namespace ctgan::synth::random
