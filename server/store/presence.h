// A connection that lives: a file below connections/, locked until its process ends, however it ends. What is
// a connection's own carries its id, so that whoever comes later can tell what nobody holds any more.
#pragma once

#include <string>

#include "common/files/file.h"
#include "server/store/layout.h"

namespace ctgan::server::store {

class Presence {
 public:
  // Throws as files::make_private_folder and errors::from_errno.
  explicit Presence(const Layout& layout);
  ~Presence();
  Presence(const Presence&) = delete;
  Presence& operator=(const Presence&) = delete;

  // 32 hex digits.
  const std::string& id() const { return id_; }

 private:
  std::string id_;
  std::filesystem::path path_;
  files::FileHandle file_;
};

// Whether the connection of that id lives; nobody has the empty one.
bool lives(const Layout& layout, const std::string& id);

// Removes the files of connections that were killed.
void sweep_presences(const Layout& layout);

// Whether somebody holds a lock on that file. A file that is not there is held by nobody.
bool is_locked(const std::filesystem::path& path);

}  // namespace ctgan::server::store
