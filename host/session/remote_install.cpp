#include "host/session/remote_install.h"

#include <fmt/format.h>
#include <sys/utsname.h>

#include <algorithm>
#include <array>

#include "common/errors/error.h"
#include "common/files/checksum.h"
#include "common/files/file.h"
#include "host/transport/local_transport.h"

namespace ctgan::host::session {
namespace {

namespace fs = std::filesystem;
using errors::Error;
using errors::Kind;

const std::string k_folder = ".local/share/ctgan-server";
constexpr std::size_t k_hash_digits = 64;
constexpr std::size_t k_piece = std::size_t{1} << 18;
constexpr std::size_t k_longest_answer = std::size_t{1} << 20;

std::string there(const ServerPart& part) {
  return k_folder + "/" + part.place;
}

std::string first_line(const std::string& text) {
  return errors::visible(text.substr(0, text.find('\n')));
}

// "Linux x86_64", as uname prints it.
std::string own_machine() {
  utsname name{};
  uname(&name);
  return fmt::format("{} {}", name.sysname, name.machine);
}

}  // namespace

std::vector<ServerPart> server_parts() {
  const fs::path program = transport::sibling_server();
  std::error_code ignored;
  if (!fs::exists(program, ignored)) return {};
  std::vector<ServerPart> parts;
  const fs::path libraries = program.parent_path().parent_path() / "lib/ctgan-server";
  if (fs::is_directory(libraries, ignored)) {
    for (const auto& entry : fs::directory_iterator(libraries)) {
      // What opens libtorch, in a folder of its own, stays: it would find none.
      if (entry.is_regular_file())
        parts.push_back({entry.path(), "lib/ctgan-server/" + entry.path().filename().string()});
    }
  }
  std::sort(parts.begin(), parts.end(),
            [](const ServerPart& a, const ServerPart& b) { return a.place < b.place; });
  parts.push_back({program, "bin/ctgan-server"});
  return parts;
}

RemoteInstall::RemoteInstall(transport::RemoteAccount& account, const std::string& place)
    : account_(account), place_(place) {}

RemoteInstall::Answer RemoteInstall::answer_of(transport::Channel& channel) {
  channel.close_write();
  Answer answer;
  std::array<char, 65536> buffer{};
  while (const std::size_t got = channel.read(buffer)) {
    if (answer.out.size() < k_longest_answer) answer.out.append(buffer.data(), got);
  }
  constexpr int k_killed = 255;
  answer.code = channel.exit_code().value_or(k_killed);
  answer.err = channel.error_text();
  return answer;
}

RemoteInstall::Answer RemoteInstall::ask(const std::vector<std::string>& words) {
  return answer_of(*account_.run(words));
}

RemoteInstall::Answer RemoteInstall::require(const std::vector<std::string>& words, const std::string& what) {
  Answer answer = ask(words);
  if (answer.code == 0) return answer;
  throw Error(Kind::io, fmt::format("{} cannot {}: {}", place_, what,
                                    answer.err.empty() ? fmt::format("'{}' gave {}", words[0], answer.code)
                                                       : first_line(answer.err)));
}

bool RemoteInstall::starts(const std::string& program) {
  constexpr int k_not_executable = 126, k_not_found = 127;
  const int code = ask({program, "--version"}).code;
  return code != k_not_executable && code != k_not_found;
}

std::string RemoteInstall::version_of(const std::string& program) {
  const Answer answer = ask({program, "--version"});
  const std::string line = first_line(answer.out);
  const std::size_t space = line.find(' ');
  return answer.code == 0 && space != std::string::npos ? line.substr(space + 1) : "";
}

std::optional<std::string> RemoteInstall::hash_of(const std::string& path) {
  const Answer answer = ask({"sha256sum", path});
  if (answer.code != 0 || answer.out.size() < k_hash_digits) return std::nullopt;
  return answer.out.substr(0, k_hash_digits);
}

std::optional<InstalledServer> RemoteInstall::look(const std::vector<ServerPart>& parts) {
  if (!hash_of(k_installed_program)) return std::nullopt;
  InstalledServer found;
  found.version = version_of(k_installed_program);
  found.same = !parts.empty() && std::all_of(parts.begin(), parts.end(), [this](const ServerPart& part) {
    return hash_of(there(part)) == files::sha256_of_file(part.file);
  });
  return found;
}

void RemoteInstall::check_machine() {
  const Answer answer = ask({"uname", "-sm"});
  const std::string machine = first_line(answer.out);
  if (answer.code != 0 || machine.find(' ') == std::string::npos || machine.starts_with("CTGAN-SERVER")) {
    throw Error(Kind::permission, fmt::format("{} runs no commands of ours for this key", place_),
                "the server is its administrator's: ask for the upgrade there");
  }
  if (machine != own_machine()) {
    throw Error(Kind::unavailable,
                fmt::format("{} is a {}, and the ctgan-server beside this program is for {}", place_, machine,
                            own_machine()),
                "build it there, or send it from such a machine");
  }
}

void RemoteInstall::send(const ServerPart& part, const std::string& sha256, progress::Progress& progress) {
  const std::string path = there(part) + ".new";
  files::FileSource file(part.file);
  progress::RunningTask task(
      progress, {"install", fmt::format("Sending {}", errors::quoted(part.file.filename().string())),
                 progress::Unit::bytes, file.size(), 0});
  const auto channel = account_.run({"dd", "of=" + path, "bs=65536"});
  std::vector<char> buffer(k_piece);
  std::uint64_t sent = 0;
  while (const std::size_t got = file.read(buffer)) {
    channel->write({buffer.data(), got});
    sent += got;
    task.update(sent);
  }
  const Answer answer = answer_of(*channel);
  if (answer.code != 0)
    throw Error(Kind::io, fmt::format("{} cannot write '{}': {}", place_, path, first_line(answer.err)));
  task.finish();
  if (hash_of(path) != sha256) {
    throw Error(
        Kind::bad_data,
        fmt::format("what arrived on {} as '{}' has another SHA-256 than what was sent", place_, path),
        "run the same command again");
  }
  require({"chmod", "755", path}, "make '" + path + "' a program");
}

void RemoteInstall::put(const std::vector<ServerPart>& parts, progress::Progress& progress) {
  if (parts.empty()) {
    throw Error(Kind::unavailable, "there is no ctgan-server beside this program that could be sent",
                "the portable bundle has one");
  }
  check_machine();
  // The folder is a store as well, or will be one.
  require({"mkdir", "-p", "-m", "700", k_folder}, "make a folder");
  require({"mkdir", "-p", k_folder + "/bin", k_folder + "/lib/ctgan-server"}, "make a folder");
  for (const ServerPart& part : parts) {
    const std::string sha256 = files::sha256_of_file(part.file);
    if (hash_of(there(part)) == sha256) continue;
    send(part, sha256, progress);
    const std::string fresh = there(part) + ".new";
    if (there(part) == k_installed_program) {
      const Answer answer = ask({fresh, "--version"});
      if (answer.code != 0) {
        throw Error(Kind::unavailable,
                    fmt::format("ctgan-server does not start on {}: {}", place_, first_line(answer.err)),
                    "the one of the portable bundle needs no libraries over there but a C library that is "
                    "not too old");
      }
    }
    require({"mv", "-f", fresh, there(part)}, "put '" + there(part) + "' in place");
  }
}

std::string RemoteInstall::doctor() {
  return ask({k_installed_program, "doctor"}).out;
}

void RemoteInstall::remove() {
  require({"rm", "-f", k_installed_program, std::string(k_installed_program) + ".new"},
          "remove ctgan-server");
  require({"rm", "-r", "-f", k_folder + "/lib/ctgan-server"}, "remove its libraries");
  ask({"rmdir", k_folder + "/bin", k_folder + "/lib"});  // unless somebody has put something there
}

}  // namespace ctgan::host::session
