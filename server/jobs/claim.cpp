#include "server/jobs/claim.h"

#include <fcntl.h>
#include <sys/file.h>

#include <cerrno>

#include "common/errors/error.h"

namespace ctgan::server::jobs {
namespace {

using files::FileHandle;

// Without a lock when another process holds it.
FileHandle lock(const JobFolder& folder) {
  FileHandle file(::open(folder.lock().c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600));
  if (!file) throw errors::from_errno(errno, "open", folder.lock().string());
  if (flock(file.get(), LOCK_EX | LOCK_NB) == 0) return file;
  if (errno != EWOULDBLOCK) throw errors::from_errno(errno, "lock", folder.lock().string());
  return {};
}

}  // namespace

std::optional<Claim> Claim::take(const JobFolder& folder) {
  FileHandle held = lock(folder);
  if (!held) return std::nullopt;
  const FileHandle attempt(::open(folder.attempt().c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600));
  if (attempt) return Claim(std::move(held));
  if (errno == EEXIST) return std::nullopt;
  throw errors::from_errno(errno, "create", folder.attempt().string());
}

std::optional<Claim> Claim::inherit(const JobFolder& folder) {
  if (!is_claimed(folder)) return std::nullopt;
  FileHandle held = lock(folder);
  if (!held) return std::nullopt;
  return Claim(std::move(held));
}

bool is_claimed(const JobFolder& folder) {
  return std::filesystem::exists(folder.attempt());
}

}  // namespace ctgan::server::jobs
