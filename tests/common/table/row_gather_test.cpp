#include "common/table/row_gather.h"

#include "tests/catch.h"

namespace ctgan::table {
namespace {

// Two columns: numbers, of which those below 0 are missing, and texts.
Table two_columns(const std::vector<std::int64_t>& numbers, const std::vector<std::uint32_t>& codes,
                  const std::vector<std::string>& dictionary) {
  Column number{"n", Dtype::int64, numbers, {}, {}};
  for (std::size_t i = 0; i < numbers.size(); ++i) {
    if (numbers[i] >= 0) continue;
    number.missing.resize(numbers.size());
    number.missing[i] = 2;
    number.missing_texts = {"", "NA"};
  }
  return Table({number, {"t", Dtype::text, Categories{codes, dictionary}, {}, {}}});
}

}  // namespace

TEST_CASE("gathered rows are those that were named, in their order, whatever tables they stood in") {
  const Table one = two_columns({1, 2, 3}, {0, 1, 2}, {"x", "y", "z"});
  const Table two = two_columns({-1, 5}, {1, 0}, {"z", "w"});
  const std::vector<const Table*> tables{&one, &two};
  const std::vector<RowPlace> rows{{1, 1}, {0, 2}, {1, 0}, {0, 0}, {0, 2}};
  const Table gathered = gather(tables, rows);
  REQUIRE(gathered.rows() == 5);
  CHECK(gathered.columns()[0].missing == std::vector<std::uint8_t>{0, 0, 2, 0, 0});
  CHECK(gathered.columns()[0].missing_texts == std::vector<std::string>{"", "NA"});
  CHECK(gathered.columns()[0].integers()[0] == 5);
  CHECK(gathered.columns()[0].integers()[4] == 3);
  const Categories& texts = gathered.columns()[1].categories();
  CHECK(texts.dictionary == std::vector<std::string>{"z", "w", "x"});
  CHECK(texts.codes == std::vector<std::uint32_t>{0, 0, 1, 2, 0});
  CHECK(gathered.column_names() == std::vector<std::string>{"n", "t"});
}

TEST_CASE("no rows are a table with the same columns") {
  const Table one = two_columns({1}, {0}, {"x"});
  const Table* const table = &one;
  const Table none = gather({&table, 1}, {});
  CHECK(none.rows() == 0);
  CHECK(none.columns().size() == 2);
  CHECK(none.columns()[0].missing.empty());
}

}  // namespace ctgan::table
