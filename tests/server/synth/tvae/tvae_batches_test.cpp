#include "server/synth/tvae/tvae_batches.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "tests/catch.h"

namespace {

using namespace ctgan::synth;
using networks::TvaeBatch;
using tvae::TvaeBatches;

constexpr std::size_t k_rows = 103, k_width = 6;

struct Epoch {
  std::vector<std::uint32_t> rows;
  std::vector<float> noise;
  std::vector<std::size_t> sizes;
};

Epoch epoch(std::uint64_t number, std::uint64_t seed = 1, std::size_t batch_size = 20, int threads = 2,
            std::uint64_t first_pass = 0) {
  ctgan::threads::ThreadPool pool(threads);
  TvaeBatches batches(k_rows, k_width, batch_size, seed, pool);
  batches.start_epoch(number);
  Epoch seen;
  TvaeBatch batch;
  for (std::size_t i = 0; i < batches.count(); ++i) {
    batches.fill(batch, i, first_pass + i);
    REQUIRE(batch.noise.size() == batch.rows.size() * k_width);
    seen.rows.insert(seen.rows.end(), batch.rows.begin(), batch.rows.end());
    seen.noise.insert(seen.noise.end(), batch.noise.begin(), batch.noise.end());
    seen.sizes.push_back(batch.rows.size());
  }
  return seen;
}

}  // namespace

TEST_CASE("an epoch shows every row once, and its last batch has the rows that are left") {
  Epoch seen = epoch(1);
  CHECK(seen.sizes == std::vector<std::size_t>{20, 20, 20, 20, 20, 3});
  std::sort(seen.rows.begin(), seen.rows.end());
  std::vector<std::uint32_t> all(k_rows);
  std::iota(all.begin(), all.end(), 0U);
  CHECK(seen.rows == all);
}

TEST_CASE("a batch larger than the table is the whole table, one that divides it leaves nothing over") {
  CHECK(epoch(1, 1, 500).sizes == std::vector<std::size_t>{k_rows});
  CHECK(epoch(1, 1, k_rows).sizes == std::vector<std::size_t>{k_rows});
}

TEST_CASE("every epoch and every seed has an order of its own; the same has the same, on any threads") {
  CHECK(epoch(1).rows == epoch(1).rows);
  CHECK(epoch(1).rows == epoch(1, 1, 20, 5).rows);
  CHECK(epoch(1).noise == epoch(1, 1, 20, 1).noise);
  CHECK(epoch(1).rows != epoch(2).rows);
  CHECK(epoch(1).rows != epoch(1, 2).rows);
  CHECK(epoch(1).noise != epoch(1, 2).noise);
}

TEST_CASE("no pass draws the noise of another, and the noise is standard normal") {
  const Epoch one = epoch(1, 1, 20, 2, 0), later = epoch(1, 1, 20, 2, 6);
  CHECK(one.noise != later.noise);
  double sum = 0, squares = 0;
  for (std::uint64_t pass = 0; pass < 100; ++pass)
    for (const float value : epoch(1, 1, 20, 2, 6 * pass).noise) {
      sum += value;
      squares += static_cast<double>(value) * value;
    }
  const double count = 100.0 * k_rows * k_width;
  CHECK(sum / count == Approx(0).margin(0.02));
  CHECK(squares / count == Approx(1).margin(0.03));
}
