#include "server/store/root.h"

#include <fmt/format.h>
#include <pwd.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdlib>

#include "common/errors/error.h"
#include "common/files/file.h"

namespace ctgan::server::store {
namespace {

using errors::Error;
using errors::Kind;

std::string environment(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr ? std::string{} : value;
}

std::filesystem::path home() {
  const std::string named = environment("HOME");
  if (!named.empty()) return named;
  const passwd* account = getpwuid(geteuid());
  if (account == nullptr || account->pw_dir == nullptr || *account->pw_dir == '\0') {
    throw Error(Kind::configuration, "the account has no home folder to keep a store in",
                "name one with '--root DIR'");
  }
  return account->pw_dir;
}

std::filesystem::path standard_root() {
  const std::string data = environment("XDG_DATA_HOME");
  if (!data.empty() && data.front() == '/') return std::filesystem::path(data) / "ctgan-server";
  return home() / ".local/share/ctgan-server";
}

}  // namespace

std::filesystem::path choose_root(const std::string& flag) {
  const std::string named = flag.empty() ? environment("CTGAN_SERVER_ROOT") : flag;
  return named.empty() ? standard_root() : std::filesystem::absolute(named).lexically_normal();
}

bool is_initialised(const Layout& layout) {
  return std::filesystem::exists(layout.settings());
}

void make_folders(const Layout& layout) {
  files::make_private_folder(layout.root());
  for (const char* name : {"model_database", "synthetic_csv_database", "report_database", "jobs", "inbox"}) {
    files::make_private_folder(layout.root() / name);
  }
}

void check_root(const Layout& layout) {
  const std::string& path = layout.root().string();
  const std::string name = errors::quoted(path);
  struct stat status {};
  if (stat(path.c_str(), &status) != 0) {
    if (errno != ENOENT) throw errors::from_errno(errno, "open", path);
    throw Error(Kind::no_input, fmt::format("there is no store at {}", name),
                "make one with 'ctgan-server init', or name another with '--root DIR'");
  }
  if (!S_ISDIR(status.st_mode))
    throw Error(Kind::configuration, fmt::format("the data root {} is not a folder", name));
  if (status.st_uid != geteuid()) {
    throw Error(Kind::configuration, fmt::format("the data root {} belongs to another account", name),
                "run this as the account that owns it, or name another with '--root DIR'");
  }
  if ((status.st_mode & 077U) != 0) {
    throw Error(Kind::configuration,
                fmt::format("the data root {} can be read or entered by other accounts (mode {:04o})", name,
                            status.st_mode & 07777U),
                fmt::format("close it with 'chmod 700 {}'", path));
  }
}

}  // namespace ctgan::server::store
