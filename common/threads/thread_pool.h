// A job's one thread pool: fork and join over numbered tasks. A worker that waits for the next tasks spins
// for a moment before it sleeps, since a training step has dozens of joins a few microseconds apart. A join
// waits only for workers that have begun: on a busy machine a worker may get a processor milliseconds after
// the others have done all there was, and a step has dozens of joins.
//
//     ThreadPool pool(2);
//     pool.run(panels, [&](std::size_t panel) { ... });   // returns when every task is done
//
// Which thread runs a task is open: tasks write places of their own, and sums over tasks are taken afterwards
// in the order of the tasks, so that results do not depend on the number of threads.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <exception>
#include <mutex>
#include <thread>
#include <vector>

namespace ctgan::threads {

// How many processors the machine has for us: at least 1.
int processors();

class ThreadPool {
 public:
  // The calling thread is one of the `threads`; 0 means processors().
  explicit ThreadPool(int threads);
  ~ThreadPool();
  ThreadPool(const ThreadPool&) = delete;
  ThreadPool& operator=(const ThreadPool&) = delete;

  int threads() const { return static_cast<int>(workers_.size()) + 1; }

  // Calls work(0) ... work(tasks - 1), each once, in any order. When tasks throw, the others run all the same
  // and the exception of the lowest task comes out at the end. Only one thread may call it, and not from
  // within a task.
  template <typename Work>
  void run(std::size_t tasks, const Work& work) {
    run_erased(
        tasks, [](const void* context, std::size_t task) { (*static_cast<const Work*>(context))(task); },
        &work);
  }

 private:
  using Call = void (*)(const void* context, std::size_t task);

  static constexpr std::uint32_t k_open = 1U << 31;

  void run_erased(std::size_t tasks, Call call, const void* context);
  void take_tasks();
  void serve();
  bool enter();
  void leave();

  std::vector<std::thread> workers_;
  // One round: written by run() before it opens `round_state_`, read by the workers that have entered.
  Call call_ = nullptr;
  const void* context_ = nullptr;
  std::size_t tasks_ = 0;
  std::mutex failure_mutex_;
  std::exception_ptr failure_;
  std::size_t failed_task_ = 0;
  std::atomic<bool> stopping_{false};
  alignas(64) std::atomic<std::uint32_t> round_{0};  // moves on when a round opens; workers sleep on it
  alignas(64) std::atomic<std::size_t> next_{0};
  alignas(64) std::atomic<std::uint32_t> round_state_{0};  // k_open or not, plus the workers within
};

}  // namespace ctgan::threads
