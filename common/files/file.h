// Plain files, and files that appear whole or not at all.
//
//     AtomicFile file("out/a.csv", AtomicFile::IfExists::refuse);
//     file.write("...");
//     file.commit();               // fsync, rename, fsync of the folder; without it nothing remains
//
// Every path in an error message is the final one, as the user knows it.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <utility>

#include "common/files/byte_sink.h"
#include "common/files/byte_source.h"

namespace ctgan::files {

// Owns a file descriptor.
class FileHandle {
 public:
  FileHandle() = default;
  explicit FileHandle(int descriptor) : descriptor_(descriptor) {}
  FileHandle(FileHandle&& other) noexcept;
  FileHandle& operator=(FileHandle&& other) noexcept;
  ~FileHandle();

  int get() const { return descriptor_; }
  explicit operator bool() const { return descriptor_ >= 0; }
  void close();
  // Gives the descriptor to someone else.
  int release() { return std::exchange(descriptor_, -1); }

 private:
  int descriptor_ = -1;
};

// Throws Error(no_input) when it does not exist, (bad_data) when it is a folder, (permission) or (io).
class FileSource : public ByteSource {
 public:
  explicit FileSource(const std::filesystem::path& path, std::uint64_t offset = 0);
  std::size_t read(std::span<char> buffer) override;
  std::uint64_t size() const { return size_; }

 private:
  FileHandle file_;
  std::string path_;
  std::uint64_t size_ = 0;
};

class AtomicFile : public ByteSink {
 public:
  enum class IfExists { refuse, replace };

  // Creates a part file in the folder (part_name; mode 0600, exclusively) and locks it; parts for the same name whose
  // writers were killed are removed. Throws Error(cannot_create) when the
  // final name exists and IfExists::refuse, or the folder does not exist or cannot be written.
  AtomicFile(std::filesystem::path path, IfExists if_exists);
  // Removes the part file unless committed.
  ~AtomicFile() override;

  void write(std::string_view bytes) override;
  // Makes the file durable and visible. With refuse, an existing name is never overwritten, not even by a
  // race (renameat2 RENAME_NOREPLACE): throws Error(cannot_create).
  void commit();
  // As commit, in the place of the open file `old`, whose time of modification stays; that is exchanged with it, so that
  // what was deleted meanwhile is not brought back. False when `old` does not stand there any more; nothing remains then.
  bool commit_in_place_of(const FileHandle& old);
  const std::filesystem::path& path() const { return path_; }

 private:
  void make_part();
  bool swap() const;

  std::filesystem::path path_;
  std::filesystem::path part_;
  IfExists if_exists_;
  FileHandle file_;
};

// ".<name>.part-<random>", a name for what will be `name` once it is whole.
std::string part_name(std::string_view name);
// What a part file will be; any other name as it is.
std::string_view final_name(std::string_view name);
// Removes the folder's part files whose writers were killed: those for `name`, or all. Returns how many.
std::size_t remove_abandoned_parts(const std::filesystem::path& folder, std::string_view name = {});

// Whole small files. `limit` guards against surprises: Error(bad_data) when the file is larger.
std::string read_file(const std::filesystem::path& path, std::size_t limit = std::size_t{16} << 20);
void write_file(const std::filesystem::path& path, std::string_view bytes, AtomicFile::IfExists if_exists);

// Renames within a folder, durably, to a name that must be free, even in a race (renameat2 RENAME_NOREPLACE).
// Throws Error(cannot_create) when it is taken.
void rename_to_new(const std::filesystem::path& from, const std::filesystem::path& to);

// Makes the folder and its missing parents with mode 0700. Throws Error(cannot_create).
void make_private_folder(const std::filesystem::path& path);
// fsync of a folder, so that a rename in it survives a power cut.
void sync_folder(const std::filesystem::path& path);

}  // namespace ctgan::files
