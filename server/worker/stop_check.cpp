#include "server/worker/stop_check.h"

#include <algorithm>

#include "common/errors/error.h"

namespace ctgan::server::worker {

using errors::Error;
using errors::Kind;

StopCheck::Clock::time_point StopCheck::deadline_in(std::uint64_t minutes) {
  constexpr std::uint64_t k_most = 100'000'000;
  if (minutes == 0) return Clock::time_point::max();
  return Clock::now() + std::chrono::minutes(std::min(minutes, k_most));
}

void StopCheck::check() {
  constexpr std::chrono::milliseconds k_pause{100};
  const auto now = Clock::now();
  if (now < next_) return;
  next_ = now + k_pause;
  if (folder_.is_asked_to_stop()) throw Error(Kind::job_cancelled, "the job was cancelled");
  if (now < deadline_) return;
  throw Error(Kind::job_failed, "the job has used the minutes that it may have",
              "ask less of it, or for more: by 'fit --minutes', and, where its user's limit is less, an "
              "administrator by 'manage users limit NAME --minutes N'");
}

}  // namespace ctgan::server::worker
