#include "tests/private_sshd.h"

#include <arpa/inet.h>
#include <pwd.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <fstream>
#include <sstream>
#include <stdexcept>
#include <thread>

#include "tests/run_program.h"

namespace ctgan::tests {
namespace {

namespace fs = std::filesystem;

constexpr const char* k_sshd = "/usr/sbin/sshd";

std::string content_of(const fs::path& path) {
  std::ifstream file(path);
  std::stringstream text;
  text << file.rdbuf();
  return text.str();
}

sockaddr_in loopback(int port) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(static_cast<std::uint16_t>(port));
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  return address;
}

int free_port() {
  const int descriptor = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address = loopback(0);
  socklen_t size = sizeof address;
  if (bind(descriptor, reinterpret_cast<sockaddr*>(&address), size) != 0 ||
      getsockname(descriptor, reinterpret_cast<sockaddr*>(&address), &size) != 0) {
    throw std::runtime_error("no free port");
  }
  close(descriptor);
  return ntohs(address.sin_port);
}

void generate_key(const fs::path& path) {
  const Outcome made =
      run_program({"/usr/bin/ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", path.string()});
  if (made.code != 0) throw std::runtime_error("ssh-keygen: " + made.err);
}

}  // namespace

PrivateSshd::PrivateSshd(const std::vector<std::string>& settings) : settings_(settings), port_(free_port()) {
  if (geteuid() == 0) fs::create_directories("/run/sshd");
  make_host_key();
  std::ofstream(folder_ / "authorized_keys");
  start();
}

PrivateSshd::~PrivateSshd() {
  stop();
}

std::string PrivateSshd::login() const {
  return getpwuid(geteuid())->pw_name;
}

std::string PrivateSshd::fingerprint() const {
  const Outcome shown =
      run_program({"/usr/bin/ssh-keygen", "-l", "-E", "sha256", "-f", (folder_ / "host_key.pub").string()});
  std::istringstream words(shown.out);
  std::string bits;
  std::string print;
  words >> bits >> print;
  return print;
}

std::string PrivateSshd::known_hosts_line() const {
  return "[127.0.0.1]:" + std::to_string(port_) + " " + content_of(folder_ / "host_key.pub");
}

fs::path PrivateSshd::make_key(const std::string& name) const {
  const fs::path path = folder_ / ("key_" + name);
  generate_key(path);
  return path;
}

void PrivateSshd::authorize(const std::string& options, const fs::path& key) const {
  authorize_line((options.empty() ? "" : options + " ") + content_of(key.string() + ".pub"));
}

void PrivateSshd::authorize_line(const std::string& line) const {
  std::ofstream(folder_ / "authorized_keys", std::ios::app) << line << (line.ends_with('\n') ? "" : "\n");
}

void PrivateSshd::change_host_key() {
  stop();
  fs::remove(folder_ / "host_key");
  fs::remove(folder_ / "host_key.pub");
  make_host_key();
  start();
}

void PrivateSshd::restart() {
  stop();
  start();
}

std::string PrivateSshd::log() const {
  return content_of(folder_ / "log");
}

void PrivateSshd::make_host_key() const {
  generate_key(folder_ / "host_key");
}

void PrivateSshd::start() {
  const fs::path config = folder_ / "sshd_config";
  std::ofstream text(config);
  // sshd takes the first value that it reads, but for this the last.
  text << "MaxStartups 100\n";
  for (const std::string& line : settings_) text << line << '\n';
  text << "ListenAddress 127.0.0.1\nPort " << port_ << "\nHostKey " << (folder_ / "host_key").string()
       << "\nAuthorizedKeysFile " << (folder_ / "authorized_keys").string()
       << "\nPidFile none\nStrictModes no\nUsePAM no\nPasswordAuthentication "
          "no\nKbdInteractiveAuthentication no\n"
       << "PermitRootLogin prohibit-password\nMaxSessions 100\n";
  text.close();
  const std::string log_file = folder_ / "log";
  pid_ = fork();
  if (pid_ == 0) {
    signal(SIGPIPE, SIG_DFL);
    execl(k_sshd, k_sshd, "-D", "-f", config.c_str(), "-E", log_file.c_str(), nullptr);
    _exit(127);
  }
  for (int i = 0; i < 200 && !answers(); ++i) {
    if (waitpid(pid_, nullptr, WNOHANG) == pid_) {
      pid_ = -1;
      throw std::runtime_error("sshd did not start: " + log());
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(50));
  }
}

void PrivateSshd::stop() {
  if (pid_ < 0) return;
  kill(pid_, SIGTERM);
  waitpid(pid_, nullptr, 0);
  pid_ = -1;
}

bool PrivateSshd::answers() const {
  const int descriptor = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  const sockaddr_in address = loopback(port_);
  const bool connected =
      connect(descriptor, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0;
  close(descriptor);
  return connected;
}

}  // namespace ctgan::tests
