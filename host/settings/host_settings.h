// Which server, and as whom: flag before credentials file before settings file before default.
//
// The credentials file (--credentials, $CTGAN_CREDENTIALS, config/credentials.json,
// ~/.config/ctgan/credentials.json: first found) must be ours and 0600. The settings file is --config, or
// config/settings.json with ~/.config/ctgan/settings.json behind it; it holds no secrets. The one of the
// current folder may have come with somebody's data: it cannot say what program runs. What a file says about
// a server (its key, fingerprint, user, password, ...) is used for that server only: a file that names
// another host than the chosen one gives none of it.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <span>
#include <string>

#include "common/secrets/secret.h"
#include "common/settings/settings_file.h"

namespace ctgan::host::settings {

// What the command line says.
struct Flags {
  std::optional<std::string> server;  // "local" or "[user@]host[:port]"
  std::optional<std::string> user;
  std::optional<std::filesystem::path> config;
  std::optional<std::filesystem::path> credentials;
};

struct SshServer {
  std::string host;
  std::optional<std::uint16_t> port;                // else ~/.ssh/config's, else 22
  std::optional<std::string> ssh_user;              // else ~/.ssh/config's, else our login name
  std::optional<std::filesystem::path> key;         // private key file
  std::optional<std::string> host_key_fingerprint;  // "SHA256:...", instead of known_hosts
  std::optional<std::string> remote_program;        // absolute path of ctgan-server over there
  std::optional<std::filesystem::path> ssh_folder;  // instead of ~/.ssh
};

struct HostSettings {
  std::optional<SshServer> ssh;  // empty: a child process on this machine
  std::optional<std::filesystem::path>
      server_program;               // the child; else ctgan-server beside the running binary
  std::optional<std::string> user;  // toolkit login
  secrets::Secret password;         // empty: ask, or none is needed
};

// Throws Error(configuration) for a file that is wrong or was named and is missing, and when a settings file
// requires a server and none was chosen; Error(usage) for a wrong flag.
HostSettings load_settings(const Flags& flags);

// What may stand in the files, for their manual.
std::span<const ctgan::settings::KeySpec> credentials_keys();
std::span<const ctgan::settings::KeySpec> settings_keys();

// What a fit uses that names no method: "method" of the strongest settings file that has one. Throws
// Error(configuration) for a file that is wrong, or names a method that there is not.
std::optional<std::string> configured_method(const Flags& flags);

}  // namespace ctgan::host::settings
