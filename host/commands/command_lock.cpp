#include "host/commands/command_lock.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>

#include <cerrno>

#include "common/errors/error.h"
#include "common/files/names.h"
#include "common/settings/settings_file.h"

namespace ctgan::host::commands {
namespace {

using errors::Error;
using errors::Kind;

}  // namespace

CommandLock::CommandLock(const std::string& name) {
  if (!files::is_safe_name(name)) {
    throw Error(Kind::usage, fmt::format("{} cannot be the name of a lock", errors::quoted(name)),
                "use letters and digits: '--lock daily'");
  }
  const auto folder = ctgan::settings::state_folder() / "locks";
  files::make_private_folder(folder);
  const auto path = folder / (name + ".lock");
  file_ = files::FileHandle(::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600));
  if (!file_) throw errors::from_errno(errno, "create", path.string());
  if (flock(file_.get(), LOCK_EX | LOCK_NB) == 0) return;
  if (errno != EWOULDBLOCK) throw errors::from_errno(errno, "lock", path.string());
  throw Error(Kind::try_again,
              fmt::format("another command with '--lock {}' is still running", errors::visible(name)),
              "nothing was done; run the same command again when it has ended");
}

}  // namespace ctgan::host::commands
