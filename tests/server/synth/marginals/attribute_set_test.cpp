#include "server/synth/marginals/attribute_set.h"

#include "common/errors/error.h"
#include "server/synth/marginals/domain.h"
#include "tests/catch.h"

using namespace ctgan;
using namespace ctgan::synth::marginals;

TEST_CASE("an attribute set is the same in any order, and with repetitions") {
  CHECK(AttributeSet{3, 1, 2} == AttributeSet(std::vector<Attribute>{2, 3, 3, 1, 1}));
  CHECK(AttributeSet{3, 1}[0] == 1);
  CHECK(AttributeSet{1, 2} < AttributeSet{1, 3});
}

TEST_CASE("sets are joined, met and told apart") {
  const AttributeSet a{0, 2, 5}, b{2, 3}, none;
  CHECK(union_of(a, b) == AttributeSet{0, 2, 3, 5});
  CHECK(intersection_of(a, b) == AttributeSet{2});
  CHECK(difference_of(a, b) == AttributeSet{0, 5});
  CHECK(union_of(a, none) == a);
  CHECK(intersection_of(a, none).empty());
  CHECK(a.contains(AttributeSet{0, 5}));
  CHECK(a.contains(none));
  CHECK_FALSE(a.contains(b));
  CHECK(a.contains(5));
  CHECK_FALSE(a.contains(4));
}

TEST_CASE("cells are counted as far as they can be, and no further") {
  const Domain domain({2, 3, std::size_t{1} << 40U, std::size_t{1} << 40U, 1});
  CHECK(domain.cells({}) == 1);
  CHECK(domain.cells({0, 1, 4}) == 6);
  CHECK(domain.cells({0, 2}) == std::uint64_t{1} << 41U);
  CHECK(domain.cells({2, 3}) == k_too_many_cells);
  CHECK(domain.cells(domain.all()) == k_too_many_cells);
  CHECK(sum_of_cells(k_too_many_cells, 1) == k_too_many_cells);
  CHECK(sum_of_cells(2, 3) == 5);
  CHECK(domain.array_cells({0, 1}) == 6);
  CHECK_THROWS_AS(domain.array_cells({2}), errors::Error);
  CHECK_THROWS_AS(domain.array_cells({2, 3}), errors::Error);
}
