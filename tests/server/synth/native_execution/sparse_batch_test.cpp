#include "server/synth/native_execution/sparse_batch.h"

#include "tests/catch.h"
#include "tests/server/synth/networks/small_table.h"

namespace {

using namespace ctgan::synth;
using native_execution::SparseBatch;

const encoders::EncodedTable k_table = networks::small_table({{3, 1}, {4, 300}});
const std::vector<std::uint32_t> k_rows = {4, 0, 29, 4};

// The batch's row `row` in columns of its own, written densely.
std::vector<float> dense(const kernels::SparseRows<float>& rows, std::size_t row, std::size_t width) {
  std::vector<float> out(width);
  for (std::size_t i = row * rows.entries; i < (row + 1) * rows.entries; ++i)
    out.at(rows.index[i]) += rows.value[i];
  return out;
}

// The last piece first.
kernels::SparseRows<float> load(SparseBatch<float>& batch, std::span<const std::uint32_t> rows,
                                std::span<const std::uint32_t> condition = {}) {
  for (std::size_t piece = batch.begin(rows, condition); piece-- > 0;) batch.load(piece);
  return batch.rows();
}

}  // namespace

TEST_CASE("a batch holds the non-zero numbers of its rows, block by block") {
  SparseBatch<float> batch(k_table);
  const auto rows = load(batch, k_rows);
  REQUIRE(rows.entries == k_table.layout.blocks.size());
  for (std::size_t i = 0; i < k_rows.size(); ++i) {
    std::vector<float> expected(k_table.layout.width);
    k_table.write_dense(k_rows[i], expected);
    CHECK(dense(rows, i, expected.size()) == expected);
    for (std::size_t b = 0; b < rows.entries; ++b) {
      const encoders::Block& block = k_table.layout.blocks[b];
      const std::size_t column = rows.index[i * rows.entries + b];
      CHECK((column >= block.offset && column < block.offset + block.width));
    }
  }
}

TEST_CASE("the condition is one more entry, and packed rows have columns of their own") {
  const std::size_t width = k_table.layout.width, stride = width + k_table.layout.condition_width;
  SparseBatch<float> batch(k_table, 2, stride);
  const std::vector<std::uint32_t> conditions = {3, 0, 5, 1};
  const auto rows = load(batch, k_rows, conditions);
  REQUIRE(rows.entries == k_table.layout.blocks.size() + 1);
  for (std::size_t i = 0; i < k_rows.size(); ++i) {
    std::vector<float> expected(2 * stride);
    k_table.write_dense(k_rows[i], std::span(expected).subspan(i % 2 * stride, width));
    expected[i % 2 * stride + width + conditions[i]] = 1;
    CHECK(dense(rows, i, 2 * stride) == expected);
  }
}

TEST_CASE("a smaller batch after a larger one holds its own rows only") {
  SparseBatch<float> batch(k_table);
  load(batch, k_rows);
  const auto rows = load(batch, std::span(k_rows).first(1));
  std::vector<float> expected(k_table.layout.width);
  k_table.write_dense(k_rows[0], expected);
  CHECK(dense(rows, 0, expected.size()) == expected);
}

TEST_CASE("every row of a batch of many pieces is there, whichever piece comes first") {
  SparseBatch<float> batch(k_table, 3, k_table.layout.width);
  std::vector<std::uint32_t> many;
  for (std::uint32_t i = 0; i < 200; ++i) many.push_back(i * 7 % 30);
  CHECK(batch.begin(many) > 1);
  const auto rows = load(batch, many);
  for (std::size_t i = 0; i < many.size(); ++i) {
    std::vector<float> expected(3 * k_table.layout.width);
    k_table.write_dense(many[i],
                        std::span(expected).subspan(i % 3 * k_table.layout.width, k_table.layout.width));
    REQUIRE(dense(rows, i, expected.size()) == expected);
  }
}
