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

bool lock_within(int descriptor, std::chrono::milliseconds patience) {
  const auto deadline = std::chrono::steady_clock::now() + patience;
  while (flock(descriptor, LOCK_EX | LOCK_NB) != 0) {
    if (errno != EWOULDBLOCK && errno != EINTR) throw errors::from_errno(errno, "lock", k_shown);
    if (std::chrono::steady_clock::now() > deadline) return false;
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
  }
  return true;
}

}  // namespace

UploadFile::UploadFile(const std::filesystem::path& path, std::uint64_t offset,
                       std::chrono::milliseconds patience)
    : file_(::open(path.c_str(), O_WRONLY | O_CLOEXEC | O_NOFOLLOW)) {
  if (!file_ && errno == ENOENT)
    throw Error(Kind::try_again, "the upload is not there any more", "run the same command again");
  if (!file_) throw errors::from_errno(errno, "open", k_shown);
  if (!lock_within(file_.get(), patience)) {
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
  if (::close(file_.release()) != 0 && errno != EINTR) throw errors::from_errno(errno, "write", k_shown);
}

void HashedUpload::write(std::string_view bytes) {
  file_.write(bytes);
  hash_.write(bytes);
}

}  // namespace ctgan::server::service
