#include "server/synth/privacy/noise_bits.h"

#include <sodium.h>

#include "common/errors/error.h"

namespace ctgan::synth::privacy {

SystemBits::~SystemBits() {
  sodium_memzero(words_.data(), sizeof words_);
}

std::uint64_t SystemBits::next() {
  if (used_ == k_words) {
    if (sodium_init() < 0)
      throw errors::Error(errors::Kind::internal, "libsodium cannot be started: there is no privacy noise");
    randombytes_buf(words_.data(), sizeof words_);
    used_ = 0;
  }
  const std::uint64_t word = words_[used_];
  words_[used_++] = 0;
  return word;
}

}  // namespace ctgan::synth::privacy
