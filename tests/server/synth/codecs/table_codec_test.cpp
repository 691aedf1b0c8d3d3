// What a fitted table knows of texts that are said about it.
#include "server/synth/codecs/table_codec.h"

#include "common/table_formats/csv_reader.h"
#include "tests/catch.h"
#include "tests/memory_streams.h"

namespace {

using namespace ctgan;
using namespace ctgan::synth::codecs;
using Meant = std::vector<std::optional<std::string>>;

TableCodec fitted(const table::TableRequest& request) {
  std::string csv = "flag,size,city,land\n";
  for (int row = 0; row < 40; ++row)
    csv += std::string(row % 2 == 0 ? "True" : "False") + "," + (row % 3 == 0 ? "12" : "7") + "," +
           (row % 2 == 0 ? " Rome,Italy\n" : " Lima,Peru\n");
  tests::MemorySource source(csv);
  const table::Table table = table_formats::read_csv(source, "test.csv");
  threads::ThreadPool pool(1);
  return TableCodec::fit(table, table::infer_metadata(table, request), 1, pool);
}

Meant meant(const TableCodec& codec, std::size_t column, const std::vector<std::string>& texts) {
  return codec.categories_meant(column, texts);
}

}  // namespace

TEST_CASE("a category is meant in other spellings, too") {
  table::TableRequest request;
  request.columns["size"].kind = table::ColumnKind::categorical;
  const TableCodec codec = fitted(request);
  CHECK(meant(codec, 0, {"True", " true", "yes"}) == Meant{"True", "True", std::nullopt});
  CHECK(meant(codec, 1, {"12.0", "7", "13"}) == Meant{"12", "7", std::nullopt});
  CHECK(meant(codec, 2, {"Rome", " Lima", "Oslo"}) == Meant{" Rome", " Lima", std::nullopt});
}

TEST_CASE("so is one of a column that is learnt together with another") {
  table::TableRequest request;
  request.rules.row_rules = {"city, land"};
  const TableCodec codec = fitted(request);
  CHECK(meant(codec, 2, {"Rome", "Oslo"}) == Meant{" Rome", std::nullopt});
}

TEST_CASE("a column of no categories has none that is meant") {
  CHECK(meant(fitted({}), 1, {"7"}) == Meant{std::nullopt});
}
