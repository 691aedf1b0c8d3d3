// Whether sshd lets users come to ctgan-server, and nobody past it: sshd's own word on its settings for one account
// (`sshd -T -C user=...`), which need no root where its configuration can be read.
#pragma once

#include <filesystem>
#include <string>

#include "server/commands/doctor_checks.h"

namespace ctgan::server::commands {

struct SshdAccount {
  std::string user;
  std::filesystem::path home;
  std::filesystem::path authorized_keys;  // what `user authorize` writes
  bool shared = false;                    // a store of several users
};

// Asks `sshd` what `configuration` says of the account; its host keys, which only root can read, do not matter. A
// finding for each setting that keeps the account out, leads past its forced commands or is too small, a warning where
// sshd cannot be asked, else one that all is well.
Findings check_sshd(const std::filesystem::path& sshd, const std::filesystem::path& configuration,
                    const SshdAccount& account);

// Whether sshd would refuse the file for who may write to it or to a folder above it (StrictModes); up to the home
// folder, or to the root where the file is elsewhere.
Findings check_strict_modes(const SshdAccount& account);

}  // namespace ctgan::server::commands
