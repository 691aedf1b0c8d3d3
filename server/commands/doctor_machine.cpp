#include <fmt/format.h>
#include <pwd.h>
#include <sys/statvfs.h>
#include <sys/timex.h>
#include <sys/vfs.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <exception>

#include "common/errors/error.h"
#include "common/files/descriptor.h"
#include "common/process/child_process.h"
#include "server/commands/commands.h"
#include "server/commands/doctor_checks.h"
#include "server/commands/doctor_sshd.h"
#include "server/synth/evaluate/learner.h"
#include "server/synth/neural/torch_library.h"

namespace ctgan::server::commands {
namespace {

constexpr std::uint64_t k_mebibyte = std::uint64_t{1} << 20;

std::string all_of(int descriptor) {
  files::DescriptorSource source(descriptor);
  std::string text;
  std::array<char, 4096> buffer{};
  while (const std::size_t got = source.read(buffer)) text.append(buffer.data(), got);
  return text;
}

// The first line without the program's name before it.
std::string first_line(const std::string& text) {
  std::string line = text.substr(0, text.find('\n'));
  const std::string_view name = "ctgan-server: ";
  if (line.starts_with(name)) line.erase(0, name.size());
  return line;
}

// Whether it is there, and what it does with this account.
Findings sshd_findings(const std::filesystem::path& authorized_keys, bool shared) {
  constexpr std::array<const char*, 3> k_places{"/usr/sbin/sshd", "/usr/local/sbin/sshd", "/sbin/sshd"};
  const auto place =
      std::find_if(k_places.begin(), k_places.end(), [](const char* p) { return access(p, X_OK) == 0; });
  if (place == k_places.end()) {
    return {{Level::warning, "sshd", "not installed: nobody can connect from elsewhere",
             "apt-get install openssh-server"}};
  }
  Findings findings{{Level::ok, "sshd", *place, ""}};
  if (const passwd* account = getpwuid(geteuid())) {
    const SshdAccount asked{account->pw_name, account->pw_dir, authorized_keys, shared};
    const Findings more = check_sshd(*place, "/etc/ssh/sshd_config", asked);
    findings.insert(findings.end(), more.begin(), more.end());
  }
  return findings;
}

// Keys expire, audit entries are dated and old models deleted by it.
Finding clock_finding() {
  timex clock{};
  const int state = adjtimex(&clock);
  if (state >= 0 && state != TIME_ERROR && (clock.status & STA_UNSYNC) == 0)
    return {Level::ok, "clock", "synchronised", ""};
  return {Level::warning, "clock", "nothing keeps it right: keys expire and models are deleted by it",
          "apt-get install systemd-timesyncd"};
}

// sshd runs a forced command by the account's shell, too.
Finding shell_finding() {
  const passwd* account = getpwuid(geteuid());
  const std::string shell = account == nullptr ? "" : account->pw_shell;
  const std::string name = std::filesystem::path(shell).filename().string();
  if (account == nullptr || shell.empty() ||
      (access(shell.c_str(), X_OK) == 0 && name != "nologin" && name != "false"))
    return {Level::ok, "login shell", shell.empty() ? "the system's" : shell, ""};
  return {Level::error, "login shell",
          fmt::format("{} lets nobody in: sshd runs ctgan-server by it", errors::quoted(shell)),
          fmt::format("usermod -s /bin/sh {}; a key with a forced command gives nobody a shell",
                      account->pw_name)};
}

Finding space_finding(const std::filesystem::path& root) {
  struct statvfs room {};
  if (statvfs(root.c_str(), &room) != 0) {
    return {Level::error, "disk", errors::from_errno(errno, "look at", root.string()).sentence(), ""};
  }
  const std::uint64_t left = static_cast<std::uint64_t>(room.f_bavail) * room.f_frsize / k_mebibyte;
  const std::string text = fmt::format("{} MiB left", left);
  if (left < 64) return {Level::error, "disk", text, "free some space: nothing can be stored"};
  if (left < 1024) return {Level::warning, "disk", text, "free some space"};
  return {Level::ok, "disk", text, ""};
}

struct NetworkFileSystem {
  std::uint64_t magic;
  const char* name;
};
constexpr std::array<NetworkFileSystem, 8> k_network{{{0x6969, "NFS"},
                                                      {0xff534d42, "CIFS"},
                                                      {0xfe534d42, "SMB"},
                                                      {0x517b, "SMB"},
                                                      {0x65735546, "FUSE"},
                                                      {0x0bd00bd0, "Lustre"},
                                                      {0x47504653, "GPFS"},
                                                      {0x01021997, "9P"}}};

Finding file_system_finding(const std::filesystem::path& root) {
  struct statfs system {};
  if (statfs(root.c_str(), &system) != 0) {
    return {Level::error, "file system", errors::from_errno(errno, "look at", root.string()).sentence(), ""};
  }
  const auto magic = static_cast<std::uint64_t>(system.f_type) & 0xffffffffU;
  const auto* found =
      std::find_if(k_network.begin(), k_network.end(), [&](const auto& n) { return n.magic == magic; });
  if (found == k_network.end()) return {Level::ok, "file system", "local", ""};
  return {Level::warning, "file system",
          fmt::format("{}: locks over a network cannot be trusted", found->name),
          "move the data root to a local disk: '--root DIR'"};
}

Finding probe() {
  try {
    process::ChildProcess child({process::own_executable().string(), "probe-torch"});
    child.close_input();
    const std::string words = all_of(child.error());
    const process::ExitState state = child.wait();
    if (state.code == 0) return {Level::ok, "libtorch", "can be loaded", ""};
    const std::string why =
        state.signal ? fmt::format("ended by signal {}", *state.signal) : first_line(words);
    return {Level::error, "libtorch", why, "install libtorch1.13, or take libctgan_torch.so away"};
  } catch (...) {
    return {Level::error, "libtorch", errors::describe(std::current_exception()).sentence(), ""};
  }
}

}  // namespace

Outcome probe_torch() {
  synth::neural::open_execution(synth::neural::torch_library_places());
  return {};
}

Findings check_torch(const std::filesystem::path& alternatives) {
  const std::vector<std::filesystem::path> places = synth::neural::torch_library_places();
  if (std::none_of(places.begin(), places.end(), [](const std::filesystem::path& place) {
        std::error_code ignored;
        return std::filesystem::exists(place, ignored);
      }))
    return {{Level::ok, "libtorch", "is not installed: only '--execution libtorch' and GPUs need it", ""}};
  return {probe(), check_blas(alternatives)};
}

Finding check_learner() {
  try {
    return {Level::ok, "XGBoost", synth::evaluate::learner_name({}), ""};
  } catch (const errors::Error& error) {
    return {
        Level::warning, "XGBoost",
        error.sentence() + ": reports measure neither utility nor how well rows can be told from real ones",
        "apt-get install libxgboost0"};
  }
}

Finding check_blas(const std::filesystem::path& alternatives) {
  std::error_code failed;
  for (const auto& entry : std::filesystem::directory_iterator(alternatives, failed)) {
    if (!entry.path().filename().string().starts_with("libblas.so.3")) continue;
    const std::string target = std::filesystem::read_symlink(entry.path(), failed).string();
    if (target.find("/blas/") == std::string::npos) return {Level::ok, "BLAS", target, ""};
    return {Level::warning, "BLAS",
            fmt::format("{} is the reference one, about 25 times slower than OpenBLAS", target),
            "apt-get install libopenblas0-openmp"};
  }
  return {Level::warning, "BLAS", "none is installed by the distribution",
          "apt-get install libopenblas0-openmp"};
}

Findings check_machine(const std::filesystem::path& root, const std::filesystem::path& authorized_keys,
                       bool shared) {
  Findings findings = sshd_findings(authorized_keys, shared);
  for (Finding& finding :
       std::vector{shell_finding(), clock_finding(), space_finding(root), file_system_finding(root)})
    findings.push_back(std::move(finding));
  return findings;
}

}  // namespace ctgan::server::commands
