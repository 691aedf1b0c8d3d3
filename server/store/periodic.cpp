#include "server/store/periodic.h"

#include <fcntl.h>
#include <sys/stat.h>

#include "common/files/file.h"

namespace ctgan::server::store {

bool is_due(const std::filesystem::path& mark, std::time_t seconds) {
  struct stat status {};
  const std::time_t now = std::time(nullptr);
  if (stat(mark.c_str(), &status) == 0 && now >= status.st_mtime && now - status.st_mtime < seconds)
    return false;
  const files::FileHandle file(::open(mark.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600));
  if (file) futimens(file.get(), nullptr);
  return true;
}

}  // namespace ctgan::server::store
