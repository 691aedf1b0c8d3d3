#include "common/files/descriptor.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>

#include "common/errors/error.h"

namespace ctgan::files {

using errors::Error;
using errors::Kind;

std::size_t DescriptorSource::read(std::span<char> buffer) {
  for (;;) {
    const ssize_t got = ::read(descriptor_, buffer.data(), buffer.size());
    if (got >= 0) return static_cast<std::size_t>(got);
    if (errno == ECONNRESET) return 0;
    if (errno != EINTR) throw errors::from_errno(errno, "read", "the connection");
  }
}

void DescriptorSink::write(std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t put = ::write(descriptor_, bytes.data(), bytes.size());
    if (put < 0 && errno == EINTR) continue;
    if (put < 0 && (errno == EPIPE || errno == ECONNRESET)) {
      throw Error(Kind::try_again, "the other end closed the connection", "run the same command again");
    }
    if (put < 0) throw errors::from_errno(errno, "write to", "the connection");
    bytes.remove_prefix(static_cast<std::size_t>(put));
  }
}

void widen_pipe(int descriptor) {
  constexpr int k_bytes = 1 << 20;
  fcntl(descriptor, F_SETPIPE_SZ, k_bytes);
}

}  // namespace ctgan::files
