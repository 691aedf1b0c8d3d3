#include "server/store/presence.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>

#include "common/errors/error.h"
#include "common/secrets/secret.h"

namespace ctgan::server::store {
namespace {

using files::FileHandle;

constexpr std::size_t k_id_bytes = 16;

bool lock(const FileHandle& file, int how) {
  while (flock(file.get(), how) != 0) {
    if (errno == EWOULDBLOCK) return false;
    if (errno != EINTR) throw errors::from_errno(errno, "lock", "a file of the store");
  }
  return true;
}

// Empty when it is not there.
FileHandle open_there(const std::filesystem::path& path) {
  FileHandle file(::open(path.c_str(), O_RDWR | O_CLOEXEC | O_NOFOLLOW));
  if (!file && errno != ENOENT) throw errors::from_errno(errno, "open", path.string());
  return file;
}

}  // namespace

Presence::Presence(const Layout& layout) {
  files::make_private_folder(layout.connections());
  // A sweeper may take the new file for a dead one's before it is locked.
  struct stat status {};
  do {
    id_ = secrets::random_hex(k_id_bytes);
    path_ = layout.connections() / id_;
    file_ = FileHandle(::open(path_.c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600));
    if (!file_) throw errors::from_errno(errno, "create", path_.string());
    lock(file_, LOCK_EX);
    if (fstat(file_.get(), &status) != 0) throw errors::from_errno(errno, "read", path_.string());
  } while (status.st_nlink == 0);
}

Presence::~Presence() {
  ::unlink(path_.c_str());
}

bool is_locked(const std::filesystem::path& path) {
  const FileHandle file = open_there(path);
  return file && !lock(file, LOCK_SH | LOCK_NB);
}

bool lives(const Layout& layout, const std::string& id) {
  return !id.empty() && is_locked(layout.connections() / id);
}

void sweep_presences(const Layout& layout) {
  std::error_code nothing;
  for (const auto& entry : std::filesystem::directory_iterator(layout.connections(), nothing)) {
    const FileHandle file = open_there(entry.path());
    if (file && lock(file, LOCK_EX | LOCK_NB)) ::unlink(entry.path().c_str());
  }
}

}  // namespace ctgan::server::store
