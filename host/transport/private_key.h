// Private key files.
#pragma once

#include <filesystem>
#include <vector>

#include "common/console/console.h"
#include "host/settings/host_settings.h"
#include "host/transport/ssh_session.h"

namespace ctgan::host::transport {

struct KeyFile {
  SshKey key;  // empty when it could not be read
  bool encrypted = false;
};

// Throws Error(configuration) when the file is missing, is not ours, or others may use it: libssh does not
// look.
void check_key_file(const std::filesystem::path& path);

// Asks for the passphrase of an encrypted key at a terminal; elsewhere such a key stays locked. Throws
// Error(configuration) for a file that is no private key.
KeyFile read_key(const std::filesystem::path& path, const console::Console& console);

// The key that ssh_config names first, then id_ed25519, id_ecdsa and id_rsa of ~/.ssh; those that exist and
// are private.
std::vector<std::filesystem::path> usual_key_files(const SshSession& session,
                                                   const settings::SshServer& server);

}  // namespace ctgan::host::transport
