// A download on its way: "<folder>/.<name>.part", so that a transfer that broke off can go on where it
// stopped.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>

#include "common/files/byte_sink.h"
#include "common/files/file.h"

namespace ctgan::host::session {

// Owns the file, with a lock: two downloads of one name into one folder cannot mix.
class PartFile : public files::ByteSink {
 public:
  // Opens what an earlier try left, or makes an empty file (mode 0600). Throws Error(cannot_create), and
  // Error(try_again) when another process is at it.
  PartFile(const std::filesystem::path& folder, const std::string& name);
  // Removes the file unless keep() or publish() was called.
  ~PartFile() override;

  std::uint64_t size() const;
  // Drops all bytes.
  void clear();
  // Appends.
  void write(std::string_view bytes) override;
  // Leaves what is there for the next try.
  void keep() { kept_ = true; }
  // Gives the file its final name in the same folder; with `refuse` it must be free.
  void publish(const std::filesystem::path& to, files::AtomicFile::IfExists if_exists);
  const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
  std::string name_;
  files::FileHandle file_;
  bool kept_ = false;
};

}  // namespace ctgan::host::session
