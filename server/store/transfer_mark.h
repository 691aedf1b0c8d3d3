// Who is sending or fetching a file just now: their control connections say nothing in the meantime and are
// not idle.
//
// A lock on the store's settings file, beyond its end and at a place that the user's name gives, which the
// kernel takes away when its holder dies. Nothing is written, and no file is made.
#pragma once

#include <string>

#include "common/files/file.h"
#include "server/store/layout.h"

namespace ctgan::server::store {

// Held while a transfer lasts. Where locks cannot be had there is none, and connections may end early.
class TransferMark {
 public:
  TransferMark(const Layout& layout, const std::string& user);

 private:
  files::FileHandle file_;
};

// Whether some process holds a mark of this user.
bool is_transferring(const Layout& layout, const std::string& user);

}  // namespace ctgan::server::store
