// Who starts next: users in turn, and of a user the job that came first. Pure; the table of jobs is the queue.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "server/store/job_table.h"

namespace ctgan::server::jobs {

// Jobs that have a worker, or are about to.
struct RunningLimits {
  std::uint64_t in_all = 4;
  std::uint64_t of_a_user = 3;
  // So many samples more, in all and of a user: rows that take seconds wait for no fit that takes hours.
  std::uint64_t kept_for_samples = 1;
  // Where users have limits of their own: that of one, 0 where his jobs are to wait.
  using OfOne = std::function<std::uint64_t(const std::string& user)>;
  OfOne of_one = {};
};

// The turn of the user's last job that was started; 0 where none was.
using LastTurn = std::function<std::int64_t(const std::string& user)>;

// What runs, in all or of one user.
struct Occupied {
  std::uint64_t samples = 0, others = 0;
  void add(store::JobKind kind) { ++(kind == store::JobKind::sample ? samples : others); }
};

// Whether one more of this kind may run beside these where `most` may.
bool has_place(const Occupied& occupied, store::JobKind kind, std::uint64_t most,
               std::uint64_t kept_for_samples);

// The queued ones among `unfinished`, in the order in which they start when nobody else comes and each that runs ends
// at once: the user whose last turn is longest ago goes first, and between users without one who came first.
std::vector<store::Job> queue_order(const std::vector<store::Job>& unfinished, const LastTurn& last_turn);

// The first of these whose user may have one more; none when as many as may run do. `unfinished` holds all jobs that
// have not ended.
std::optional<store::Job> next_to_start(const std::vector<store::Job>& unfinished, const LastTurn& last_turn,
                                        const RunningLimits& limits);

}  // namespace ctgan::server::jobs
