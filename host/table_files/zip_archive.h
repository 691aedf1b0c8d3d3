// The files in a zip archive, by minizip.
#pragma once

#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

namespace ctgan::host::table_files {

// Not safe to share between threads.
class ZipArchive {
 public:
  // Throws Error(bad_data) for what is no such archive.
  explicit ZipArchive(const std::filesystem::path& file);
  ~ZipArchive();
  ZipArchive(const ZipArchive&) = delete;
  ZipArchive& operator=(const ZipArchive&) = delete;

  // Names are the same in small and capital letters.
  bool has(const std::string& name) const;
  // Calls `take` with the unpacked bytes in their order, piece by piece. Throws Error(bad_data) where there is no such
  // file, or it is damaged or encrypted.
  void read(const std::string& name, const std::function<void(std::string_view)>& take) const;

 private:
  struct Close {
    void operator()(void* archive) const;
  };
  std::unique_ptr<void, Close> archive_;
};

}  // namespace ctgan::host::table_files
