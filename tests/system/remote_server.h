// Servers behind a real sshd, set up by the same commands that an administrator types.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "tests/private_sshd.h"
#include "tests/run_program.h"
#include "tests/temporary_folder.h"

namespace ctgan::tests {

// A store that belongs to one account for several users; every key has a forced command.
class SharedServer {
 public:
  // `settings` are further lines for sshd.
  explicit SharedServer(const std::vector<std::string>& settings = {});

  const std::filesystem::path& root() const { return root_; }
  PrivateSshd& sshd() { return sshd_; }

  // `ctgan-server --root ROOT arguments...`; REQUIREs exit 0.
  Outcome admin(const std::vector<std::string>& arguments, const std::string& input = {}) const;
  // A user known by a key with a forced command; returns the private key.
  std::filesystem::path add_user_with_key(const std::string& name);
  void add_user_with_password(const std::string& name, const std::string& password) const;
  // A key that several people share; each logs in with the toolkit's password.
  std::filesystem::path make_shared_key();

  // Credentials of a laptop, with the host key pinned. `more` continues the JSON object:
  // ",\"user\":\"alice\"".
  std::string credentials(const std::filesystem::path& key, const std::string& more = {}) const;
  // A command line given to stock ssh with that key; {} asks for a shell.
  Outcome ssh(const std::filesystem::path& key, const std::string& command_line,
              const std::string& input = {}) const;
  // Stock `scp -O arguments...`; "HOST:" in an argument stands for the server.
  Outcome scp(const std::filesystem::path& key, std::vector<std::string> arguments,
              const std::filesystem::path& folder) const;

 private:
  std::vector<std::string> client(const std::string& program, const std::filesystem::path& key,
                                  const std::string& port_flag) const;

  TemporaryFolder folder_;
  std::filesystem::path root_;
  PrivateSshd sshd_;
};

// An ordinary SSH account: its shell finds ctgan-server in PATH, the store is the account's own.
class PersonalServer {
 public:
  // `path` is what the remote shell's PATH starts with; the built programs by default.
  explicit PersonalServer(const std::string& path = bin("."));

  PrivateSshd& sshd() { return sshd_; }
  std::filesystem::path root() const { return folder_ / "ctgan-server"; }
  std::string credentials(const std::string& more = {}) const;

 private:
  TemporaryFolder folder_;
  PrivateSshd sshd_;
  std::filesystem::path key_;
};

}  // namespace ctgan::tests
