#include "common/files/file.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <utility>

#include "common/errors/error.h"
#include "common/failpoints/failpoint.h"
#include "common/secrets/secret.h"

namespace ctgan::files {
namespace {

using errors::Error;
using errors::from_errno;
using errors::Kind;

constexpr std::string_view k_part_mark = ".part-";

std::filesystem::path folder_of(const std::filesystem::path& path) {
  return path.has_parent_path() ? path.parent_path() : std::filesystem::path(".");
}

[[noreturn]] void refuse_existing(const std::filesystem::path& path) {
  throw Error(Kind::cannot_create, fmt::format("{} exists already", errors::quoted(path.string())),
              "choose another name, or move the old file away");
}

bool is_same_file(const std::filesystem::path& path, const struct stat& one) {
  struct stat status {};
  return lstat(path.c_str(), &status) == 0 && status.st_dev == one.st_dev && status.st_ino == one.st_ino;
}

Error cannot_create(int number, const std::filesystem::path& path) {
  Error reason = from_errno(number, "create", path.string());
  if (reason.kind() == Kind::io) return reason;
  const std::string hint = number == ENOENT ? "the folder does not exist: create it first" : reason.hint();
  return {Kind::cannot_create, reason.sentence(), hint};
}

}  // namespace

FileHandle::FileHandle(FileHandle&& other) noexcept : descriptor_(std::exchange(other.descriptor_, -1)) {}

FileHandle& FileHandle::operator=(FileHandle&& other) noexcept {
  std::swap(descriptor_, other.descriptor_);
  return *this;
}

FileHandle::~FileHandle() {
  close();
}

void FileHandle::close() {
  if (descriptor_ >= 0) ::close(std::exchange(descriptor_, -1));
}

FileSource::FileSource(const std::filesystem::path& path, std::uint64_t offset)
    : file_(::open(path.c_str(), O_RDONLY | O_CLOEXEC)), path_(path.string()) {
  if (!file_) throw from_errno(errno, "open", path_);
  struct stat status {};
  if (fstat(file_.get(), &status) != 0) throw from_errno(errno, "read", path_);
  if (S_ISDIR(status.st_mode)) {
    throw Error(Kind::bad_data, fmt::format("{} is a folder, not a file", errors::quoted(path_)));
  }
  size_ = static_cast<std::uint64_t>(status.st_size);
  if (offset > 0 && lseek(file_.get(), static_cast<off_t>(offset), SEEK_SET) < 0) {
    throw from_errno(errno, "read", path_);
  }
}

std::size_t FileSource::read(std::span<char> buffer) {
  for (;;) {
    const ssize_t got = ::read(file_.get(), buffer.data(), buffer.size());
    if (got >= 0) return static_cast<std::size_t>(got);
    if (errno != EINTR) throw from_errno(errno, "read", path_);
  }
}

AtomicFile::AtomicFile(std::filesystem::path path, IfExists if_exists)
    : path_(std::move(path)), if_exists_(if_exists) {
  if (if_exists_ == IfExists::refuse && std::filesystem::exists(std::filesystem::symlink_status(path_))) {
    refuse_existing(path_);
  }
  remove_abandoned_parts(folder_of(path_), path_.filename().string());
  make_part();
  failpoints::failpoint("file: its part was made");
}

// Who removes abandoned ones may take it for one before it is locked.
void AtomicFile::make_part() {
  struct stat status {};
  do {
    part_ = folder_of(path_) / part_name(path_.filename().string());
    file_ = FileHandle(::open(part_.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600));
    if (!file_) throw cannot_create(errno, path_);
    // A file system without locks keeps what killed writers left.
    flock(file_.get(), LOCK_EX | LOCK_NB);
    if (fstat(file_.get(), &status) != 0) throw from_errno(errno, "write", path_.string());
  } while (status.st_nlink == 0);
}

AtomicFile::~AtomicFile() {
  if (file_) ::unlink(part_.c_str());
}

void AtomicFile::write(std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t put = ::write(file_.get(), bytes.data(), bytes.size());
    if (put < 0 && errno == EINTR) continue;
    if (put < 0) throw from_errno(errno, "write", path_.string());
    bytes.remove_prefix(static_cast<std::size_t>(put));
  }
}

void AtomicFile::commit() {
  failpoints::failpoint("file: it was written");
  if (fsync(file_.get()) != 0) throw from_errno(errno, "write", path_.string());
  failpoints::failpoint("file: it is durable");
  if (if_exists_ == IfExists::refuse) {
    rename_to_new(part_, path_);
  } else {
    if (::rename(part_.c_str(), path_.c_str()) != 0) throw cannot_create(errno, path_);
    failpoints::failpoint("file: it was renamed");
    sync_folder(folder_of(path_));
  }
  file_.close();
}

bool AtomicFile::swap() const {
  return renameat2(AT_FDCWD, part_.c_str(), AT_FDCWD, path_.c_str(), RENAME_EXCHANGE) == 0;
}

bool AtomicFile::commit_in_place_of(const FileHandle& old) {
  struct stat status {};
  if (fstat(old.get(), &status) != 0) throw from_errno(errno, "read", path_.string());
  const timespec times[2] = {status.st_atim, status.st_mtim};
  if (futimens(file_.get(), times) != 0 || fsync(file_.get()) != 0)
    throw from_errno(errno, "write", path_.string());
  failpoints::failpoint("file: it is durable, and the old one stands");
  if (swap()) {
    if (!is_same_file(part_, status)) {
      swap();
      return false;
    }
  } else if (errno == ENOENT) {
    return false;
  } else if (errno != EINVAL && errno != ENOSYS) {
    throw cannot_create(errno, path_);
  } else {
    // A file system that knows no exchange.
    if (!is_same_file(path_, status)) return false;
    if (::rename(part_.c_str(), path_.c_str()) != 0) throw cannot_create(errno, path_);
  }
  failpoints::failpoint("file: it has taken the old one's place");
  sync_folder(folder_of(path_));
  return true;
}

std::string part_name(std::string_view name) {
  return fmt::format(".{}{}{}", name, k_part_mark, secrets::random_hex(8));
}

std::string_view final_name(std::string_view name) {
  const std::size_t mark = name.rfind(k_part_mark);
  return name.starts_with('.') && mark != std::string_view::npos && mark > 1 ? name.substr(1, mark - 1)
                                                                             : name;
}

std::size_t remove_abandoned_parts(const std::filesystem::path& folder, std::string_view name) {
  std::size_t count = 0;
  std::error_code nothing;
  for (const auto& entry : std::filesystem::directory_iterator(folder, nothing)) {
    const std::string part = entry.path().filename().string();
    const std::string_view whole = final_name(part);
    if (whole == part || (!name.empty() && whole != name)) continue;
    const FileHandle file(::open(entry.path().c_str(), O_WRONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK));
    // Its writer holds the lock for as long as it lives.
    if (file && flock(file.get(), LOCK_EX | LOCK_NB) == 0 && ::unlink(entry.path().c_str()) == 0) ++count;
  }
  return count;
}

void rename_to_new(const std::filesystem::path& from, const std::filesystem::path& to) {
  int failed = renameat2(AT_FDCWD, from.c_str(), AT_FDCWD, to.c_str(), RENAME_NOREPLACE);
  // Some network file systems do not know the flag.
  if (failed != 0 && errno == EINVAL) {
    failed = ::link(from.c_str(), to.c_str());
    if (failed == 0) ::unlink(from.c_str());
  }
  if (failed != 0 && errno == EEXIST) refuse_existing(to);
  if (failed != 0) throw cannot_create(errno, to);
  failpoints::failpoint("file: it was renamed to a new name");
  sync_folder(folder_of(to));
}

std::string read_file(const std::filesystem::path& path, std::size_t limit) {
  FileSource source(path);
  std::string content;
  std::size_t used = 0;
  for (;;) {
    content.resize(used + 65536);
    const std::size_t got = source.read({content.data() + used, content.size() - used});
    used += got;
    if (used > limit) {
      throw Error(Kind::bad_data,
                  fmt::format("{} is larger than {} bytes", errors::quoted(path.string()), limit));
    }
    if (got == 0) break;
  }
  content.resize(used);
  return content;
}

void write_file(const std::filesystem::path& path, std::string_view bytes, AtomicFile::IfExists if_exists) {
  AtomicFile file(path, if_exists);
  file.write(bytes);
  file.commit();
}

void make_private_folder(const std::filesystem::path& path) {
  if (path.empty() || std::filesystem::is_directory(path)) return;
  if (path.has_parent_path() && path.parent_path() != path) make_private_folder(path.parent_path());
  if (::mkdir(path.c_str(), 0700) != 0 && errno != EEXIST) throw cannot_create(errno, path);
  if (!std::filesystem::is_directory(path)) refuse_existing(path);
}

void sync_folder(const std::filesystem::path& path) {
  const FileHandle folder(::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!folder || fsync(folder.get()) != 0) throw from_errno(errno, "sync the folder", path.string());
}

}  // namespace ctgan::files
