#include "host/transport/private_key.h"

#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <system_error>

#include "common/errors/error.h"

namespace ctgan::host::transport {
namespace {

using errors::Error;
using errors::Kind;

// libssh asks for a passphrase through this; that it asks is all we want to know.
int note_question(const char* /*prompt*/, char* /*buffer*/, std::size_t /*length*/, int /*echo*/,
                  int /*verify*/, void* asked) {
  *static_cast<bool*>(asked) = true;
  return -1;
}

SshKey import_key(const std::filesystem::path& path, const char* passphrase, bool& asked) {
  ssh_key key = nullptr;
  const int status = ssh_pki_import_privkey_file(path.c_str(), passphrase, note_question, &asked, &key);
  return SshKey(status == SSH_OK ? key : nullptr);
}

bool is_private(const std::filesystem::path& path) {
  struct stat status {};
  return stat(path.c_str(), &status) == 0 && S_ISREG(status.st_mode) && status.st_uid == geteuid() &&
         (status.st_mode & 0077) == 0;
}

}  // namespace

void check_key_file(const std::filesystem::path& path) {
  struct stat status {};
  if (stat(path.c_str(), &status) != 0) {
    throw Error(Kind::configuration,
                fmt::format("the key {} cannot be read: {}", errors::quoted(path.string()),
                            std::generic_category().message(errno)),
                "correct 'key' in the credentials file");
  }
  if (is_private(path)) return;
  throw Error(Kind::configuration,
              fmt::format("the key {} can be used by others", errors::quoted(path.string())),
              fmt::format("chmod 600 {}", errors::quoted(path.string())));
}

KeyFile read_key(const std::filesystem::path& path, const console::Console& console) {
  KeyFile file;
  file.key = import_key(path, nullptr, file.encrypted);
  if (file.key) return file;
  if (!file.encrypted) {
    throw Error(Kind::configuration,
                fmt::format("the file {} is no private key", errors::quoted(path.string())),
                "'key' names the private half, the one without '.pub'");
  }
  if (!console.interactive()) return file;
  std::string passphrase(
      console
          .ask_password({.prompt = fmt::format("Passphrase of {}", errors::quoted(path.string())),
                         .what = "passphrase",
                         .remedy = "load the key with 'ssh-add'",
                         .default_answer = {}})
          .view());
  bool asked = false;
  file.key = import_key(path, passphrase.c_str(), asked);
  secrets::wipe(passphrase);
  if (!file.key) {
    throw Error(Kind::permission,
                fmt::format("the passphrase of {} is wrong", errors::quoted(path.string())));
  }
  return file;
}

std::vector<std::filesystem::path> usual_key_files(const SshSession& session,
                                                   const settings::SshServer& server) {
  const std::filesystem::path folder = ssh_folder(server);
  std::vector<std::filesystem::path> found;
  const auto add = [&](const std::filesystem::path& path) {
    const bool again = std::find(found.begin(), found.end(), path) != found.end() || path == server.key;
    if (!again && is_private(path)) found.push_back(path);
  };
  char* named = nullptr;
  if (ssh_options_get(session.get(), SSH_OPTIONS_IDENTITY, &named) == SSH_OK) add(SshText(named).get());
  for (const char* name : {"id_ed25519", "id_ecdsa", "id_rsa"}) add(folder / name);
  return found;
}

}  // namespace ctgan::host::transport
