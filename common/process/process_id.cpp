#include "common/process/process_id.h"

#include <fmt/format.h>
#include <poll.h>
#include <signal.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <fstream>
#include <sstream>

#include "common/files/file.h"

namespace ctgan::process {
namespace {

std::string boot_id() {
  std::string text;
  std::ifstream file("/proc/sys/kernel/random/boot_id");
  file >> text;
  return text;
}

struct Stat {
  char state = 'X';
  std::string start;
};

// Fields 3 and 22 of /proc/PID/stat, counted behind the name in parentheses, which may hold anything.
Stat stat_of(pid_t pid) {
  constexpr int k_fields_between = 18;
  Stat stat;
  std::string text;
  std::ifstream file(fmt::format("/proc/{}/stat", pid));
  std::getline(file, text);
  std::istringstream words(text.substr(std::min(text.size(), text.rfind(')') + 1)));
  words >> stat.state;
  for (int i = 0; i < k_fields_between; ++i) words >> text;
  words >> stat.start;
  return words ? stat : Stat{};
}

}  // namespace

ProcessId process_id(pid_t pid) {
  return {pid, stat_of(pid).start, boot_id()};
}

std::string to_text(const ProcessId& id) {
  return fmt::format("{} {} {}", id.pid, id.start, id.boot);
}

std::optional<ProcessId> process_id_from_text(std::string_view text) {
  ProcessId id;
  std::istringstream words{std::string(text)};
  if (!(words >> id.pid >> id.start) || id.pid <= 0) return std::nullopt;
  if (!(words >> id.boot)) id.boot = boot_id();
  return id;
}

bool is_of_this_machine(const ProcessId& id) {
  return !id.boot.empty() && id.boot == boot_id();
}

bool is_alive(const ProcessId& id) {
  if (!is_of_this_machine(id)) return false;
  const Stat stat = stat_of(id.pid);
  return !stat.start.empty() && stat.start == id.start && stat.state != 'Z';
}

bool end_process(const ProcessId& id, int signal, std::chrono::milliseconds patience) {
  if (!is_of_this_machine(id)) return false;
  const files::FileHandle process(static_cast<int>(syscall(SYS_pidfd_open, id.pid, 0)));
  // Looked at behind the opening: from here on the number cannot become somebody else's unnoticed.
  if (!process || !is_alive(id)) return true;
  if (syscall(SYS_pidfd_send_signal, process.get(), signal, nullptr, 0) != 0) return false;
  pollfd ended{process.get(), POLLIN, 0};
  return poll(&ended, 1, static_cast<int>(patience.count())) > 0;
}

bool kill_process(const ProcessId& id, std::chrono::milliseconds patience) {
  return end_process(id, SIGKILL, patience);
}

}  // namespace ctgan::process
