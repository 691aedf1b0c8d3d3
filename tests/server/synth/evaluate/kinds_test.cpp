// A column is compared as common/table/kind_traits.h says of its kind.
#include "common/table/kind_traits.h"
#include "server/synth/evaluate/columns.h"
#include "tests/catch.h"
#include "tests/table_of_kinds.h"

using namespace ctgan;
using namespace ctgan::synth::evaluate;
using table::Compared;

TEST_CASE("Columns are compared as the row of their kind says") {
  const table::Table table = tests::table_of_kinds(tests::all_kinds());
  const ComparedTables found = compare_tables(table, nullptr, table, tests::metadata_of_kinds(table));
  for (std::size_t i = 0; i < table::k_all_kinds.size(); ++i) {
    const table::KindTraits& kind = table::traits_of(table::k_all_kinds[i]);
    INFO(kind.name);
    const ComparedColumn& column = found.columns[i];
    const bool numbers = kind.compared == Compared::numbers || kind.compared == Compared::moments;
    const bool codes = kind.compared == Compared::categories;
    CHECK(column.kind == kind.name);
    CHECK((column.shape == ColumnShape::left_out) == (kind.compared == Compared::not_at_all));
    CHECK((column.axis == Axis::moment) == (kind.compared == Compared::moments));
    CHECK(column.of(Side::synthetic).numbers.size() == (numbers ? table.rows() : 0));
    CHECK(column.of(Side::synthetic).codes.size() == (codes ? table.rows() : 0));
  }
}
