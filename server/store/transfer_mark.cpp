#include "server/store/transfer_mark.h"

#include <fcntl.h>

namespace ctgan::server::store {
namespace {

// FNV-1a: places of two names may meet, which costs a connection that stays a little longer.
off_t place_of(const std::string& user) {
  constexpr off_t k_behind_all_files = off_t{1} << 40;
  std::uint32_t hash = 2166136261U;
  for (const char c : user) hash = (hash ^ static_cast<unsigned char>(c)) * 16777619U;
  return k_behind_all_files + static_cast<off_t>(hash);
}

struct flock one_byte(short type, const std::string& user) {
  struct flock lock {};
  lock.l_type = type;
  lock.l_whence = SEEK_SET;
  lock.l_start = place_of(user);
  lock.l_len = 1;
  return lock;
}

files::FileHandle opened(const Layout& layout) {
  return files::FileHandle(::open(layout.settings().c_str(), O_RDONLY | O_CLOEXEC));
}

}  // namespace

TransferMark::TransferMark(const Layout& layout, const std::string& user) : file_(opened(layout)) {
  struct flock lock = one_byte(F_RDLCK, user);
  if (file_) fcntl(file_.get(), F_OFD_SETLK, &lock);
}

bool is_transferring(const Layout& layout, const std::string& user) {
  const files::FileHandle file = opened(layout);
  struct flock lock = one_byte(F_WRLCK, user);
  return file && fcntl(file.get(), F_OFD_GETLK, &lock) == 0 && lock.l_type != F_UNLCK;
}

}  // namespace ctgan::server::store
