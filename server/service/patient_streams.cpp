#include "server/service/patient_streams.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>

#include "common/errors/error.h"
#include "common/files/descriptor.h"

namespace ctgan::server::service {
namespace {

using errors::Error;
using errors::Kind;

// What an int of milliseconds holds.
constexpr std::chrono::milliseconds k_longest = std::chrono::hours(24 * 20);

// False when nothing happened for so long.
bool ready_within(int descriptor, short events, std::chrono::milliseconds patience) {
  pollfd wanted{descriptor, events, 0};
  int ready = 0;
  do {
    ready = poll(&wanted, 1, static_cast<int>(std::min(patience, k_longest).count()));
  } while (ready < 0 && errno == EINTR);
  return ready != 0;
}

std::int64_t seconds(std::chrono::milliseconds time) {
  return std::chrono::duration_cast<std::chrono::seconds>(time).count();
}

}  // namespace

std::size_t PatientSource::read(std::span<char> buffer) {
  if (!ready_within(descriptor_, POLLIN, patience_)) {
    throw Error(Kind::try_again, fmt::format("nothing came for {} seconds", seconds(patience_)),
                "run the same command again: it goes on where it stopped");
  }
  return files::DescriptorSource(descriptor_).read(buffer);
}

PatientSink::PatientSink(int descriptor, std::chrono::milliseconds patience)
    : descriptor_(descriptor), patience_(patience) {
  struct stat facts {};
  if (fstat(descriptor, &facts) != 0 || (!S_ISFIFO(facts.st_mode) && !S_ISSOCK(facts.st_mode))) return;
  const int flags = fcntl(descriptor, F_GETFL);
  if (flags >= 0 && fcntl(descriptor, F_SETFL, flags | O_NONBLOCK) == 0) flags_ = flags;
}

PatientSink::~PatientSink() {
  if (flags_ >= 0) fcntl(descriptor_, F_SETFL, flags_);
}

void PatientSink::write(std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t put = ::write(descriptor_, bytes.data(), bytes.size());
    if (put >= 0) {
      bytes.remove_prefix(static_cast<std::size_t>(put));
    } else if (errno == EAGAIN) {
      wait();
    } else if (errno == EPIPE || errno == ECONNRESET) {
      throw Error(Kind::try_again, "the other end closed the connection", "run the same command again");
    } else if (errno != EINTR) {
      throw errors::from_errno(errno, "write to", "the connection");
    }
  }
}

void PatientSink::wait() const {
  if (ready_within(descriptor_, POLLOUT, patience_)) return;
  throw Error(Kind::try_again, fmt::format("the other end took nothing for {} seconds", seconds(patience_)),
              "run the same command again");
}

}  // namespace ctgan::server::service
