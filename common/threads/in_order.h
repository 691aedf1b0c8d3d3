// Makes pieces on all threads of a pool and hands them over one at a time, in the order of their numbers.
//
//     run_in_order(pool, blocks, [&](std::size_t block) { return text_of(block); },
//                  [&](std::string text) { sink.write(text); });
//
// At most three pieces a thread wait for their turn, so that memory does not grow with their number.
#pragma once

#include <algorithm>
#include <condition_variable>
#include <cstddef>
#include <mutex>
#include <optional>
#include <type_traits>
#include <utility>
#include <vector>

#include "common/threads/thread_pool.h"

namespace ctgan::threads {

template <typename Piece>
class PiecesInOrder {
 public:
  explicit PiecesInOrder(std::size_t most_waiting) : waiting_(most_waiting) {}

  // Waits until piece `number` may be made; false when it is not wanted any more.
  bool await_turn(std::size_t number) {
    std::unique_lock lock(mutex_);
    moved_.wait(lock, [&] { return failed_ || number < next_ + waiting_.size(); });
    return !failed_;
  }

  // Takes piece `number`, and hands on what stands next, unless another thread is at it.
  template <typename Take>
  void put(std::size_t number, Piece piece, const Take& take) {
    std::unique_lock lock(mutex_);
    waiting_[number % waiting_.size()] = std::move(piece);
    if (std::exchange(taking_, true)) return;
    while (auto& place = waiting_[next_ % waiting_.size()]) {
      if (failed_) break;
      Piece ready = std::move(*place);
      place.reset();
      lock.unlock();
      take(std::move(ready));
      lock.lock();
      ++next_;
      moved_.notify_all();
    }
    taking_ = false;
  }

  // Nothing more is wanted.
  void fail() {
    const std::lock_guard lock(mutex_);
    failed_ = true;
    moved_.notify_all();
  }

 private:
  std::mutex mutex_;
  std::condition_variable moved_;
  std::vector<std::optional<Piece>> waiting_;  // piece n at n modulo their number
  std::size_t next_ = 0;                       // the piece that is handed on next
  bool taking_ = false;
  bool failed_ = false;
};

// `make` is called from several threads at once, `take` from one at a time. What either throws comes out,
// after which no further piece is made.
template <typename Make, typename Take>
void run_in_order(ThreadPool& pool, std::size_t count, const Make& make, const Take& take) {
  PiecesInOrder<std::invoke_result_t<Make, std::size_t>> pieces(3 * static_cast<std::size_t>(pool.threads()));
  pool.run(count, [&](std::size_t number) {
    try {
      if (pieces.await_turn(number)) pieces.put(number, make(number), take);
    } catch (...) {
      pieces.fail();
      throw;
    }
  });
}

}  // namespace ctgan::threads
