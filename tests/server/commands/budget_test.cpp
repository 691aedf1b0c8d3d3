// `ctgan-server budget`, and what becomes of budgets when a server is killed, copied or restored.
#include <fmt/format.h>

#include <fstream>
#include <set>

#include "server/budgets/ledger.h"
#include "server/commands/doctor_checks.h"
#include "tests/server/commands/server_program.h"

namespace ctgan::server::commands {

using tests::Outcome;
using tests::ServerProgram;

namespace {

namespace fs = std::filesystem;
using Json = ServerProgram::Json;

struct WithBudget : ServerProgram {
  WithBudget() {
    make_shared({"alice", "bob"});
    REQUIRE(set("3").code == 0);
  }
  Outcome budget(std::vector<std::string> arguments) const {
    arguments.insert(arguments.begin(), "budget");
    return run(arguments);
  }
  Outcome set(const std::string& epsilon, const std::string& delta = "1e-6") const {
    return budget({"set", "people", "--epsilon", epsilon, "--delta", delta});
  }
  void debit(double epsilon) const {
    OpenStore open(root());
    budgets::Ledger ledger(open.store);
    store::Transaction transaction(open.store.database());
    ledger.debit({"alice", "people", {epsilon, 0}, std::nullopt, std::string(32, 'a'), "", "trees"});
    ledger.seal();
    transaction.commit();
  }
  std::string spent() const { return spent_at(root()); }
  static std::string spent_at(const fs::path& root) {
    OpenStore open(root);
    return budgets::require_balance(budgets::Ledger(open.store).entries(), "people").spent.epsilon.text();
  }
  Finding ledger_finding() const {
    OpenStore open(root());
    return check_budgets(open).at(0);
  }
  fs::path database() const { return root() / "ctgan.sqlite"; }
};

}  // namespace

TEST_CASE("an administrator sets, lists and shows budgets on the server, in text and as JSON") {
  const WithBudget server;
  server.debit(0.5);
  const Outcome list = server.budget({"list"});
  INFO(list);
  CHECK_THAT(list.out, Catch::Contains("people") && Catch::Contains("3, 1e-06") &&
                           Catch::Contains("0.5, 0") && Catch::Contains("2.5, 1e-06"));
  const Json item = Json::parse(server.budget({"list", "--json"}).out);
  CHECK(item.at("owner").get<std::string>().starts_with("os:"));
  CHECK(item.at("left").at("epsilon") == 2.5);
  const Outcome show = server.budget({"show", "people"});
  CHECK_THAT(show.out,
             Catch::Contains("left 2.5, 1e-06") && Catch::Contains("debit") && Catch::Contains("trees"));
  CHECK_THAT(server.budget({"show", "people", "--json"}).out, Catch::Contains(R"("kind":"debit")"));
  const Outcome unknown = server.budget({"show", "poeple"});
  CHECK(unknown.code == 66);
  CHECK_THAT(unknown.err, Catch::Contains("did you mean 'people'?"));
  const Outcome verified = server.budget({"verify"});
  CHECK(verified.code == 0);
  CHECK_THAT(verified.out, Catch::Contains("in order: 2 entries"));
  const Json chain = Json::parse(server.budget({"verify", "--json"}).out);
  CHECK(chain.at("entries") == 2);
  CHECK_THAT(verified.out, Catch::Contains(chain.at("hash").get<std::string>()));
  CHECK_THAT(server.run({"audit"}).out, Catch::Contains("budget.set") && Catch::Contains("people epsilon=3"));
  CHECK(server.ledger_finding().level == Level::ok);
}

TEST_CASE("a bad budget is refused on the server as from afar") {
  const WithBudget server;
  for (const char* epsilon : {"0", "-1", "inf", "nan", "x", "2e9"}) CHECK(server.set(epsilon).code == 64);
  for (const char* delta : {"1", "-1e-9", "nan"}) CHECK(server.set("1", delta).code == 64);
  const Outcome large = server.set("1000");
  CHECK(large.code == 64);
  CHECK_THAT(large.err, Catch::Contains("'--really'"));
  CHECK(server.budget({"set", "people", "--epsilon", "1000", "--delta", "0", "--really"}).code == 0);
  CHECK(server.budget({"set", "a/b", "--epsilon", "1", "--delta", "0"}).code == 64);
}

TEST_CASE("an entry that was changed in the database is named by verify and doctor, and the file mends it") {
  const WithBudget server;
  server.debit(0.5);
  {
    OpenStore open(server.root());
    for (const char* sql : {"DROP TRIGGER privacy_ledger_unchanged",
                            "UPDATE privacy_ledger SET epsilon = '0.1' "
                            "WHERE seq = 2"})
      open.store.database().execute(sql);
  }
  const Outcome verified = server.budget({"verify"});
  CHECK(verified.code == 78);
  CHECK_THAT(verified.err, Catch::Contains("entry 2 of the privacy ledger was changed"));
  CHECK(server.ledger_finding().level == Level::error);
  CHECK_THAT(server.ledger_finding().remedy, Catch::Contains("budget acknowledge"));
  CHECK(server.set("4").code == 78);
  CHECK(server.budget({"acknowledge", "--believe", "database"}).code == 65);
  const Outcome mended = server.budget({"acknowledge", "--believe", "file"});
  INFO(mended);
  CHECK(mended.code == 0);
  CHECK_THAT(mended.out, Catch::Contains("in order: 3 entries"));
  CHECK(server.spent() == "0.5");
  CHECK_THAT(server.run({"audit"}).out, Catch::Contains("budget.acknowledge"));
}

TEST_CASE("an older database that was put back gives nothing back until somebody says what holds") {
  const WithBudget server;
  fs::copy_file(server.database(), server.folder() / "older");
  for (int i = 0; i < 3; ++i) server.debit(0.5);
  fs::copy_file(server.folder() / "older", server.database(), fs::copy_options::overwrite_existing);
  CHECK_THAT(server.ledger_finding().text, Catch::Contains("the database is older than the privacy ledger"));
  CHECK_THAT(server.budget({"list"}).out,
             Catch::StartsWith("nothing can be spent: ") && Catch::Contains("1.5, 0"));
  CHECK(server.set("9").code == 78);
  CHECK(server.budget({"acknowledge"}).code == 64);
  REQUIRE(server.budget({"acknowledge", "--believe", "file"}).code == 0);
  CHECK(server.spent() == "1.5");
  CHECK(server.budget({"acknowledge", "--believe", "file"}).code == 64);
}

TEST_CASE(
    "a backup that was put in the store's place spends nothing until somebody says what was spent since") {
  const WithBudget server;
  server.debit(0.5);
  const fs::path backup = server.folder() / "backup";
  REQUIRE(server.run({"backup", backup.string()}).code == 0);
  server.debit(1);
  CHECK(server.spent() == "1.5");
  CHECK(server.ledger_finding().level == Level::ok);
  const fs::path lost = server.folder() / "lost";
  fs::rename(server.root(), lost);
  fs::rename(backup, server.root());
  CHECK_THAT(server.ledger_finding().text, Catch::Contains("but a backup of 2"));
  CHECK(server.set("9").code == 78);
  SECTION("the ledger's file of the store that was lost is there") {
    CHECK(server.budget({"acknowledge", "--believe", (lost / "privacy_ledger.jsonl").string()}).code == 0);
    CHECK(server.spent() == "1.5");
  }
  SECTION("nobody knows") {
    CHECK(server.budget({"acknowledge", "--believe", "database", "--spend-rest"}).code == 0);
    CHECK(server.spent() == "3");
  }
  SECTION("nothing was spent") {
    CHECK(server.budget({"acknowledge", "--believe", "database"}).code == 0);
    CHECK(server.spent() == "0.5");
  }
  CHECK(server.ledger_finding().level == Level::ok);
  server.set("9");
  server.debit(1);
}

TEST_CASE("a store that was copied file by file is noticed as well, one that was moved is the same") {
  const WithBudget server;
  server.debit(0.5);
  const fs::path copy = server.folder() / "copy";
  fs::copy(server.root(), copy, fs::copy_options::recursive);
  fs::rename(server.root(), server.folder() / "moved");
  fs::rename(server.folder() / "moved", server.root());
  CHECK(server.ledger_finding().level == Level::ok);
  fs::rename(server.root(), server.folder() / "moved");
  fs::rename(copy, server.root());
  fs::permissions(server.root(), fs::perms::owner_all);
  CHECK_THAT(server.ledger_finding().text, Catch::Contains("but a copy of it"));
}

TEST_CASE("a backup of a store without budgets is in order, and asks before the first one") {
  const ServerProgram server;
  server.make_shared({"alice"});
  const fs::path backup = server.folder() / "backup";
  REQUIRE(server.run({"backup", backup.string()}).code == 0);
  OpenStore open(backup);
  CHECK(check_budgets(open).at(0).level == Level::ok);
  const std::string root = backup.string();
  const std::vector<std::string> set{tests::bin("ctgan-server"),
                                     "--root",
                                     root,
                                     "budget",
                                     "set",
                                     "people",
                                     "--epsilon",
                                     "1",
                                     "--delta",
                                     "0"};
  CHECK(tests::run_program(set).code == 78);
  CHECK(tests::run_program(
            {tests::bin("ctgan-server"), "--root", root, "budget", "acknowledge", "--believe", "database"})
            .code == 0);
  CHECK(tests::run_program(set).code == 0);
}

#ifdef CTGAN_FAILPOINTS
TEST_CASE(
    "a server that is killed while it enters a fit has debited it or not, never less than once, and the job "
    "is one") {
  std::string table = "age,city\n";
  for (int i = 0; i < 60; ++i) table += fmt::format("{},{}\n", 20 + i % 40, i % 2 == 0 ? "Athens" : "Bonn");
  const auto submission = [&](const ServerProgram& server) {
    auto connection = server.connect("alice");
    const std::string upload = server.upload(connection, "people.csv", table);
    connection.end();
    return Json{{"type", "request"},       {"id", 1},
                {"command", "fit.submit"}, {"request_id", std::string(32, 'e')},
                {"upload", upload},        {"name", "people.csv"},
                {"method", "mst"},         {"options", {{"epsilon", 0.5}, {"delta", 1e-7}}},
                {"dataset", "people"}}
               .dump() +
           "\n";
  };
  const auto submit = [](const ServerProgram& server, const std::string& request,
                         const std::vector<std::string>& environment = {}) {
    return server.run({"serve", "--user", "alice"}, request, environment);
  };
  std::vector<std::string> places;
  {
    const WithBudget server;
    const fs::path log = server.folder() / "places";
    REQUIRE(submit(server, submission(server), {"CTGAN_FAILPOINT_LOG=" + log.string()}).code == 0);
    CHECK(server.spent() == "0.5");
    std::ifstream file(log);
    for (std::string line; std::getline(file, line);)
      if (line.find("\tledger: ") != std::string::npos || line.find("\tsubmission: ") != std::string::npos)
        places.push_back(line);
  }
  REQUIRE(places.size() == 5);
  // Between the file and the database a killed attempt has spent, though its job was never there.
  const std::set<std::string> twice{
      "ctgan-server serve\tledger: the file has the entries, the database not yet\t1",
      "ctgan-server serve\tsubmission: not committed yet\t1"};
  for (const std::string& place : places) {
    INFO(place);
    const WithBudget server;
    const std::string request = submission(server);
    const Outcome killed =
        submit(server, request,
               {"CTGAN_FAILPOINT=" + place, "CTGAN_FAILPOINT_DEATH=" + (server.folder() / "death").string()});
    CHECK(killed.code == 137);
    // Whoever comes next puts the table back that was on its way into a job.
    CHECK(server.run({"reap"}).code == 0);
    const Outcome again = submit(server, request);
    INFO(again);
    CHECK_THAT(again.out, Catch::Contains("\"job\":"));
    CHECK(server.spent() == (twice.contains(place) ? "1" : "0.5"));
    CHECK(server.ledger_finding().level == Level::ok);
    OpenStore open(server.root());
    CHECK(open.store.jobs().list("alice", std::nullopt, 10).size() == 1);
  }
}
#endif

}  // namespace ctgan::server::commands
