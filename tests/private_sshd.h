// A real sshd of the test's own: a loopback port, fresh keys, its own authorized_keys; the machine's sshd and
// ~/.ssh are never touched. Stopped by its pid when it goes.
//
//     PrivateSshd sshd;
//     const auto key = sshd.make_key("alice");
//     sshd.authorize("restrict,command=\"/bin/cat\"", key);
//     connect to 127.0.0.1:sshd.port() as sshd.login() with key
#pragma once

#include <sys/types.h>

#include <filesystem>
#include <string>
#include <vector>

#include "tests/temporary_folder.h"

namespace ctgan::tests {

class PrivateSshd {
 public:
  // `settings` are further lines of sshd_config, such as "SetEnv PATH=/opt/bin:/usr/bin", and win over the test's own. Throws
  // std::runtime_error with sshd's own words when it does not start.
  explicit PrivateSshd(const std::vector<std::string>& settings = {});
  ~PrivateSshd();
  PrivateSshd(const PrivateSshd&) = delete;
  PrivateSshd& operator=(const PrivateSshd&) = delete;

  int port() const { return port_; }
  // The account that sessions run as: whoever runs the test.
  std::string login() const;
  // "SHA256:..." of the host key.
  std::string fingerprint() const;
  // "[127.0.0.1]:PORT ssh-ed25519 AAAA...", a line for known_hosts.
  std::string known_hosts_line() const;

  // A new ed25519 key without passphrase; the private file's path, the public one has ".pub" after it.
  std::filesystem::path make_key(const std::string& name) const;
  // Appends "OPTIONS KEY" (or "KEY") to authorized_keys.
  void authorize(const std::string& options, const std::filesystem::path& key) const;
  // Appends a whole line.
  void authorize_line(const std::string& line) const;

  // Takes a new host key on the same port, as after a reinstallation or an attack.
  void change_host_key();
  // sshd goes and comes again, on the same port with the same keys. Connections that are open stay, as sshd leaves
  // them.
  void restart();
  std::string log() const;

 private:
  void make_host_key() const;
  void start();
  void stop();
  bool answers() const;

  TemporaryFolder folder_;
  std::vector<std::string> settings_;
  int port_ = 0;
  pid_t pid_ = -1;
};

}  // namespace ctgan::tests
