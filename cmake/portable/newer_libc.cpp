// What the archives of Debian 12 that are linked in ask of the C library, and those before glibc 2.32 and 2.36 lack
// (cmake/portable.cmake).
#include <sys/random.h>

#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <cstdlib>

extern "C" {

// expat salts its hashes with it.
void arc4random_buf(void* bytes, std::size_t size) {
  for (std::size_t have = 0; have < size;) {
    const ssize_t got = getrandom(static_cast<char*>(bytes) + have, size - have, 0);
    if (got > 0) have += static_cast<std::size_t>(got);
    if (got < 0 && errno != EINTR) std::abort();
  }
}

// std::random_device reads it.
std::uint32_t arc4random() {
  std::uint32_t bits = 0;
  arc4random_buf(&bits, sizeof bits);
  return bits;
}

// Counts of shared pointers are plain numbers where it is true; never is always right.
char __libc_single_threaded = 0;  // NOLINT: the C library's name
}
