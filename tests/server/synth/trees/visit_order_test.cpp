#include "server/synth/trees/visit_order.h"

#include <algorithm>
#include <string>

#include "server/synth/trees/association.h"
#include "tests/catch.h"
#include "tests/raises.h"
#include "tests/server/synth/trees/small_states.h"

namespace {

using namespace ctgan;
using namespace ctgan::synth;

std::vector<std::string> names(const trees::VisitOrder& order, const tests::SmallStates& small) {
  std::vector<std::string> found;
  for (const std::size_t v : order) {
    const trees::Variable& variable = (*small.variables)[v];
    found.push_back(small.table.columns()[variable.column].name + (variable.part ? "?" : ""));
  }
  return found;
}

using Names = std::vector<std::string>;

std::ptrdiff_t place(const Names& order, const std::string& name) {
  return std::find(order.begin(), order.end(), name) - order.begin();
}

}  // namespace

TEST_CASE("variables are a column's parts and then its numbers, in the order of the columns") {
  const tests::SmallStates small(tests::linked_pairs_csv(3000));
  CHECK(names(trees::data_order(*small.variables), small) == Names{"a?", "c", "e?", "e", "b?", "d"});
}

TEST_CASE("columns that say most of each other are neighbours in the order of association") {
  const tests::SmallStates small(tests::linked_pairs_csv(3000));
  const Names order = names(trees::association_order(*small.variables, small.training), small);
  CHECK(std::abs(place(order, "c") - place(order, "d")) == 1);
  CHECK(std::abs(place(order, "a?") - place(order, "b?")) == 1);
  CHECK(place(order, "e") == place(order, "e?") + 1);
}

TEST_CASE(
    "the reverse has columns the other way round, but a number still behind what says whether it is there") {
  const tests::SmallStates small(tests::linked_pairs_csv(3000));
  CHECK(names(trees::reversed(trees::data_order(*small.variables), *small.variables), small) ==
        Names{"d", "b?", "e?", "e", "c", "a?"});
}

TEST_CASE("named columns come first, in their order, and the others as in the table") {
  const tests::SmallStates small(tests::linked_pairs_csv(3000));
  const table::Metadata& metadata = small.codec->metadata();
  const auto order = [&](const char* columns) {
    return names(trees::named_order(columns, metadata, *small.variables), small);
  };
  CHECK(order("d,e") == Names{"d", "e?", "e", "a?", "c", "b?"});
  CHECK(order("b") == Names{"b?", "a?", "c", "e?", "e", "d"});
  const errors::Error word = tests::raised([&] { order("asociation"); });
  CHECK(word.kind() == errors::Kind::usage);
  CHECK_THAT(word.hint(), Catch::Contains("'association'"));
  CHECK_THAT(tests::raised([&] { order("d,x"); }).sentence(), Catch::Contains("'x'"));
}

TEST_CASE(
    "association is 1 between columns that are functions of each other, and near 0 of those that are not") {
  const tests::SmallStates small(tests::linked_pairs_csv(3000));
  const auto between = trees::associations(*small.variables, small.training);
  CHECK(between[1][5] > 0.95);
  CHECK(between[0][4] > 0.6);
  CHECK(between[0][1] < 0.1);
  CHECK(between[5][1] == between[1][5]);
}
