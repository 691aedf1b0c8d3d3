#include "server/store/shelves.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <compare>
#include <cstdio>
#include <optional>
#include <utility>

#include "common/errors/closest.h"
#include "common/errors/error.h"
#include "common/failpoints/failpoint.h"
#include "common/files/checksum.h"
#include "common/files/file.h"
#include "common/files/names.h"

namespace ctgan::server::store {
namespace {

using encryption::StoredFile;
using errors::Error;
using errors::Kind;
using files::FileHandle;

std::string_view thing(Shelf shelf) {
  switch (shelf) {
    case Shelf::models:
      return "model";
    case Shelf::sidecars:
      return "sidecar";
    case Shelf::data:
      return "synthetic table";
    default:
      return "report";
  }
}

std::string_view suffix(Shelf shelf) {
  switch (shelf) {
    case Shelf::models:
      return files::k_model_suffix;
    case Shelf::sidecars:
      return files::k_sidecar_suffix;
    case Shelf::data:
      return files::k_synthetic_suffix;
    case Shelf::reports:
      return files::k_report_suffix;
    default:
      return files::k_evaluation_suffix;
  }
}

bool belongs(Shelf shelf, std::string_view name) {
  return files::is_safe_name(name) && name.ends_with(suffix(shelf));
}

// There is nothing to open, or nothing that we would open; any other failure is no answer to that question.
bool means_absent(int number) {
  return number == ENOENT || number == ENOTDIR || number == ELOOP || number == ENXIO;
}

// Empty when it is not there.
FileHandle open_folder(const std::filesystem::path& path) {
  FileHandle folder(::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW));
  if (!folder && !means_absent(errno)) throw errors::from_errno(errno, "open", path.string());
  return folder;
}

// "20261121t074500-2" of "..._20261121t074500-2_model.gz". Empty for a name of another form.
std::string_view time_of(Shelf shelf, std::string_view name) {
  if (!name.ends_with(suffix(shelf))) return {};
  name.remove_suffix(suffix(shelf).size());
  if (shelf == Shelf::data) name = name.substr(0, std::min(name.rfind('_'), name.size()));
  const std::size_t bar = name.rfind('_');
  return bar == std::string_view::npos ? std::string_view{} : name.substr(bar + 1);
}

// What the list is sorted by. Names tell only seconds apart; within one the file's own time does.
struct Age {
  std::string second;
  std::int64_t nanoseconds;
  std::string attempt, name;
  auto operator<=>(const Age&) const = default;
};

Age age_of(Shelf shelf, const std::string& name, const timespec& modified) {
  constexpr std::int64_t k_second = 1'000'000'000;
  const std::string_view time = time_of(shelf, name);
  return {std::string(time.substr(0, time.find('-'))), modified.tv_sec * k_second + modified.tv_nsec,
          std::string(time), name};
}

// Empty when there is none.
FileHandle open_regular(const FileHandle& folder, const std::string& name) {
  FileHandle file(
      openat(folder.get(), name.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY));
  if (!file && !means_absent(errno)) throw errors::from_errno(errno, "open", name);
  struct stat status {};
  if (!file || fstat(file.get(), &status) != 0 || !S_ISREG(status.st_mode)) return {};
  return file;
}

// Of one that is damaged or goes meanwhile: as many as there were on the disk.
std::uint64_t content_bytes(const FileHandle& folder, const std::string& name, std::uint64_t on_disk) {
  try {
    FileHandle file = open_regular(folder, name);
    return file ? StoredFile(std::move(file), name, nullptr).bytes() : on_disk;
  } catch (const Error&) {
    return on_disk;
  }
}

}  // namespace

std::vector<Artifact> Shelves::list(Shelf shelf, const std::string& user, const std::string& before) const {
  const std::filesystem::path folder = layout_.shelf(shelf, user);
  struct stat status {};
  std::vector<std::pair<Age, Artifact>> found;
  std::error_code failed;
  std::filesystem::directory_iterator entries(folder, failed);
  if (failed && !means_absent(failed.value()))
    throw errors::from_errno(failed.value(), "list", folder.string());
  const FileHandle opened = open_folder(folder);
  for (const auto& entry : entries) {
    const std::string name = entry.path().filename().string();
    if (!belongs(shelf, name) || lstat(entry.path().c_str(), &status) != 0 || !S_ISREG(status.st_mode))
      continue;
    const std::uint64_t bytes = content_bytes(opened, name, static_cast<std::uint64_t>(status.st_size));
    found.emplace_back(age_of(shelf, name, status.st_mtim), Artifact{name, bytes, status.st_mtime});
  }
  std::sort(found.begin(), found.end(), [](const auto& a, const auto& b) { return a.first > b.first; });
  const bool is_there = belongs(shelf, before) && lstat((folder / before).c_str(), &status) == 0;
  const Age last = age_of(shelf, before, is_there ? status.st_mtim : timespec{});
  std::vector<Artifact> listed;
  std::map<std::string, std::string> noted = facts(shelf, user);
  for (auto& [age, artifact] : found) {
    if (!before.empty() && !(is_there ? age < last : age.second < last.second)) continue;
    artifact.facts = std::move(noted[artifact.name]);
    listed.push_back(std::move(artifact));
  }
  return listed;
}

std::map<std::string, std::string> Shelves::facts(Shelf shelf, const std::string& user) const {
  std::map<std::string, std::string> noted;
  Statement query(database_, "SELECT name, facts FROM artifacts WHERE user = ? AND shelf = ?", user,
                  shelf_name(shelf));
  while (query.step()) noted.emplace(query.text(0), query.text(1));
  return noted;
}

void Shelves::refuse(Shelf shelf, const std::string& user, const std::string& name) const {
  std::vector<std::string> names;
  for (Artifact& artifact : list(shelf, user)) names.push_back(std::move(artifact.name));
  const std::string near = errors::closest(name, names);
  throw Error(Kind::no_input, fmt::format("there is no {} {}", thing(shelf), errors::quoted(name)),
              near.empty()
                  ? fmt::format("'manage {} list' shows the {}s", shelf == Shelf::data ? "data" : "models",
                                thing(shelf == Shelf::data ? shelf : Shelf::models))
                  : fmt::format("did you mean {}?", errors::quoted(near)));
}

StoredFile Shelves::open(Shelf shelf, const std::string& user, const std::string& name) const {
  if (belongs(shelf, name)) {
    const FileHandle folder = open_folder(layout_.shelf(shelf, user));
    if (folder) {
      if (FileHandle file = open_regular(folder, name)) return {std::move(file), name, keys_.get()};
    }
  }
  refuse(shelf, user, name);
}

std::string Shelves::sha256(Shelf shelf, const std::string& user, const std::string& name) {
  const StoredFile artifact = open(shelf, user, name);
  {
    Statement query(database_,
                    "SELECT bytes, sha256 FROM artifacts WHERE user = ? AND shelf = ? AND name = ?", user,
                    shelf_name(shelf), name);
    if (query.step()) {
      if (static_cast<std::uint64_t>(query.integer(0)) == artifact.bytes()) return query.text(1);
      throw Error(Kind::bad_data,
                  fmt::format("the {} {} has {} bytes on the server and had {} when it was made",
                              thing(shelf), errors::quoted(name), artifact.bytes(), query.integer(0)),
                  "it was damaged on the server: make it again");
    }
  }
  std::string hash = sha256_of_first(*artifact.content(), artifact.bytes());
  note(shelf, user, name, artifact.bytes(), hash);
  return hash;
}

void Shelves::check(Shelf shelf, const std::string& user, const std::string& name) {
  const std::string noted = sha256(shelf, user, name);
  const StoredFile artifact = open(shelf, user, name);
  if (sha256_of_first(*artifact.content(), artifact.bytes()) == noted) return;
  throw Error(Kind::bad_data,
              fmt::format("the {} {} is damaged on the server: its bytes are not those that were made",
                          thing(shelf), errors::quoted(name)),
              "make it again");
}

void Shelves::note(Shelf shelf, const std::string& user, const std::string& name, std::uint64_t bytes,
                   const std::string& sha256, const std::string& facts) {
  Statement(database_,
            "INSERT OR REPLACE INTO artifacts(user, shelf, name, bytes, sha256, facts) "
            "VALUES(?, ?, ?, ?, ?, ?)",
            user, shelf_name(shelf), name, bytes, sha256, facts)
      .run();
}

void Shelves::remove(Shelf shelf, const std::string& user, const std::string& name) {
  if (!belongs(shelf, name)) refuse(shelf, user, name);
  unlink(shelf, user, name, true);
  if (shelf != Shelf::models) return;
  unlink(Shelf::sidecars, user, files::sidecar_name(name), false);
  unlink(Shelf::reports, user, files::report_name(name), false);
  unlink(Shelf::evaluations, user, files::evaluation_name(name), false);
}

std::size_t Shelves::remove_orphans(const std::string& user, const std::vector<std::filesystem::path>& kept,
                                    std::time_t settled_seconds) {
  const std::filesystem::path models = layout_.shelf(Shelf::models, user);
  std::size_t count = 0;
  for (const Shelf shelf : {Shelf::sidecars, Shelf::reports, Shelf::evaluations}) {
    for (const Artifact& artifact : list(shelf, user)) {
      const auto path = layout_.shelf(shelf, user) / artifact.name;
      const std::string stem = artifact.name.substr(0, artifact.name.size() - suffix(shelf).size());
      struct stat status {};
      // By the time of the rename: a file may have been written long before.
      if (lstat(path.c_str(), &status) != 0 || std::time(nullptr) - status.st_ctime < settled_seconds ||
          std::filesystem::exists(models / (stem + std::string(suffix(Shelf::models)))) ||
          std::find(kept.begin(), kept.end(), path) != kept.end())
        continue;
      unlink(shelf, user, artifact.name, false);
      ++count;
    }
  }
  return count;
}

void Shelves::unlink(Shelf shelf, const std::string& user, const std::string& name, bool required) {
  const FileHandle folder = open_folder(layout_.shelf(shelf, user));
  const bool there = folder && open_regular(folder, name);
  if (!there && required) refuse(shelf, user, name);
  if (there && unlinkat(folder.get(), name.c_str(), 0) != 0) throw errors::from_errno(errno, "delete", name);
  failpoints::failpoint("shelf: a file is gone, and its row is not");
  Statement(database_, "DELETE FROM artifacts WHERE user = ? AND shelf = ? AND name = ?", user,
            shelf_name(shelf), name)
      .run();
}

bool publish(const std::filesystem::path& from, const std::filesystem::path& to) {
  if (renameat2(AT_FDCWD, from.c_str(), AT_FDCWD, to.c_str(), RENAME_NOREPLACE) != 0) {
    if (errno == EEXIST) return false;
    // Some file systems lack this rename; a link refuses an existing name too.
    if (errno != EINVAL || link(from.c_str(), to.c_str()) != 0) {
      if (errno == EEXIST) return false;
      throw errors::from_errno(errno, "create", to.string());
    }
    ::unlink(from.c_str());
  }
  files::sync_folder(to.parent_path());
  return true;
}

std::string sha256_of_first(files::ByteSource& content, std::uint64_t bytes) {
  files::Sha256 hash;
  std::vector<char> buffer(std::size_t{1} << 18);
  while (bytes > 0) {
    const std::size_t got = content.read({buffer.data(), std::min<std::uint64_t>(buffer.size(), bytes)});
    if (got == 0) throw Error(Kind::bad_data, "a stored file is shorter than it should be");
    hash.write({buffer.data(), got});
    bytes -= got;
  }
  return hash.hex();
}

}  // namespace ctgan::server::store
