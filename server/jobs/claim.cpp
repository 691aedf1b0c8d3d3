#include "server/jobs/claim.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <signal.h>
#include <sys/file.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <fstream>
#include <sstream>
#include <thread>

#include "common/errors/error.h"
#include "server/store/presence.h"

namespace ctgan::server::jobs {
namespace {

using files::FileHandle;

// Without a lock when another process holds it.
FileHandle lock(const JobFolder& folder) {
  FileHandle file(::open(folder.lock().c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600));
  if (!file) throw errors::from_errno(errno, "open", folder.lock().string());
  if (flock(file.get(), LOCK_EX | LOCK_NB) == 0) return file;
  if (errno != EWOULDBLOCK) throw errors::from_errno(errno, "lock", folder.lock().string());
  return {};
}

// A process by its number and its start: numbers are used again.
struct Holder {
  pid_t pid = 0;
  std::string start;
};

// In clock ticks since the machine started; field 22 of /proc/PID/stat, counted behind the name in
// parentheses.
std::string start_of(pid_t pid) {
  constexpr int k_fields_behind_name = 20;
  std::string text;
  std::ifstream file(fmt::format("/proc/{}/stat", pid));
  std::getline(file, text);
  std::istringstream words(text.substr(std::min(text.size(), text.rfind(')') + 1)));
  for (int i = 0; i < k_fields_behind_name; ++i) words >> text;
  return words ? text : std::string();
}

void name_holder(const FileHandle& lock) {
  const std::string line = fmt::format("{} {}\n", getpid(), start_of(getpid()));
  // Without it the job cannot be stopped, which is no reason not to do it.
  if (ftruncate(lock.get(), 0) != 0 || pwrite(lock.get(), line.data(), line.size(), 0) < 0) return;
}

Holder holder_of(const JobFolder& folder) {
  Holder holder;
  std::ifstream file(folder.lock());
  file >> holder.pid >> holder.start;
  return holder;
}

// Waits a second for its end.
void kill_process(const Holder& holder) {
  if (holder.pid <= 0) return;
  const FileHandle process(static_cast<int>(syscall(SYS_pidfd_open, holder.pid, 0)));
  // Looked at behind the opening: from here on the number cannot become somebody else's unnoticed.
  if (!process || start_of(holder.pid) != holder.start) return;
  syscall(SYS_pidfd_send_signal, process.get(), SIGKILL, nullptr, 0);
  pollfd ended{process.get(), POLLIN, 0};
  poll(&ended, 1, 1000);
}

}  // namespace

std::optional<Claim> Claim::take(const JobFolder& folder) {
  FileHandle held = lock(folder);
  if (!held) return std::nullopt;
  const FileHandle attempt(::open(folder.attempt().c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600));
  if (attempt) {
    name_holder(held);
    return Claim(std::move(held));
  }
  if (errno == EEXIST) return std::nullopt;
  throw errors::from_errno(errno, "create", folder.attempt().string());
}

std::optional<Claim> Claim::inherit(const JobFolder& folder) {
  if (!is_claimed(folder)) return std::nullopt;
  FileHandle held = lock(folder);
  if (!held) return std::nullopt;
  return Claim(std::move(held));
}

bool is_claimed(const JobFolder& folder) {
  return std::filesystem::exists(folder.attempt());
}

bool stop_worker(const JobFolder& folder) {
  constexpr int k_tries = 20;
  for (int i = 0; i < k_tries && store::is_locked(folder.lock()); ++i) {
    kill_process(holder_of(folder));
    if (store::is_locked(folder.lock())) std::this_thread::sleep_for(std::chrono::milliseconds(50));
  }
  return !store::is_locked(folder.lock());
}

}  // namespace ctgan::server::jobs
