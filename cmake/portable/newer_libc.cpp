// What libstdc++ of Debian 12 asks of the C library and those before glibc 2.32 and 2.36 lack (cmake/portable.cmake).
#include <sys/random.h>

#include <cerrno>
#include <cstdint>
#include <cstdlib>

extern "C" {

// std::random_device reads it.
std::uint32_t arc4random() {
  std::uint32_t bits = 0;
  while (getrandom(&bits, sizeof bits, 0) != static_cast<ssize_t>(sizeof bits)) {
    if (errno != EINTR) std::abort();
  }
  return bits;
}

// Counts of shared pointers are plain numbers where it is true; never is always right.
char __libc_single_threaded = 0;  // NOLINT: the C library's name
}
