// A user's models, sidecars, reports and synthetic tables. The folders are the truth; the artifacts table
// only remembers hashes. Names are checked (files::is_safe_name) and opened without following links, so a
// name never leaves its folder; what is not there and what belongs to somebody else give the same error.
#pragma once

#include <cstdint>
#include <ctime>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "common/files/byte_source.h"
#include "server/encryption/encrypted_file.h"
#include "server/store/layout.h"
#include "server/store/sqlite.h"

namespace ctgan::server::store {

struct Artifact {
  std::string name;
  std::uint64_t bytes = 0;  // of its content, which may be encrypted on the disk
  std::time_t modified = 0;
  std::string facts = {};  // as noted; empty where nothing was
};

class Shelves {
 public:
  Shelves(Database& database, Layout layout) : database_(database), layout_(std::move(layout)) {}

  // What encrypted files are read with, and rewritten; without it they cannot be.
  void set_keys(std::shared_ptr<const encryption::KeyRing> keys) { keys_ = std::move(keys); }
  const encryption::KeyRing* keys() const { return keys_.get(); }

  // Newest first: by the time in the name, within a second by the file's own; with `before` only what comes
  // behind that name, and if it is gone meanwhile, what is older by a second.
  std::vector<Artifact> list(Shelf shelf, const std::string& user, const std::string& before = {}) const;

  // Throws Error(no_input) "there is no model 'x'" with the closest name.
  // It is read with the keys that were set, which outlive what was opened as long as this object does.
  encryption::StoredFile open(Shelf shelf, const std::string& user, const std::string& name) const;
  // The hash noted when the file was made, or computed and noted now. Throws Error(bad_data) when the file
  // has another size than it had then.
  std::string sha256(Shelf shelf, const std::string& user, const std::string& name);
  // Reads the whole file and throws Error(bad_data) when its bytes are not those that were noted.
  void check(Shelf shelf, const std::string& user, const std::string& name);
  // Notes a new file. `facts`: a JSON object that lists show, "{}" where there is nothing to tell.
  void note(Shelf shelf, const std::string& user, const std::string& name, std::uint64_t bytes,
            const std::string& sha256, const std::string& facts = "{}");
  // A model takes its sidecar and its report with it.
  void remove(Shelf shelf, const std::string& user, const std::string& name);
  // Removes the user's sidecars and reports that have no model, unless they came within `settled_seconds` or
  // are among `kept` (paths): these may be on their way. Returns how many.
  std::size_t remove_orphans(const std::string& user, const std::vector<std::filesystem::path>& kept,
                             std::time_t settled_seconds = 600);

 private:
  std::map<std::string, std::string> facts(Shelf shelf, const std::string& user) const;
  void unlink(Shelf shelf, const std::string& user, const std::string& name, bool required);
  [[noreturn]] void refuse(Shelf shelf, const std::string& user, const std::string& name) const;

  Database& database_;
  Layout layout_;
  std::shared_ptr<const encryption::KeyRing> keys_;
};

// Moves a finished file of a job to a shelf: a rename that never overwrites, durable on return. False when
// the name is taken.
bool publish(const std::filesystem::path& from, const std::filesystem::path& to);

// SHA-256 of the first `bytes` bytes. Throws Error(bad_data) when there are fewer.
std::string sha256_of_first(files::ByteSource& content, std::uint64_t bytes);

}  // namespace ctgan::server::store
