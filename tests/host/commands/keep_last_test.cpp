// What piles up on a server and what of it goes: `--keep-last`, `prune`, `delete`, the inbox.
#include "host/commands/keep_last.h"

#include "tests/host/commands/scripted_server.h"
#include "tests/raises.h"

using namespace ctgan;
using namespace ctgan::tests;
using host::commands::limits_of;
using host::commands::prunable;
using host::commands::PruneFlags;
using host::commands::PruneLimits;
using host::commands::StoredItem;

namespace {

using Names = std::vector<std::string>;

std::string model(const std::string& stem, int day) {
  return fmt::format("{}_202601{:02}t000000_model.gz", stem, day);
}

StoredItem stored(const std::string& stem, int day) {
  return {model(stem, day), 1000, fmt::format("2026-01-{:02}T00:00:00Z", day)};
}

// Newest first.
const std::vector<StoredItem> k_items{stored("a", 9), stored("b", 8), stored("a", 7),
                                      stored("a", 5), stored("b", 4), stored("a", 3)};

Json listed() {
  Json list = Json::array();
  for (const StoredItem& item : k_items)
    list.push_back({{"name", item.name}, {"bytes", item.bytes}, {"created", item.created}});
  return list;
}

Names deleted(const ScriptedServer& laptop, const std::string& command) {
  Names names;
  for (const Json& request : laptop.asked())
    if (request.at("command") == command) names.push_back(request.at("name"));
  return names;
}

Reply done() {
  return answered(Json::object());
}

}  // namespace

TEST_CASE("the newest of each table stay, whatever lies between them") {
  CHECK(prunable(k_items, {.keep = 1, .made_before = ""}) ==
        Names{model("a", 7), model("a", 5), model("b", 4), model("a", 3)});
  CHECK(prunable(k_items, {.keep = 2, .made_before = ""}) == Names{model("a", 5), model("a", 3)});
  CHECK(prunable(k_items, {.keep = 9, .made_before = ""}).empty());
  CHECK(prunable({}, {.keep = 1, .made_before = ""}).empty());
}

TEST_CASE("only what is older than the day goes, and of that not the newest that are kept") {
  CHECK(prunable(k_items, {.keep = 0, .made_before = "2026-01-05T00:00:00Z"}) ==
        Names{model("b", 4), model("a", 3)});
  CHECK(prunable(k_items, {.keep = 2, .made_before = "2026-01-05T00:00:00Z"}) == Names{model("a", 3)});
  CHECK(prunable(k_items, {.keep = 0, .made_before = "2020-01-01T00:00:00Z"}).empty());
}

TEST_CASE("a file that has no table's name is a table of its own") {
  const std::vector<StoredItem> odd{{"x.gz", 1, "2026-01-02T00:00:00Z"}, {"y.gz", 1, "2026-01-01T00:00:00Z"}};
  CHECK(prunable(odd, {.keep = 1, .made_before = ""}).empty());
  CHECK(prunable(odd, {.keep = 0, .made_before = "2026-01-02T00:00:00Z"}) == Names{"y.gz"});
}

TEST_CASE("days are counted back from now, however many, and no flag at all says nothing") {
  const PruneLimits all = limits_of({.keep_last = "3", .older_than = "0", .dry_run = false});
  CHECK(all.keep == 3);
  CHECK(all.made_before > "2026");
  CHECK(all.made_before.size() == std::string("2026-01-01T00:00:00Z").size());
  CHECK(limits_of({.keep_last = "", .older_than = "1", .dry_run = false}).made_before < all.made_before);
  CHECK(limits_of({.keep_last = "", .older_than = "9999999999", .dry_run = false}).made_before ==
        "1970-01-01T00:00:00Z");
  CHECK(limits_of({.keep_last = "2", .older_than = "", .dry_run = false}).made_before.empty());
  CHECK(raised([] { limits_of({}); }).sentence() == "nothing says what is to go");
  CHECK(raised([] { limits_of({.keep_last = "0", .older_than = "", .dry_run = false}); }).kind() ==
        errors::Kind::usage);
  CHECK_THAT(raised([] { limits_of({.keep_last = "", .older_than = "week", .dry_run = false}); }).sentence(),
             Catch::Contains("'--older-than' takes a whole number"));
}

TEST_CASE("prune says what would go, or deletes it in batch; nothing to delete is no error") {
  const ScriptedServer dry({items(listed())});
  const Outcome would = dry.run({"manage", "models", "prune", "--keep-last", "2", "--dry-run"});
  INFO(would);
  CHECK(would.out == "would delete:\n" + model("a", 5) + "\n" + model("a", 3) + "\n");
  CHECK(deleted(dry, "models.delete").empty());
  const ScriptedServer laptop({items(listed()), done(), done()});
  const Outcome gone = laptop.run({"manage", "models", "prune", "--keep-last", "2", "--batch", "--json"});
  INFO(gone);
  CHECK(deleted(laptop, "models.delete") == Names{model("a", 5), model("a", 3)});
  CHECK(Json::parse(last_line(gone.out)).at("deleted") == Json{model("a", 5), model("a", 3)});
  CHECK(
      ScriptedServer({items(listed())}).run({"manage", "data", "prune", "--keep-last", "9", "--batch"}).out ==
      "nothing to delete\n");
}

TEST_CASE(
    "prune without a terminal and without a yes deletes nothing, and without limits asks nothing that "
    "deletes") {
  const ScriptedServer laptop({items(listed()), done()});
  const Outcome outcome = laptop.run({"manage", "models", "prune", "--keep-last", "1"});
  INFO(outcome);
  CHECK(outcome.code == 64);
  CHECK_THAT(outcome.err, Catch::Contains("'--yes'"));
  CHECK(deleted(laptop, "models.delete").empty());
  const ScriptedServer silent({items(listed()), done()});
  CHECK(silent.run({"manage", "models", "prune", "--batch"}).code == 64);
  CHECK(deleted(silent, "models.delete").empty());
}

TEST_CASE(
    "delete takes names, a name without .gz and the latest of a table, and one wrong name deletes none") {
  const ScriptedServer laptop({items(listed()), done(), done()});
  CHECK(laptop.run({"manage", "models", "delete", "latest:b", model("a", 5), "--yes"}).code == 0);
  CHECK(deleted(laptop, "models.delete") == Names{model("b", 8), model("a", 5)});
  const ScriptedServer wrong({items(listed()), done(), done()});
  check_refused(wrong.run({"manage", "models", "delete", "latest", "nothing.gz", "--yes"}), 66,
                "'nothing.gz'");
  CHECK(deleted(wrong, "models.delete").empty());
}

TEST_CASE("after a sample the older tables of the same name go, with the newest kept that was just made") {
  const std::string made = "a_20260110t000000_5_synthetic.csv.gz";
  const auto data = [](const std::string& stem, int day) {
    return Json{{"name", fmt::format("{}_202601{:02}t000000_5_synthetic.csv.gz", stem, day)},
                {"bytes", 1},
                {"created", fmt::format("2026-01-{:02}T00:00:00Z", day)}};
  };
  const Json list{{{"name", made}, {"bytes", 1}, {"created", "2026-01-10T00:00:00Z"}},
                  data("b", 9),
                  data("a", 8),
                  data("a", 6)};
  const std::vector<Reply> drawn{
      answered({{"job", "0f"}}),
      answered({{"job", "0f"}, {"state", "done"}, {"result", {{"data", made}, {"rows", 5}}}}), items(list)};
  std::vector<Reply> replies = drawn;
  replies.push_back(done());
  const ScriptedServer laptop(replies);
  const Outcome outcome = laptop.run(
      {"sample", "a_20260101t000000_model.gz", "-n", "5", "--no-download", "--keep-last", "2", "--json"});
  INFO(outcome);
  CHECK(outcome.code == 0);
  CHECK(deleted(laptop, "data.delete") == Names{"a_20260106t000000_5_synthetic.csv.gz"});
  CHECK(Json::parse(last_line(outcome.out)).at("deleted") == Json{"a_20260106t000000_5_synthetic.csv.gz"});
  // What was made is there, though the rest could not be done.
  std::vector<Reply> failing = drawn;
  failing.push_back(answered({{"kind", "io"}, {"sentence", "the disk is broken"}, {"hint", "mend it"}}));
  check_refused(
      ScriptedServer(failing).run(
          {"sample", "a_20260101t000000_model.gz", "-n", "5", "--no-download", "--keep-last", "1"}),
      74,
      "'" + made + "' was made, but what is older was not all deleted: the disk is broken\n  hint: mend it");
}

TEST_CASE("the inbox is a table of what waits; of one name all uploads go, of one id that one") {
  const Json one{
      {"upload", "u1"}, {"name", "p.csv"}, {"state", "open"}, {"created", "2026-01-02"}, {"bytes", 2000}};
  const Json two{
      {"upload", "u2"}, {"name", "p.csv"}, {"state", "closed"}, {"created", "2026-01-01"}, {"bytes", 10}};
  const auto uploads = [](const ScriptedServer& laptop) {
    Names ids;
    for (const Json& request : laptop.asked())
      if (request.at("command") == "inbox.delete") ids.push_back(request.at("upload"));
    return ids;
  };
  CHECK_THAT(ScriptedServer({items({one, two})}).run({"manage", "inbox", "list"}).out,
             Catch::Contains("p.csv  2.0 kB  open    2026-01-02"));
  CHECK(ScriptedServer({items(Json::array())}).run({"manage", "inbox", "list"}).out ==
        "the inbox is empty\n");
  const ScriptedServer both({items({one, two}), done(), done()});
  CHECK(both.run({"manage", "inbox", "delete", "p.csv", "--batch"}).code == 0);
  CHECK(uploads(both) == Names{"u1", "u2"});
  const ScriptedServer single({items({one, two}), done()});
  CHECK(single.run({"manage", "inbox", "delete", "u2", "--batch"}).code == 0);
  CHECK(uploads(single) == Names{"u2"});
  const ScriptedServer wrong({items({one, two}), done(), done()});
  check_refused(wrong.run({"manage", "inbox", "delete", "p.csv", "q.csv", "--batch"}), 66,
                "there is no file 'q.csv' in the inbox\n  hint: did you mean 'p.csv'?");
  CHECK(uploads(wrong).empty());
}

TEST_CASE("a server that names a stored file outside its folder is refused in every list", "[fault:24]") {
  for (const char* name : {"../x.gz", "", ".hidden", "a/b", "a\nb"}) {
    const Json list{{{"name", name}, {"bytes", 1}, {"created", "2026-01-01"}}};
    check_refused(ScriptedServer({items(list)}).run({"manage", "models", "list"}), 76,
                  "which is no safe name");
  }
}
