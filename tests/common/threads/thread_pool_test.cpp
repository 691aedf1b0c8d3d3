#include "common/threads/thread_pool.h"

#include <chrono>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include "tests/catch.h"

using ctgan::threads::ThreadPool;

TEST_CASE("every task runs once, for any number of threads and tasks") {
  for (const int threads : {1, 2, 7}) {
    ThreadPool pool(threads);
    REQUIRE(pool.threads() == threads);
    for (const std::size_t tasks : {0, 1, 2, 100}) {
      std::vector<std::atomic<int>> runs(tasks);
      pool.run(tasks, [&](std::size_t task) { ++runs[task]; });
      for (const auto& count : runs) REQUIRE(count == 1);
    }
  }
}

TEST_CASE("thousands of short rounds in a row, and rounds after a sleep, lose nothing") {
  ThreadPool pool(3);
  std::atomic<long> sum{0};
  for (int round = 0; round < 20'000; ++round)
    pool.run(5, [&](std::size_t task) { sum += static_cast<long>(task); });
  std::this_thread::sleep_for(std::chrono::milliseconds(20));
  pool.run(5, [&](std::size_t task) { sum += static_cast<long>(task); });
  CHECK(sum == 20'001L * 10);
}

TEST_CASE("rounds follow each other while workers come late or not at all") {
  // Far more workers than processors: most of them wake when their round is over.
  ThreadPool pool(64);
  std::vector<long> sums(8);
  for (long round = 0; round < 5'000; ++round)
    pool.run(sums.size(), [&](std::size_t task) { sums[task] += round; });
  for (const long sum : sums) CHECK(sum == 5'000L * 4'999 / 2);
}

TEST_CASE("the exception of the lowest task comes out when all have run, and the pool goes on") {
  ThreadPool pool(2);
  std::atomic<int> finished{0};
  const auto run = [&] {
    pool.run(100, [&](std::size_t task) {
      if (task % 10 == 7) throw std::runtime_error("task " + std::to_string(task));
      ++finished;
    });
  };
  CHECK_THROWS_WITH(run(), "task 7");
  CHECK(finished == 90);
  pool.run(10, [&](std::size_t) { ++finished; });
  CHECK(finished == 100);
}
