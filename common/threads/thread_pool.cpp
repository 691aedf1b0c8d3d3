#include "common/threads/thread_pool.h"

#include <sched.h>

#include <algorithm>
#include <utility>

namespace ctgan::threads {
namespace {

// About 50 microseconds: longer than the serial parts between two joins, shorter than anyone else would mind.
constexpr int k_spins = 1 << 11;

// Waits until `value` is no longer `old`.
void await_change(const std::atomic<std::uint32_t>& value, std::uint32_t old) {
  for (int spin = 0; spin < k_spins; ++spin) {
    if (value.load(std::memory_order_acquire) != old) return;
    __builtin_ia32_pause();
  }
  value.wait(old, std::memory_order_acquire);
}

}  // namespace

int processors() {
  cpu_set_t allowed;
  if (sched_getaffinity(0, sizeof allowed, &allowed) == 0) return std::max(1, CPU_COUNT(&allowed));
  return static_cast<int>(std::max(1U, std::thread::hardware_concurrency()));
}

ThreadPool::ThreadPool(int threads) {
  const int wanted = threads > 0 ? threads : processors();
  for (int i = 1; i < wanted; ++i) workers_.emplace_back([this] { serve(); });
}

ThreadPool::~ThreadPool() {
  stopping_.store(true, std::memory_order_relaxed);
  round_.fetch_add(1, std::memory_order_release);
  round_.notify_all();
  for (std::thread& worker : workers_) worker.join();
}

void ThreadPool::run_erased(std::size_t tasks, Call call, const void* context) {
  if (tasks == 0) return;
  call_ = call;
  context_ = context;
  tasks_ = tasks;
  next_.store(0, std::memory_order_relaxed);
  const bool shared = tasks > 1 && !workers_.empty();
  if (shared) {
    round_state_.store(k_open, std::memory_order_release);
    round_.fetch_add(1, std::memory_order_release);
    round_.notify_all();
  }
  take_tasks();
  if (shared) {
    round_state_.fetch_and(~k_open, std::memory_order_acq_rel);
    for (std::uint32_t within; (within = round_state_.load(std::memory_order_acquire)) != 0;)
      await_change(round_state_, within);
  }
  if (failure_) std::rethrow_exception(std::exchange(failure_, nullptr));
}

void ThreadPool::take_tasks() {
  for (std::size_t task; (task = next_.fetch_add(1, std::memory_order_relaxed)) < tasks_;) {
    try {
      call_(context_, task);
    } catch (...) {
      const std::lock_guard lock(failure_mutex_);
      if (failure_ && failed_task_ < task) continue;
      failure_ = std::current_exception();
      failed_task_ = task;
    }
  }
}

bool ThreadPool::enter() {
  for (std::uint32_t state = round_state_.load(std::memory_order_relaxed); (state & k_open) != 0;)
    if (round_state_.compare_exchange_weak(state, state + 1, std::memory_order_acquire,
                                           std::memory_order_relaxed))
      return true;
  return false;
}

void ThreadPool::leave() {
  if (round_state_.fetch_sub(1, std::memory_order_acq_rel) == 1) round_state_.notify_one();
}

void ThreadPool::serve() {
  for (std::uint32_t seen = 0;;) {
    await_change(round_, seen);
    // Read before entering: a round that opens in between is either entered now or seen as new later.
    seen = round_.load(std::memory_order_acquire);
    if (stopping_.load(std::memory_order_relaxed)) return;
    if (!enter()) continue;
    take_tasks();
    leave();
  }
}

}  // namespace ctgan::threads
