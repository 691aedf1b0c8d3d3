#include "server/jobs/claim.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <thread>

#include "common/errors/error.h"
#include "common/failpoints/failpoint.h"
#include "common/process/process_id.h"
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

// Who looks after a job holds its lock for milliseconds.
FileHandle lock_patiently(const JobFolder& folder) {
  constexpr int k_tries = 100;
  FileHandle held = lock(folder);
  for (int i = 0; i < k_tries && !held; ++i) {
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
    held = lock(folder);
  }
  return held;
}

void name_holder(const FileHandle& lock) {
  const std::string line = process::to_text(process::process_id(getpid())) + "\n";
  // Without it the job cannot be stopped, which is no reason not to do it.
  if (ftruncate(lock.get(), 0) != 0 || pwrite(lock.get(), line.data(), line.size(), 0) < 0) return;
}

bool make_attempt(const JobFolder& folder, int number) {
  const auto path = folder.attempt(number);
  const FileHandle made(::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600));
  if (!made && errno != EEXIST) throw errors::from_errno(errno, "create", path.string());
  return static_cast<bool>(made);
}

}  // namespace

std::optional<Claim> Claim::take(const JobFolder& folder) {
  FileHandle held = lock_patiently(folder);
  if (!held || folder.is_asked_to_stop() || folder.has_ended()) return std::nullopt;
  const int attempts = folder.attempts();
  if (attempts > 0 && !folder.may_go_on()) return std::nullopt;
  if (!make_attempt(folder, attempts + 1)) return std::nullopt;
  failpoints::failpoint("worker: it has claimed the job");
  name_holder(held);
  return Claim(std::move(held));
}

std::optional<Claim> Claim::settle(const JobFolder& folder) {
  FileHandle held = lock(folder);
  if (!held) return std::nullopt;
  return Claim(std::move(held));
}

bool is_claimed(const JobFolder& folder) {
  return is_claimed(folder, folder.read_start());
}

bool is_claimed(const JobFolder& folder, const Json& start) {
  return folder.attempts() >= starts_in(start);
}

bool is_held(const JobFolder& folder) {
  return store::is_locked(folder.lock());
}

bool stop_worker(const JobFolder& folder) {
  constexpr std::chrono::milliseconds k_patience{1000};
  if (!is_held(folder)) return true;
  const auto holder = process::process_id_from_text(files::read_file(folder.lock()));
  if (holder) process::kill_process(*holder, k_patience);
  return !is_held(folder);
}

}  // namespace ctgan::server::jobs
