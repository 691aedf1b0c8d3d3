#include "host/transport/host_key.h"

#include <fmt/format.h>

#include <fstream>
#include <sstream>

#include "common/errors/error.h"

namespace ctgan::host::transport {
namespace {

using errors::Error;
using errors::Kind;

struct ServerKey {
  std::string type;         // "ssh-ed25519"
  std::string fingerprint;  // "SHA256:..."
  std::string base64;
};

ServerKey read_server_key(const SshSession& session) {
  ssh_key raw = nullptr;
  if (ssh_get_server_publickey(session.get(), &raw) != SSH_OK) {
    throw Error(Kind::protocol, fmt::format("{} shows no host key", session.place()));
  }
  const SshKey key(raw);
  ServerKey server;
  server.type = ssh_key_type_to_char(ssh_key_type(key.get()));
  unsigned char* hash = nullptr;
  std::size_t length = 0;
  char* base64 = nullptr;
  if (ssh_get_publickey_hash(key.get(), SSH_PUBLICKEY_HASH_SHA256, &hash, &length) != SSH_OK ||
      ssh_pki_export_pubkey_base64(key.get(), &base64) != SSH_OK) {
    ssh_clean_pubkey_hash(&hash);
    throw Error(Kind::protocol, fmt::format("the host key of {} cannot be read", session.place()));
  }
  const SshText owned_base64(base64);
  const SshText fingerprint(ssh_get_fingerprint_hash(SSH_PUBLICKEY_HASH_SHA256, hash, length));
  ssh_clean_pubkey_hash(&hash);
  server.fingerprint = fingerprint.get();
  server.base64 = base64;
  return server;
}

std::string known_hosts_path(const SshSession& session, ssh_options_e option) {
  char* path = nullptr;
  if (ssh_options_get(session.get(), option, &path) != SSH_OK) return {};
  const SshText owned(path);
  return path;
}

// libssh skips lines with a marker. A revoked key is bad whatever host the line names.
bool is_revoked(const std::string& path, const std::string& base64) {
  std::ifstream file(path);
  for (std::string line; std::getline(file, line);) {
    std::istringstream words(line);
    std::string marker, hosts, type, key;
    words >> marker >> hosts >> type >> key;
    if (marker == "@revoked" && key == base64) return true;
  }
  return false;
}

// "[host]:2222" as known_hosts writes it.
std::string known_name(const SshSession& session, const settings::SshServer& server) {
  unsigned port = 22;
  ssh_options_get_port(session.get(), &port);
  return port == 22 ? server.host : fmt::format("[{}]:{}", server.host, port);
}

[[noreturn]] void refuse_changed(const SshSession& session, const settings::SshServer& server,
                                 const ServerKey& key) {
  throw Error(Kind::permission,
              fmt::format("the host key of {} has changed to {} {}: someone may be listening in",
                          session.place(), key.type, key.fingerprint),
              fmt::format("ask the administrator; if it is right, 'ssh-keygen -R {}' forgets the old key",
                          errors::quoted(known_name(session, server))));
}

void ask_about(const SshSession& session, const ServerKey& key, const console::Console& console) {
  const std::string what =
      fmt::format("{} shows the host key {} {}", session.place(), key.type, key.fingerprint);
  if (!console.interactive()) {
    throw Error(
        Kind::permission,
        fmt::format("the host key of {} is not known: {} {}", session.place(), key.type, key.fingerprint),
        "compare it with the server's, then put it as 'host_key_fingerprint' into the credentials file");
  }
  console.say(fmt::format("The server is not known yet: {}", what));
  const bool trusted =
      console.confirm({.prompt = "Is that the server's fingerprint, and shall it be remembered (yes/no)",
                       .what = "answer about the host key",
                       .remedy = "put 'host_key_fingerprint' into the credentials file",
                       .default_answer = {}});
  if (!trusted)
    throw Error(Kind::permission, fmt::format("the host key of {} was not trusted", session.place()));
  if (ssh_session_update_known_hosts(session.get()) != SSH_OK) {
    console.say(fmt::format("The key could not be remembered: {}", session.reason()));
  }
}

}  // namespace

void check_host_key(const SshSession& session, const settings::SshServer& server,
                    const console::Console& console) {
  const ServerKey key = read_server_key(session);
  for (const ssh_options_e option : {SSH_OPTIONS_KNOWNHOSTS, SSH_OPTIONS_GLOBAL_KNOWNHOSTS}) {
    if (is_revoked(known_hosts_path(session, option), key.base64)) {
      throw Error(Kind::permission,
                  fmt::format("the host key of {} has been revoked: {}", session.place(), key.fingerprint),
                  "ask the administrator for the server's new key");
    }
  }
  if (server.host_key_fingerprint) {
    if (*server.host_key_fingerprint == key.fingerprint) return;
    throw Error(
        Kind::permission,
        fmt::format("the host key of {} is {} {}, not the pinned {}", session.place(), key.type,
                    key.fingerprint, *server.host_key_fingerprint),
        "ask the administrator; if it is right, change 'host_key_fingerprint' in the credentials file");
  }
  switch (ssh_session_is_known_server(session.get())) {
    case SSH_KNOWN_HOSTS_OK:
      return;
    case SSH_KNOWN_HOSTS_UNKNOWN:
    case SSH_KNOWN_HOSTS_NOT_FOUND:
      return ask_about(session, key, console);
    case SSH_KNOWN_HOSTS_CHANGED:
    case SSH_KNOWN_HOSTS_OTHER:
      refuse_changed(session, server, key);
    default:
      throw Error(Kind::permission,
                  fmt::format("the host key of {} cannot be checked: {}", session.place(), session.reason()));
  }
}

}  // namespace ctgan::host::transport
