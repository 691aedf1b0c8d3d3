#include "server/synth/encoders/encoded_table.h"

#include "tests/catch.h"

using namespace ctgan::synth::encoders;

TEST_CASE("A dense row holds the scalars, a one for each mode and category, and nothing of the row before") {
  EncodedTable table;
  table.layout.add_continuous(3);
  table.layout.add_discrete(2);
  table.rows = 2;
  table.columns.emplace_back(EncodedContinuous{.mode = {2, 0}, .scalar = {-0.5F, 0.25F}});
  ctgan::synth::codecs::Codes discrete = ctgan::synth::codecs::Codes::sized(2, 2);
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
