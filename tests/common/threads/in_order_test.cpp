#include "common/threads/in_order.h"

#include <atomic>
#include <chrono>
#include <stdexcept>
#include <string>

#include "tests/catch.h"

using ctgan::threads::run_in_order;
using ctgan::threads::ThreadPool;

TEST_CASE("pieces are handed on in order, each once, for any number of threads") {
  for (const int threads : {1, 2, 7}) {
    ThreadPool pool(threads);
    for (const std::size_t count : {0, 1, 2, 500}) {
      std::vector<std::size_t> taken;
      run_in_order(
          pool, count, [](std::size_t number) { return number * number; },
          [&](std::size_t square) { taken.push_back(square); });
      REQUIRE(taken.size() == count);
      for (std::size_t i = 0; i < count; ++i) REQUIRE(taken[i] == i * i);
    }
  }
}

TEST_CASE("pieces do not pile up behind a slow one") {
  ThreadPool pool(4);
  std::atomic<std::size_t> made{0};
  std::size_t made_beside_the_first = 0;
  run_in_order(
      pool, 100,
      [&](std::size_t number) {
        if (number == 0) {
          std::this_thread::sleep_for(std::chrono::milliseconds(50));
          made_beside_the_first = made;
        }
        ++made;
        return number;
      },
      [](std::size_t) {});
  CHECK(made == 100);
  CHECK(made_beside_the_first < 12);
}

TEST_CASE("what a maker or the taker throws comes out, and the rest is not made") {
  ThreadPool pool(2);
  std::atomic<int> made{0};
  const auto make = [&](std::size_t number) {
    ++made;
    if (number == 20) throw std::runtime_error("no piece");
    return number;
  };
  CHECK_THROWS_WITH(run_in_order(pool, 100'000, make, [](std::size_t) {}), "no piece");
  CHECK(made < 100);
  made = 0;
  const auto take = [](std::size_t number) {
    if (number == 10) throw std::runtime_error("no room");
  };
  const auto make_all = [&](std::size_t number) {
    ++made;
    return number;
  };
  CHECK_THROWS_WITH(run_in_order(pool, 100'000, make_all, take), "no room");
  CHECK(made < 100);
  made = 0;
  run_in_order(pool, 5, make_all, [](std::size_t) {});
  CHECK(made == 5);
}
