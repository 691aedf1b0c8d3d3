#include "server/synth/sampling/kept_combinations.h"

#include "tests/catch.h"
#include "tests/raises.h"
#include "tests/server/synth/sampling/dice_model.h"

namespace ctgan::synth::sampling {

using archive::Archive;
using errors::Kind;
using table::Categories;
using table::Column;
using table::Dtype;
using table::Table;
using tests::raised;

namespace {

// Five rows: city, country, zip (numbers), and the same city spelled with a blank.
Table places() {
  return Table({{"city", Dtype::text, Categories{{0, 1, 0, 2, 1}, {"Rome", "Oslo", " Rome"}}, {}, {}},
                {"country", Dtype::text, Categories{{1, 0, 1, 1, 0}, {"Norway", "Italy"}}, {}, {}},
                {"zip", Dtype::int64, std::vector<std::int64_t>{7, 9, 7, 7, 0}, {0, 0, 0, 0, 1}, {""}}});
}

std::vector<int> kept(const CombinationTest& test, const Table& block) {
  std::vector<std::uint8_t> keep(block.rows(), 1);
  test.sift(block, keep);
  return {keep.begin(), keep.end()};
}

using Cells = std::vector<std::string>;

}  // namespace

TEST_CASE("each combination is kept once, in an order that says nothing of the rows") {
  const KeptCombinations combinations(places(), {{0, 1}, {1, 2}});
  REQUIRE(combinations.groups().size() == 2);
  CHECK(combinations.groups()[0].columns == Cells{"city", "country"});
  CHECK(combinations.groups()[0].cells == Cells{" Rome", "Italy", "Oslo", "Norway", "Rome", "Italy"});
  CHECK(combinations.groups()[1].cells == Cells{"Italy", "7", "Norway", "", "Norway", "9"});
}

TEST_CASE("combinations that fewer rows share than asked for are not kept") {
  CHECK(KeptCombinations(places(), {{0, 1}}, 2).groups()[0].cells ==
        Cells{"Oslo", "Norway", "Rome", "Italy"});
  CHECK(KeptCombinations(places(), {{0, 1}}, 3).groups()[0].cells.empty());
}

TEST_CASE("combinations come back from an archive, and a model without any has none") {
  Archive archive;
  KeptCombinations().add_to(archive);
  CHECK(archive.metadata.empty());
  CHECK(KeptCombinations(archive).groups().empty());
  const KeptCombinations combinations(places(), {{0, 1}, {1, 2}});
  combinations.add_to(archive);
  const KeptCombinations read(archive);
  REQUIRE(read.groups().size() == 2);
  for (std::size_t i = 0; i < 2; ++i) {
    CHECK(read.groups()[i].columns == combinations.groups()[i].columns);
    CHECK(read.groups()[i].cells == combinations.groups()[i].cells);
  }
}

TEST_CASE("damaged combinations are refused") {
  Archive whole;
  KeptCombinations(places(), {{0, 1}}).add_to(whole);
  for (const char* entry : {"", "5", "[5]", "[[\"a\"]]", "[[1,2]]", "{"}) {
    Archive damaged = whole;
    damaged.metadata["combinations"] = entry;
    CHECK(raised([&] { KeptCombinations{damaged}; }).kind() == Kind::bad_data);
  }
  Archive lacking = whole;
  lacking.tensors.clear();
  CHECK(raised([&] { KeptCombinations{lacking}; }).kind() == Kind::bad_data);
  Archive odd = whole;
  odd.tensors[0] = archive::tensor_from_strings("combinations0.cells", {"a", "b", "c"});
  CHECK(raised([&] { KeptCombinations{odd}; }).kind() == Kind::bad_data);
}

TEST_CASE("a block's rows are held to the combinations, whatever its dictionaries") {
  const KeptCombinations combinations(places(), {{0, 1, 2}});
  const std::vector<std::string> names{"zip", "city", "country"};
  const Table block({{"zip", Dtype::int64, std::vector<std::int64_t>{7, 7, 9, 0}, {0, 0, 0, 1}, {""}},
                     {"city", Dtype::text, Categories{{0, 1, 0, 0}, {"Oslo", "Rome"}}, {}, {}},
                     {"country", Dtype::text, Categories{{0, 1, 0, 0}, {"Norway", "Italy"}}, {}, {}}});
  CHECK(kept(CombinationTest(combinations, {1, 2, 0}, names), block) == std::vector{0, 1, 1, 1});
  CHECK(kept(CombinationTest(combinations, {2, 1}, names), block) == std::vector{1, 1, 1, 1});
  CHECK(kept(CombinationTest(combinations, {0, 1}, names), block) == std::vector{0, 1, 1, 1});
}

TEST_CASE("what a model cannot give is left out") {
  const Table rows({{"city", Dtype::text, Categories{{0, 1, 0}, {"Rome", "Gone"}}, {}, {}},
                    {"country", Dtype::text, Categories{{0, 0, 1}, {"Italy", "Nowhere"}}, {}, {}}});
  KeptCombinations combinations(rows, {{0, 1}});
  combinations.restrict_to(tests::DiceModel());
  CHECK(combinations.groups()[0].cells == Cells{"Rome", "Italy"});
}

TEST_CASE("a number's combination is that of its shortest text, one for both zeros") {
  const Table rows({{"a", Dtype::float64, std::vector<double>{0.5, -0.0, 0.0}, {}, {}},
                    {"b", Dtype::text, Categories{{0, 0, 0}, {"x"}}, {}, {}}});
  CHECK(KeptCombinations(rows, {{0, 1}}).groups()[0].cells == Cells{"0", "x", "0.5", "x"});
}

}  // namespace ctgan::synth::sampling
