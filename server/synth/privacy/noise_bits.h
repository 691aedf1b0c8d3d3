// Where privacy noise comes from: bits that nobody can guess or repeat. No seed reaches them; the generator of
// server/synth/random, which a user's seed drives, is for what needs no protection.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>

namespace ctgan::synth::privacy {

// Uniform, independent words. Not safe to share between threads.
class NoiseBits {
 public:
  NoiseBits() = default;
  NoiseBits(const NoiseBits&) = delete;
  NoiseBits& operator=(const NoiseBits&) = delete;
  virtual ~NoiseBits() = default;

  virtual std::uint64_t next() = 0;
  // Others, for another thread: independent of these.
  virtual std::unique_ptr<NoiseBits> others() = 0;
};

// The operating system's (getrandom, by libsodium), in pages that are wiped as they are used. What fits use.
class SystemBits final : public NoiseBits {
 public:
  SystemBits() = default;
  ~SystemBits() override;

  std::uint64_t next() override;
  std::unique_ptr<NoiseBits> others() override { return std::make_unique<SystemBits>(); }

 private:
  static constexpr std::size_t k_words = 512;
  std::array<std::uint64_t, k_words> words_ = {};
  std::size_t used_ = k_words;
};

}  // namespace ctgan::synth::privacy
