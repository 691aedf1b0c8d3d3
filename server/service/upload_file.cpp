#include "server/service/upload_file.h"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <thread>

#include "common/errors/error.h"
#include "common/files/descriptor.h"

namespace ctgan::server::service {
namespace {

using errors::Error;
using errors::Kind;

constexpr const char* k_shown = "the upload";

// A transfer whose connection has just gone needs a moment to notice.
bool lock_soon(int descriptor) {
  constexpr int k_tries = 50;
  for (int i = 0; i < k_tries; ++i) {
    if (flock(descriptor, LOCK_EX | LOCK_NB) == 0) return true;
    std::this_thread::sleep_for(std::chrono::milliseconds(100));
  }
  return false;
}

}  // namespace

UploadFile::UploadFile(const std::filesystem::path& path, std::uint64_t offset)
    : file_(::open(path.c_str(), O_WRONLY | O_CLOEXEC | O_NOFOLLOW)) {
  if (!file_) throw errors::from_errno(errno, "open", k_shown);
  if (!lock_soon(file_.get())) {
    throw Error(Kind::try_again, "another transfer of this file is under way", "try again in a minute");
  }
  if (ftruncate(file_.get(), static_cast<off_t>(offset)) != 0 ||
      lseek(file_.get(), static_cast<off_t>(offset), SEEK_SET) < 0) {
    throw errors::from_errno(errno, "write", k_shown);
  }
}

void UploadFile::write(std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t put = ::write(file_.get(), bytes.data(), bytes.size());
    if (put < 0 && errno == EINTR) continue;
    if (put < 0) throw errors::from_errno(errno, "write", k_shown);
    bytes.remove_prefix(static_cast<std::size_t>(put));
  }
}

void UploadFile::finish() {
  if (fsync(file_.get()) != 0) throw errors::from_errno(errno, "write", k_shown);
}

}  // namespace ctgan::server::service
