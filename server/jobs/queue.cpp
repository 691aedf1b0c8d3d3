#include "server/jobs/queue.h"

#include <algorithm>
#include <deque>
#include <map>

namespace ctgan::server::jobs {

using store::Job;
using store::JobState;

std::vector<Job> queue_order(const std::vector<Job>& unfinished, const LastTurn& last_turn) {
  struct Waiting {
    std::int64_t last_turn = 0;
    std::deque<Job> jobs;  // by seq
  };
  std::map<std::string, Waiting> users;
  std::int64_t turn = 0;
  for (const Job& job : unfinished) {
    if (job.state != JobState::queued) continue;
    const auto [at, is_new] = users.try_emplace(job.user);
    if (is_new) at->second.last_turn = last_turn(job.user);
    turn = std::max(turn, at->second.last_turn);
    at->second.jobs.push_back(job);
  }
  for (auto& [user, waiting] : users)
    std::sort(waiting.jobs.begin(), waiting.jobs.end(),
              [](const Job& a, const Job& b) { return a.seq < b.seq; });
  std::vector<Job> order;
  while (!users.empty()) {
    const auto next = std::min_element(users.begin(), users.end(), [](const auto& a, const auto& b) {
      if (a.second.last_turn != b.second.last_turn) return a.second.last_turn < b.second.last_turn;
      return a.second.jobs.front().seq < b.second.jobs.front().seq;
    });
    Waiting& waiting = next->second;
    order.push_back(std::move(waiting.jobs.front()));
    waiting.jobs.pop_front();
    waiting.last_turn = ++turn;
    if (waiting.jobs.empty()) users.erase(next);
  }
  return order;
}

bool has_place(const Occupied& occupied, store::JobKind kind, std::uint64_t most,
               std::uint64_t kept_for_samples) {
  // A locked user's samples wait as well.
  if (most == 0) return false;
  if (kind == store::JobKind::sample) return occupied.samples + occupied.others < most + kept_for_samples;
  return occupied.others + (occupied.samples - std::min(occupied.samples, kept_for_samples)) < most;
}

std::optional<Job> next_to_start(const std::vector<Job>& unfinished, const LastTurn& last_turn,
                                 const RunningLimits& limits) {
  std::map<std::string, Occupied> of_user;
  Occupied in_all;
  for (const Job& job : unfinished) {
    if (!store::has_worker(job.state)) continue;
    of_user[job.user].add(job.kind);
    in_all.add(job.kind);
  }
  for (Job& job : queue_order(unfinished, last_turn)) {
    const std::uint64_t most = limits.of_one ? limits.of_one(job.user) : limits.of_a_user;
    if (has_place(in_all, job.kind, limits.in_all, limits.kept_for_samples) &&
        has_place(of_user[job.user], job.kind, most, limits.kept_for_samples))
      return std::move(job);
  }
  return std::nullopt;
}

}  // namespace ctgan::server::jobs
