// Room on the disk for what passes through: private to this user, and gone with the process.
//
//     Spool spool;
//     spool.write(bytes);
//     read_again(spool.path());
#pragma once

#include <filesystem>
#include <string>

#include "common/files/byte_sink.h"
#include "common/files/file.h"

namespace ctgan::files {

// $TMPDIR, else /var/tmp, else /tmp: a table may be larger than a file system in memory.
std::filesystem::path spool_folder();

// A file of mode 0600 without a name, so that nothing stays even if the process is killed. It may be read by
// path() while it lives, by this process alone.
class Spool : public ByteSink {
 public:
  // Throws Error(cannot_create), hint TMPDIR.
  Spool();
  // Throws Error(io), hint TMPDIR when the disk is full.
  void write(std::string_view bytes) override;
  std::filesystem::path path() const;

 private:
  FileHandle file_;
  std::string folder_;
};

// A folder of mode 0700, removed with all that is in it.
class PrivateFolder {
 public:
  // Throws Error(cannot_create), hint TMPDIR.
  PrivateFolder();
  ~PrivateFolder();
  PrivateFolder(const PrivateFolder&) = delete;
  PrivateFolder& operator=(const PrivateFolder&) = delete;
  const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

}  // namespace ctgan::files
