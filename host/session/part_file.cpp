#include "host/session/part_file.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>

#include "common/errors/error.h"

namespace ctgan::host::session {
namespace {

using errors::Error;
using errors::Kind;

}  // namespace

PartFile::PartFile(const std::filesystem::path& folder, const std::string& name)
    : path_(folder / fmt::format(".{}.part", name)), name_(name) {
  file_ =
      files::FileHandle(::open(path_.c_str(), O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC | O_NOFOLLOW, 0600));
  if (!file_) {
    const Error reason = errors::from_errno(errno, "create", path_.string());
    throw Error(reason.kind() == Kind::io ? Kind::io : Kind::cannot_create, reason.sentence(), reason.hint());
  }
  if (flock(file_.get(), LOCK_EX | LOCK_NB) != 0) {
    throw Error(Kind::try_again,
                fmt::format("{} is being downloaded to the same folder already", errors::quoted(name)),
                "wait for the other download");
  }
}

PartFile::~PartFile() {
  if (file_ && (!kept_ || size() == 0)) ::unlink(path_.c_str());
}

std::uint64_t PartFile::size() const {
  struct stat status {};
  return fstat(file_.get(), &status) == 0 ? static_cast<std::uint64_t>(status.st_size) : 0;
}

void PartFile::clear() {
  if (ftruncate(file_.get(), 0) != 0) throw errors::from_errno(errno, "write", path_.string());
}

void PartFile::write(std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t put = ::write(file_.get(), bytes.data(), bytes.size());
    if (put < 0 && errno == EINTR) continue;
    if (put < 0) throw errors::from_errno(errno, "write", name_);
    bytes.remove_prefix(static_cast<std::size_t>(put));
  }
}

void PartFile::publish(const std::filesystem::path& to, files::AtomicFile::IfExists if_exists) {
  if (if_exists == files::AtomicFile::IfExists::refuse) {
    files::rename_to_new(path_, to);
  } else {
    if (::rename(path_.c_str(), to.c_str()) != 0) throw errors::from_errno(errno, "replace", to.string());
    files::sync_folder(path_.parent_path());
  }
  file_.close();
}

}  // namespace ctgan::host::session
