#include "server/store/at_rest.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <functional>
#include <optional>

#include "common/errors/error.h"
#include "common/failpoints/failpoint.h"
#include "common/files/checksum.h"
#include "common/files/descriptor.h"
#include "server/store/presence.h"

namespace ctgan::server::store {
namespace {

using encryption::Key;
using encryption::StoredFile;
using errors::Error;
using errors::Kind;

struct Place {
  Shelf shelf;
  std::string user;
  std::string name;
};

// What goes wrong with one file is for `failed`, and holds up no other.
void for_each_file(Store& store, const std::function<void(const Place& place, const StoredFile& file)>& visit,
                   const std::function<void(const Error& error)>& failed) {
  for (const User& user : store.users().list()) {
    for (const Shelf shelf : k_all_shelves) {
      for (const Artifact& artifact : store.shelves().list(shelf, user.name)) {
        try {
          const Place place{shelf, user.name, artifact.name};
          visit(place, store.shelves().open(shelf, user.name, artifact.name));
        } catch (const Error& error) {
          // Deleted since it was listed.
          if (error.kind() != Kind::no_input) failed(error);
        }
      }
    }
  }
}

// A file that takes another's place only when it is whole.
class Replacement {
 public:
  explicit Replacement(const std::filesystem::path& path) : path_(path) {
    struct stat status {};
    // Who tidies up may take the new file for a dead one's before it is locked.
    do {
      part_ = path.parent_path() / files::part_name(path.filename().string());
      file_ = files::FileHandle(
          ::open(part_.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600));
      if (!file_) throw errors::from_errno(errno, "create", part_.string());
      if (flock(file_.get(), LOCK_EX) != 0 || fstat(file_.get(), &status) != 0)
        throw errors::from_errno(errno, "lock", part_.string());
    } while (status.st_nlink == 0);
  }
  ~Replacement() { ::unlink(part_.c_str()); }
  Replacement(const Replacement&) = delete;
  Replacement& operator=(const Replacement&) = delete;

  int descriptor() const { return file_.get(); }

  // False when `old` is not what stands there any more: it was deleted, or somebody else has replaced it.
  bool take_the_place_of(const struct stat& old) {
    // Lists are ordered by the time of making, which stays.
    const timespec times[2] = {old.st_atim, old.st_mtim};
    if (futimens(file_.get(), times) != 0 || fsync(file_.get()) != 0)
      throw errors::from_errno(errno, "write", path_.string());
    failpoints::failpoint("rewriting: the new file is durable");
    if (!exchange(old)) return false;
    failpoints::failpoint("rewriting: it has taken the old one's place");
    files::sync_folder(path_.parent_path());
    return true;
  }

 private:
  static bool is(const std::filesystem::path& path, const struct stat& one) {
    struct stat status {};
    return lstat(path.c_str(), &status) == 0 && status.st_dev == one.st_dev && status.st_ino == one.st_ino;
  }
  // An exchange and not a rename: that would bring back what was deleted.
  bool exchange(const struct stat& old) const {
    if (swap()) {
      if (is(part_, old)) return true;
      swap();
      return false;
    }
    if (errno == ENOENT) return false;
    if (errno != EINVAL && errno != ENOSYS) throw errors::from_errno(errno, "create", path_.string());
    // A file system that knows no exchange.
    if (!is(path_, old)) return false;
    if (std::rename(part_.c_str(), path_.c_str()) != 0)
      throw errors::from_errno(errno, "create", path_.string());
    return true;
  }
  bool swap() const {
    return renameat2(AT_FDCWD, part_.c_str(), AT_FDCWD, path_.c_str(), RENAME_EXCHANGE) == 0;
  }

  std::filesystem::path path_, part_;
  files::FileHandle file_;
};

// Returns the hash of what it has copied.
std::string copy_content(const StoredFile& from, const Key* key, int to) {
  files::DescriptorSink out(to);
  std::optional<encryption::EncryptingSink> encrypted;
  if (key != nullptr) encrypted.emplace(*key, out);
  files::ByteSink& sink = encrypted ? static_cast<files::ByteSink&>(*encrypted) : out;
  files::Sha256 hash;
  const auto content = from.content();
  std::vector<char> buffer(std::size_t{1} << 18);
  while (const std::size_t got = content->read(buffer)) {
    sink.write({buffer.data(), got});
    hash.write({buffer.data(), got});
  }
  if (encrypted) encrypted->finish();
  return hash.hex();
}

bool rewrite(Store& store, const Place& place, const StoredFile& file, const Key* key) {
  const std::optional<encryption::KeyId> wanted = key == nullptr ? std::nullopt : std::optional(key->id);
  if (file.key() == wanted) return false;
  struct stat old {};
  if (fstat(file.file().get(), &old) != 0) throw errors::from_errno(errno, "read", place.name);
  Replacement replacement(store.layout().shelf(place.shelf, place.user) / place.name);
  const std::string sha256 = copy_content(file, key, replacement.descriptor());
  if (sha256 != store.shelves().sha256(place.shelf, place.user, place.name)) {
    throw Error(Kind::bad_data,
                fmt::format("{} of {} is damaged: its bytes are not those that were made",
                            errors::quoted(place.name), errors::quoted(place.user)),
                "bring it back from a backup, or delete it");
  }
  return replacement.take_the_place_of(old);
}

}  // namespace

AtRest look_at_rest(Store& store) {
  AtRest found;
  const encryption::KeyRing none;
  const encryption::KeyRing& keys = store.shelves().keys() == nullptr ? none : *store.shelves().keys();
  for_each_file(
      store,
      [&](const Place& /*place*/, const StoredFile& file) {
        if (!file.key())
          ++found.plain;
        else if (const Key* key = keys.find(*file.key()))
          ++(key == keys.newest() ? found.newest : found.older);
        else
          ++found.unknown;
      },
      // One that is cut so short that its beginning tells nothing.
      [&](const Error& /*error*/) { ++found.unknown; });
  return found;
}

Rewritten rewrite_at_rest(Store& store, const Key* key) {
  Rewritten done;
  for_each_file(
      store,
      [&](const Place& place, const StoredFile& file) {
        done.files += rewrite(store, place, file, key) ? 1 : 0;
      },
      [&](const Error& error) { done.failures.push_back(error); });
  return done;
}

std::size_t remove_half_rewritten(const Layout& layout, const std::string& user) {
  std::size_t count = 0;
  for (const Shelf shelf : k_all_shelves) {
    std::error_code nothing;
    for (const auto& entry : std::filesystem::directory_iterator(layout.shelf(shelf, user), nothing)) {
      const std::string name = entry.path().filename().string();
      if (files::final_name(name) == name || is_locked(entry.path())) continue;
      if (::unlink(entry.path().c_str()) == 0) ++count;
    }
  }
  return count;
}

}  // namespace ctgan::server::store
