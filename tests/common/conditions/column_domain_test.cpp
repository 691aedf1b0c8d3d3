#include "common/conditions/column_domain.h"

#include "tests/catch.h"

namespace ctgan::conditions {

TEST_CASE("a column can hold what its metadata say, and no categories are known of it") {
  const table::ColumnMetadata dates{.name = "born",
                                    .kind = table::ColumnKind::datetime,
                                    .dtype = table::Dtype::text,
                                    .missing_texts = {"?"},
                                    .datetime_format = "%d.%m.%Y"};
  const ColumnDomain domain = domain_of(dates);
  CHECK(domain.name == "born");
  CHECK(domain.dtype == table::Dtype::text);
  CHECK(domain.categories.empty());
  CHECK(domain.is_missing("?"));
  CHECK_FALSE(domain.holds_numbers());
  CHECK(CellOrder(domain).read("02.01.1970")->value == 86'400);
}

TEST_CASE("numbers in print are numbers to conditions, numbers are what they are") {
  const table::ColumnMetadata printed{
      .name = "price", .dtype = table::Dtype::text, .number_format = "$#,##0.00"};
  CHECK(domain_of(printed).holds_numbers());
  table::ColumnMetadata plain = printed;
  plain.dtype = table::Dtype::float64;
  CHECK(domain_of(plain).number_format.empty());
  CHECK(domain_of(plain).holds_numbers());
}

}  // namespace ctgan::conditions
