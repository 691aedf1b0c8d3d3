#include "host/commands/stored_files.h"

#include "common/errors/error.h"
#include "tests/catch.h"
#include "tests/raises.h"

using namespace ctgan;
using host::commands::find_item;
using host::commands::Store;
using host::commands::StoredItem;

namespace {

// Newest first, as the server lists them.
const std::vector<StoredItem> k_items{
    {"flights_20260103t000000_10_synthetic.csv.gz", 1500, "2026-01-03T00:00:00Z"},
    {"people_20260102t000000_20_synthetic.csv.gz", 20, "2026-01-02T00:00:00Z"},
    {"people_20260101t000000_30_synthetic.csv.gz", 30, "2026-01-01T00:00:00Z"},
};

}  // namespace

TEST_CASE("a file is meant by its name, with or without .gz") {
  CHECK(find_item(k_items, "people_20260101t000000_30_synthetic.csv.gz", Store::data).bytes == 30);
  CHECK(find_item(k_items, "people_20260101t000000_30_synthetic.csv", Store::data).bytes == 30);
}

TEST_CASE("'latest' is the newest of all, 'latest:NAME' the newest of one table") {
  CHECK(find_item(k_items, "latest", Store::data).bytes == 1500);
  CHECK(find_item(k_items, "latest:people", Store::data).bytes == 20);
}

TEST_CASE("a name that is not there is refused with the closest, or with the news that there is nothing") {
  const auto unknown =
      tests::raised([] { find_item(k_items, "people_20260101t000000_31_synthetic.csv.gz", Store::data); });
  CHECK(unknown.kind() == errors::Kind::no_input);
  CHECK(unknown.hint() == "did you mean 'people_20260101t000000_30_synthetic.csv.gz'?");
  for (const char* word : {"latest", "latest:people", "x"}) {
    const auto none = tests::raised([&] { find_item({}, word, Store::models); });
    CHECK(none.kind() == errors::Kind::no_input);
    CHECK(none.hint() == "you have no model yet");
  }
  CHECK(tests::raised([] { find_item(k_items, "latest:trains", Store::data); }).kind() ==
        errors::Kind::no_input);
}

TEST_CASE("a list is a table for people and an array for scripts") {
  CHECK(host::commands::items_text({k_items[0]}, Store::data) ==
        "name                                         made (UTC)              size  rows\n"
        "flights_20260103t000000_10_synthetic.csv.gz  2026-01-03T00:00:00Z  1.5 kB");
  const StoredItem model{"a_model.gz", 20, "2026-01-02T00:00:00Z", 90, "trees", "good"};
  CHECK(host::commands::items_text({model}, Store::models) ==
        "name        made (UTC)            size  rows  method  report\n"
        "a_model.gz  2026-01-02T00:00:00Z  20 B    90  trees   good");
  CHECK(host::commands::items_json({model})[0]["rows"] == 90);
  CHECK(host::commands::items_text({}, Store::models) == "no model yet");
  CHECK(host::commands::items_json(k_items).size() == 3);
  CHECK(host::commands::items_json(k_items)[1]["bytes"] == 20);
}
