#include "server/worker/stop_check.h"

#include "common/errors/error.h"

namespace ctgan::server::worker {

void StopCheck::check() {
  constexpr std::chrono::milliseconds k_pause{100};
  const auto now = std::chrono::steady_clock::now();
  if (now < next_) return;
  next_ = now + k_pause;
  if (folder_.is_asked_to_stop()) throw errors::Error(errors::Kind::job_cancelled, "the job was cancelled");
}

}  // namespace ctgan::server::worker
