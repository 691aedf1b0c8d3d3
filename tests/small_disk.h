// A file system of a few bytes, for tests of a full disk. False when this machine does not let us mount one.
#pragma once

#include <sys/mount.h>

#include <filesystem>
#include <utility>

namespace ctgan::tests {

class SmallDisk {
 public:
  SmallDisk(std::filesystem::path path, const char* size) : path_(std::move(path)) {
    std::filesystem::create_directories(path_);
    mounted_ = mount("tmpfs", path_.c_str(), "tmpfs", 0, size) == 0;
    std::filesystem::permissions(path_, std::filesystem::perms::owner_all);
  }
  ~SmallDisk() {
    if (mounted_) umount2(path_.c_str(), MNT_DETACH);
  }
  SmallDisk(const SmallDisk&) = delete;
  SmallDisk& operator=(const SmallDisk&) = delete;
  explicit operator bool() const { return mounted_; }

 private:
  std::filesystem::path path_;
  bool mounted_ = false;
};

}  // namespace ctgan::tests
