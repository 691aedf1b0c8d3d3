#include "common/files/spool.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>

#include "common/errors/error.h"

namespace ctgan::files {
namespace {

using errors::Error;
using errors::Kind;

constexpr const char* k_elsewhere = "name a folder with room in the environment variable TMPDIR";

// What mkstemp and its kin fill in.
std::string pattern_in(const std::filesystem::path& folder) {
  return (folder / "ctgan-XXXXXX").string();
}

[[noreturn]] void refuse(const std::filesystem::path& folder) {
  const Error reason = errors::from_errno(errno, "make a temporary file in", folder.string());
  throw Error(Kind::cannot_create, reason.sentence(), k_elsewhere);
}

}  // namespace

std::filesystem::path spool_folder() {
  const char* const named = std::getenv("TMPDIR");
  if (named != nullptr && *named != '\0') return named;
  return access("/var/tmp", W_OK | X_OK) == 0 ? "/var/tmp" : "/tmp";
}

Spool::Spool() : folder_(spool_folder()) {
  std::string name = pattern_in(folder_);
  file_ = FileHandle(mkostemp(name.data(), O_CLOEXEC));
  if (!file_) refuse(folder_);
  unlink(name.c_str());
}

void Spool::write(std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t put = ::write(file_.get(), bytes.data(), bytes.size());
    if (put < 0 && errno == EINTR) continue;
    if (put < 0) {
      const Error reason = errors::from_errno(errno, "write a temporary file in", folder_);
      throw Error(Kind::io, reason.sentence(), k_elsewhere);
    }
    bytes.remove_prefix(static_cast<std::size_t>(put));
  }
}

std::filesystem::path Spool::path() const {
  return fmt::format("/proc/self/fd/{}", file_.get());
}

PrivateFolder::PrivateFolder() {
  std::string name = pattern_in(spool_folder());
  if (mkdtemp(name.data()) == nullptr) refuse(spool_folder());
  path_ = name;
}

PrivateFolder::~PrivateFolder() {
  std::error_code ignored;
  std::filesystem::remove_all(path_, ignored);
}

}  // namespace ctgan::files
