#include "server/synth/encoders/output_layout.h"

#include "tests/catch.h"

using ctgan::synth::encoders::Block;
using ctgan::synth::encoders::CategoryPlace;
using ctgan::synth::encoders::OutputLayout;

TEST_CASE("Blocks follow one another in table order, without gaps") {
  OutputLayout layout;
  layout.add_continuous(3);
  layout.add_discrete(4);
  layout.add_discrete(1);
  layout.add_continuous(1);
  layout.add_discrete(2);

  using Kind = Block::Kind;
  CHECK(layout.blocks == std::vector<Block>{{Kind::scalar, 0, 0, 1, 0},
                                            {Kind::modes, 0, 1, 3, 0},
                                            {Kind::categories, 1, 4, 4, 0},
                                            {Kind::categories, 2, 8, 1, 4},
                                            {Kind::scalar, 3, 9, 1, 0},
                                            {Kind::modes, 3, 10, 1, 0},
                                            {Kind::categories, 4, 11, 2, 5}});
  CHECK(layout.width == 13);
  CHECK(layout.condition_width == 7);
  CHECK(layout.columns() == 5);
  CHECK(layout.discrete_blocks() == std::vector<std::size_t>{2, 3, 6});
}

TEST_CASE("Each number of the conditional vector names its category's block and position") {
  OutputLayout layout;
  layout.add_discrete(2);
  layout.add_continuous(3);
  layout.add_discrete(1);
  CHECK(layout.category_places() == std::vector<CategoryPlace>{{0, 0}, {0, 1}, {3, 6}});
}

TEST_CASE("A block has the positions from its offset on, as many as it is wide") {
  const Block block{.offset = 4, .width = 2};
  CHECK(!block.has(3));
  CHECK(block.has(4));
  CHECK(block.has(5));
  CHECK(!block.has(6));
}

TEST_CASE("A layout without columns has no width") {
  CHECK(OutputLayout().width == 0);
  CHECK(OutputLayout().columns() == 0);
  CHECK(OutputLayout().discrete_blocks().empty());
  CHECK(OutputLayout().category_places().empty());
}

TEST_CASE("A table without discrete columns has no conditional vector") {
  OutputLayout layout;
  layout.add_continuous(10);
  CHECK(layout.condition_width == 0);
  CHECK(layout.discrete_blocks().empty());
}
