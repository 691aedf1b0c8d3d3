#include "server/synth/sampling/sample_cut.h"

#include <set>
#include <vector>

#include "tests/catch.h"

namespace ctgan::synth::sampling {

TEST_CASE("the blocks of a sample hold all of its rows, one after the other") {
  for (const std::uint64_t rows : {0U, 1U, 64U, 65U, 1000U}) {
    const SampleCut cut(rows, 7, 64);
    std::uint64_t next = 0;
    for (std::size_t block = 0; block < cut.count(); ++block) {
      CHECK(cut.first_row(block) == next);
      CHECK(cut.rows_in(block) > 0);
      CHECK(cut.rows_in(block) <= 64);
      next += cut.rows_in(block);
    }
    CHECK(next == rows);
  }
}

TEST_CASE("a longer sample begins with the blocks of a shorter one, and the longest has its rows, too") {
  const std::uint64_t most = std::uint64_t{1} << 62U;
  const SampleCut small(640, 7, 64), large(most, 7, 64);
  CHECK(large.count() == (std::size_t{1} << 56U));
  CHECK(large.first_row(large.count() - 1) == most - 64);
  for (std::size_t block = 0; block < small.count(); ++block)
    CHECK(small.stream(block, 1, 3).next_double() == large.stream(block, 1, 3).next_double());
}

TEST_CASE("no two purposes of any blocks share random numbers") {
  const SampleCut cut(1000, 7, 64);
  std::set<double> first_numbers;
  for (std::size_t block = 0; block < cut.count(); ++block)
    for (std::uint64_t purpose = 0; purpose < 3; ++purpose)
      first_numbers.insert(cut.stream(block, purpose, 3).next_double());
  CHECK(first_numbers.size() == 3 * cut.count());
}

TEST_CASE("blocks of wide rows have fewer, within bounds") {
  CHECK(SampleCut::rows_a_block(1U << 17U, 1) == SampleCut::k_most_rows);
  CHECK(SampleCut::rows_a_block(1U << 17U, 100) == 1310);
  CHECK(SampleCut::rows_a_block(1U << 17U, 1'000'000) == SampleCut::k_least_rows);
}

}  // namespace ctgan::synth::sampling
