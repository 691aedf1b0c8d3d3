#include "tests/system/remote_server.h"

#include <sstream>

#include "tests/catch.h"

namespace ctgan::tests {
namespace {

namespace fs = std::filesystem;

std::string credentials_of(const PrivateSshd& sshd, const fs::path& key, const std::string& more) {
  std::ostringstream json;
  json << R"({"host":"127.0.0.1","port":)" << sshd.port() << R"(,"ssh_user":")" << sshd.login()
       << R"(","key":")" << key.string() << R"(","host_key_fingerprint":")" << sshd.fingerprint() << "\""
       << more << "}";
  return json.str();
}

}  // namespace

SharedServer::SharedServer(const std::vector<std::string>& settings)
    : root_(folder_ / "root"), sshd_(settings) {
  admin({"init", "--shared"});
}

Outcome SharedServer::admin(const std::vector<std::string>& arguments, const std::string& input) const {
  std::vector<std::string> argv{bin("ctgan-server"), "--root", root_.string()};
  argv.insert(argv.end(), arguments.begin(), arguments.end());
  Surroundings around;
  around.environment = {"HOME=" + folder_.path().string()};
  around.input = input;
  const Outcome outcome = run_program(argv, around);
  INFO(outcome);
  REQUIRE(outcome.code == 0);
  return outcome;
}

fs::path SharedServer::add_user_with_key(const std::string& name) {
  admin({"user", "add", name});
  const fs::path key = sshd_.make_key(name);
  sshd_.authorize_line(admin({"user", "authorize", name, "--key", key.string() + ".pub", "--print"}).out);
  return key;
}

void SharedServer::add_user_with_password(const std::string& name, const std::string& password) const {
  admin({"user", "add", name, "--password-stdin"}, password + "\n");
}

fs::path SharedServer::make_shared_key() {
  const fs::path key = sshd_.make_key("shared");
  sshd_.authorize_line(
      admin({"user", "authorize", "--login", "--key", key.string() + ".pub", "--print"}).out);
  return key;
}

std::string SharedServer::credentials(const fs::path& key, const std::string& more) const {
  return credentials_of(sshd_, key, more);
}

std::vector<std::string> SharedServer::client(const std::string& program, const fs::path& key,
                                              const std::string& port_flag) const {
  return {program,
          "-F",
          "none",
          "-i",
          key.string(),
          "-o",
          "BatchMode=yes",
          "-o",
          "IdentitiesOnly=yes",
          "-o",
          "StrictHostKeyChecking=no",
          "-o",
          "UserKnownHostsFile=/dev/null",
          "-o",
          "LogLevel=ERROR",
          port_flag,
          std::to_string(sshd_.port())};
}

Outcome SharedServer::ssh(const fs::path& key, const std::string& command_line,
                          const std::string& input) const {
  std::vector<std::string> argv = client("/usr/bin/ssh", key, "-p");
  argv.push_back(sshd_.login() + "@127.0.0.1");
  if (!command_line.empty()) argv.push_back(command_line);
  Surroundings around;
  around.input = input;
  return run_program(argv, around);
}

Outcome SharedServer::scp(const fs::path& key, std::vector<std::string> arguments,
                          const fs::path& folder) const {
  std::vector<std::string> argv = client("/usr/bin/scp", key, "-P");
  argv.emplace_back("-O");
  for (std::string& argument : arguments) {
    const std::size_t host = argument.find("HOST:");
    if (host != std::string::npos) argument.replace(host, 5, sshd_.login() + "@127.0.0.1:");
    argv.push_back(argument);
  }
  Surroundings around;
  around.folder = folder;
  return run_program(argv, around);
}

PersonalServer::PersonalServer(const std::string& path)
    : sshd_({"SetEnv PATH=" + path + ":/usr/bin:/bin XDG_DATA_HOME=" + folder_.path().string()}),
      key_(sshd_.make_key("me")) {
  sshd_.authorize("", key_);
}

std::string PersonalServer::credentials(const std::string& more) const {
  return credentials_of(sshd_, key_, more);
}

}  // namespace ctgan::tests
