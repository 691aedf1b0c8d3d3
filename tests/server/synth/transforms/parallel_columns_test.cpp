#include "server/synth/transforms/parallel_columns.h"

#include <atomic>
#include <stdexcept>
#include <vector>

#include "tests/catch.h"

using ctgan::synth::transforms::for_each_column;

TEST_CASE("Every column is visited once, also when there are none or many") {
  for (const std::size_t count : {0U, 1U, 2U, 500U}) {
    std::vector<std::atomic<int>> visits(count);
    for_each_column(count, [&](std::size_t column) { ++visits[column]; });
    for (const std::atomic<int>& times : visits) {
      CHECK(times == 1);
    }
  }
}

TEST_CASE("The failure of the first failing column is rethrown after the others have run") {
  std::atomic<int> finished = 0;
  const auto run = [&] {
    for_each_column(100, [&](std::size_t column) {
      if (column % 10 == 7) {
        throw std::runtime_error("column " + std::to_string(column));
      }
      ++finished;
    });
  };
  CHECK_THROWS_WITH(run(), "column 7");
  CHECK(finished == 90);
}
