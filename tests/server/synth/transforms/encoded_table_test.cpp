#include "server/synth/transforms/encoded_table.h"

#include "tests/catch.h"

using namespace ctgan::synth::transforms;

TEST_CASE("Category codes are as narrow as the count allows") {
  const auto bytes = [](std::size_t categories) {
    const EncodedDiscrete column = EncodedDiscrete::sized(categories, 1);
    return std::visit([](const auto& v) { return sizeof(v[0]); }, column.codes);
  };
  CHECK(bytes(1) == 1);
  CHECK(bytes(256) == 1);
  CHECK(bytes(257) == 2);
  CHECK(bytes(65'536) == 2);
  CHECK(bytes(65'537) == 4);
}

TEST_CASE("The last category of each width is kept") {
  for (const std::size_t categories : {1U, 256U, 257U, 65'536U, 65'537U}) {
    EncodedDiscrete column = EncodedDiscrete::sized(categories, 2);
    const auto last = static_cast<std::uint32_t>(categories - 1);
    column.set(1, last);
    CHECK(column.code(0) == 0);
    CHECK(column.code(1) == last);
    CHECK(column.rows() == 2);
  }
}

TEST_CASE("A dense row holds the scalars, a one for each mode and category, and nothing of the row before") {
  EncodedTable table;
  table.layout.add_continuous(3);
  table.layout.add_discrete(2);
  table.rows = 2;
  table.columns.emplace_back(EncodedContinuous{.mode = {2, 0}, .scalar = {-0.5F, 0.25F}});
  EncodedDiscrete discrete = EncodedDiscrete::sized(2, 2);
  discrete.set(0, 1);
  table.columns.emplace_back(discrete);

  std::vector<float> row(table.layout.width);
  table.write_dense(0, row);
  CHECK(row == std::vector<float>{-0.5F, 0, 0, 1, 0, 1});
  table.write_dense(1, row);
  CHECK(row == std::vector<float>{0.25F, 1, 0, 0, 1, 0});
}

TEST_CASE("A mode is wide when one of its scalars is not zero") {
  EncodedTable table;
  table.layout.add_continuous(3);
  table.rows = 4;
  table.columns.emplace_back(EncodedContinuous{.mode = {1, 0, 1, 0}, .scalar = {0, 0, 0.5F, 0}});
  CHECK(wide_modes(table, table.layout.blocks[1]) == std::vector<bool>{false, true, false});
}
