// One of the targets as libFuzzer calls it; CTGAN_FUZZ_TARGET is its function.
#include <cstddef>
#include <cstdint>

#include "tests/fuzz/targets.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t count) {
  ctgan::fuzz::CTGAN_FUZZ_TARGET({reinterpret_cast<const char*>(bytes), count});
  return 0;
}
