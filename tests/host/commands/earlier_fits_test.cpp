#include "host/commands/earlier_fits.h"

#include <fstream>

#include "tests/catch.h"
#include "tests/temporary_folder.h"

using namespace ctgan;
using namespace ctgan::host::commands;
using nlohmann::json;

namespace {

table::ColumnMetadata column(const std::string& name, table::ColumnKind kind, table::Dtype dtype) {
  table::ColumnMetadata made;
  made.name = name;
  made.kind = kind;
  made.dtype = dtype;
  return made;
}

table::Metadata people() {
  table::Metadata metadata;
  metadata.columns = {column("age", table::ColumnKind::numerical, table::Dtype::int64),
                      column("member", table::ColumnKind::boolean, table::Dtype::boolean),
                      column("city", table::ColumnKind::categorical, table::Dtype::text)};
  return metadata;
}

}  // namespace

TEST_CASE("columns that are gone, new or of another type are named; their order does not matter") {
  CHECK(differences({{"city", "str"}, {"age", "int64"}, {"member", "bool"}}, people()).empty());
  CHECK(differences({{"age", "str"}, {"town", "str"}, {"member", "bool"}, {"wage", "int64"}}, people()) ==
        "lost: town, wage; gained: city; changed: age (int64, was str)");
}

TEST_CASE("that cells are missing today, or were then, is no other type; a column without a value fits any") {
  CHECK(differences({{"age", "float64"}, {"member", "object"}, {"city", "object"}}, people()).empty());
  table::Metadata metadata = people();
  metadata.columns[0].missing_texts = metadata.columns[1].missing_texts = {""};
  CHECK(differences({{"age", "int64"}, {"member", "bool"}, {"city", "str"}}, metadata).empty());
  metadata.columns[2] = column("city", table::ColumnKind::all_missing, table::Dtype::float64);
  CHECK(differences({{"age", "int64"}, {"member", "bool"}, {"city", "str"}}, metadata).empty());
}

TEST_CASE("the basis of a fit follows the table's bytes and every wish") {
  const tests::TemporaryFolder folder;
  const auto basis = [&](const std::string& bytes, const json& asked) {
    std::ofstream(folder / "t.csv") << bytes;
    return basis_of(folder / "t.csv", asked);
  };
  const std::string one = basis("a\n1\n", {{"epochs", 3}});
  CHECK(basis("a\n1\n", {{"epochs", 3}}) == one);
  CHECK(basis("a\n2\n", {{"epochs", 3}}) != one);
  CHECK(basis("a\n1\n", {{"epochs", 4}}) != one);
}
