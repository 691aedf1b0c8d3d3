// Of the commands with one `--lock NAME` one runs at a time.
#pragma once

#include <string>

#include "common/files/file.h"

namespace ctgan::host::commands {

// Held by this process while it lives, however it ends. The file is in the account's state folder, which a
// cron job and a login share, unlike the runtime folder.
class CommandLock {
 public:
  // Throws Error(try_again) while another process holds `name`, Error(usage) for a name that is no file's.
  explicit CommandLock(const std::string& name);

 private:
  files::FileHandle file_;
};

}  // namespace ctgan::host::commands
