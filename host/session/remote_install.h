// ctgan-server in the home folder of an account that we reach by SSH: no root, nothing listens, nothing of the account's
// settings is touched. Each step is one command without a shell's grammar, so that any shell over there will do:
// mkdir, dd, sha256sum, chmod, mv, rm, uname, and ctgan-server itself.
//
//     RemoteInstall install(*transport.account(), transport.place());
//     if (!install.look(server_parts())) install.put(server_parts(), progress);
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "common/progress/progress.h"
#include "host/transport/transport.h"

namespace ctgan::host::session {

// Where it is put, relative to the home folder, in which SSH starts programs.
inline constexpr const char* k_installed_program = ".local/share/ctgan-server/bin/ctgan-server";

// A file of the server here, and its place below ~/.local/share/ctgan-server over there.
struct ServerPart {
  std::filesystem::path file;
  std::string place;  // "bin/ctgan-server"
};

// The ctgan-server beside this program, last, and the libraries that a bundle keeps in ../lib/ctgan-server; empty where
// none lies beside it.
std::vector<ServerPart> server_parts();

struct InstalledServer {
  std::string version;  // empty: it does not start
  bool same = false;    // each of its files is ours, byte for byte
};

class RemoteInstall {
 public:
  // Both must outlive it.
  RemoteInstall(transport::RemoteAccount& account, const std::string& place);

  // Whether a program of that name can be started there.
  bool starts(const std::string& program);
  // What `put` has put there; empty: nothing. `parts` are compared by SHA-256; of no parts none is the same.
  std::optional<InstalledServer> look(const std::vector<ServerPart>& parts);
  // Sends what differs, compares SHA-256 over there, has it say its version, and puts it in place at once: jobs that run
  // go on with what they started with. Throws Error(permission) where the key runs ctgan-server only,
  // Error(unavailable) where there are no parts, for another kind of machine and for one on which it does not start,
  // Error(bad_data) for a hash that differs, Error(io) where a command fails.
  void put(const std::vector<ServerPart>& parts, progress::Progress& progress);
  // What `ctgan-server doctor` says there.
  std::string doctor();
  // The program and its libraries; stores and settings stay.
  void remove();

 private:
  struct Answer {
    int code = 0;
    std::string out, err;
  };
  Answer ask(const std::vector<std::string>& words);
  Answer answer_of(transport::Channel& channel);
  Answer require(const std::vector<std::string>& words, const std::string& what);
  std::optional<std::string> hash_of(const std::string& path);
  std::string version_of(const std::string& program);
  void check_machine();
  void send(const ServerPart& part, const std::string& sha256, progress::Progress& progress);

  transport::RemoteAccount& account_;
  const std::string& place_;
};

}  // namespace ctgan::host::session
