// Fits of several parties over a real sshd: each user has a key and a laptop of his own, gives his own table, and confirms.
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <functional>
#include <nlohmann/json.hpp>
#include <set>
#include <thread>

#include "common/files/file.h"
#include "tests/catch.h"
#include "tests/system/csv_rows.h"
#include "tests/system/laptop.h"
#include "tests/system/remote_server.h"

namespace ctgan::tests {
namespace {

namespace fs = std::filesystem;
using Json = nlohmann::json;
using Words = std::vector<std::string>;

// UCI Car as the tutorial cuts it: whoever is in both tables is one row of the join.
constexpr const char* k_alice_metadata = R"({"METADATA_SPEC_VERSION":"SINGLE_TABLE_V1",
  "columns":{"buying":{"sdtype":"categorical"},"doors":{"sdtype":"numerical"}},
  "domain":{"buying":{"categories":["high","low","secret_to_alice"]},"doors":{"min":2,"max":5,"bins":4}}})";
constexpr const char* k_bob_metadata = R"({"METADATA_SPEC_VERSION":"SINGLE_TABLE_V1",
  "columns":{"safety":{"sdtype":"categorical"}},
  "domain":{"safety":{"categories":["low","high","secret_to_bob"]}}})";

std::string alices_rows(int rows) {
  std::string text = "id,buying,doors\n";
  for (int row = 0; row < rows; ++row)
    text += fmt::format("p{},{},{}\n", row, row % 3 == 0 ? "high" : "low", 2 + row % 4);
  return text;
}

std::string bobs_rows(int from, int rows) {
  std::string text = "safety,id\n";
  for (int row = from; row < from + rows; ++row)
    text += fmt::format("{},p{}\n", row % 2 == 0 ? "high" : "low", row);
  return text;
}

class World {
 public:
  explicit World(const std::vector<std::string>& names = {"alice", "bob"}) {
    for (const std::string& name : names) {
      keys_.push_back(server.add_user_with_key(name));
      laptops_.push_back(std::make_unique<Laptop>());
      laptops_.back()->write_credentials(server.credentials(keys_.back()));
      names_.push_back(name);
    }
    write(alice(), "alice.csv", alices_rows(300));
    write(alice(), "alice.json", k_alice_metadata);
    write(bob(), "bob.csv", bobs_rows(100, 300));
    write(bob(), "bob.json", k_bob_metadata);
    REQUIRE(at(alice(), {"manage", "budget", "set", "cars", "--epsilon", "2", "--delta", "1e-6"}).code == 0);
  }

  SharedServer server;
  const Laptop& alice() const { return *laptops_[0]; }
  const Laptop& bob() const { return *laptops_[1]; }
  const Laptop& carol() const { return *laptops_[2]; }
  const Laptop& dora() const { return *laptops_[3]; }
  const fs::path& key_of(const std::string& name) const {
    return keys_[static_cast<std::size_t>(std::find(names_.begin(), names_.end(), name) - names_.begin())];
  }

  static void write(const Laptop& laptop, const std::string& name, const std::string& text) {
    files::write_file(laptop.work() / name, text, files::AtomicFile::IfExists::replace);
  }
  static Outcome at(const Laptop& laptop, Words words) {
    words.emplace_back("--batch");
    return laptop.run(std::move(words));
  }
  static Outcome party(const Laptop& laptop, Words words) {
    words.insert(words.begin(), {"manage", "party"});
    return at(laptop, std::move(words));
  }
  static Json party_json(const Laptop& laptop, const std::string& job) {
    return Json::parse(last_line(party(laptop, {"show", job, "--json"}).out));
  }
  Outcome fit(Words more = {}) const {
    Words words{
        "fit",      "--party",    "alice=alice.csv", "--party", "bob=inbox:bob.csv", "--join", "id",
        "--method", "mst",        "--epsilon",       "1",       "--delta",           "1e-7",   "--dataset",
        "cars",     "--metadata", "alice.json"};
    words.insert(words.end(), more.begin(), more.end());
    return at(alice(), words);
  }
  // Submitted by alice, with her table; the job.
  std::string submitted() const {
    const Outcome outcome = fit();
    INFO(outcome);
    REQUIRE(outcome.code == 0);
    return last_line(outcome.out);
  }
  void give_bobs(const std::string& job) const {
    const Outcome given = party(bob(), {"give", job, "bob.csv", "--metadata", "bob.json"});
    INFO(given);
    REQUIRE(given.code == 0);
  }
  static std::string state(const Laptop& laptop, const std::string& job) {
    return Json::parse(last_line(at(laptop, {"manage", "jobs", "show", job, "--json"}).out))
        .value("state", "gone");
  }
  // Waits for the end as the server sees it.
  std::string end_of(const std::string& job) const {
    for (int i = 0; i < 600; ++i) {
      const std::string now = state(alice(), job);
      if (now == "done" || now == "failed" || now == "cancelled" || now == "lost" || now == "gone")
        return now;
      std::this_thread::sleep_for(std::chrono::milliseconds(100));
    }
    return "never";
  }
  // What lies in the job's folder beside its story.
  std::set<std::string> tables_of(const std::string& job) const {
    std::set<std::string> found;
    for (const auto& entry : fs::directory_iterator(server.root() / "jobs" / job))
      if (const std::string name = entry.path().filename(); name.starts_with("party-") || name == "table")
        found.insert(name);
    return found;
  }
  std::string raw(const std::string& user, const Json& request) const {
    Json line = request;
    line.update({{"type", "request"}, {"id", 1}});
    return server.ssh(key_of(user), "ctgan-server serve", line.dump() + "\n").out;
  }
  // Whether anything below the root holds the text.
  bool is_in_store(const std::string& text) const {
    for (const auto& entry : fs::recursive_directory_iterator(server.root())) {
      if (!entry.is_regular_file() || entry.path().filename().string().starts_with("ctgan.sqlite")) continue;
      if (files::read_file(entry.path()).find(text) != std::string::npos) return true;
    }
    return false;
  }

 private:
  std::vector<std::string> names_;
  std::vector<fs::path> keys_;
  std::vector<std::unique_ptr<Laptop>> laptops_;
};

// Two lists of texts, none of which may be told to whoever is not meant.
constexpr std::array k_bobs_words{"secret_to_bob", "safety", "p399"};
constexpr std::array k_alices_words{"secret_to_alice", "buying", "doors"};

}  // namespace

TEST_CASE("a fit of two parties begins by itself when both have confirmed, and both sample from its model") {
  const World world;
  const std::string job = world.submitted();
  CHECK(World::state(world.bob(), job) == "waiting");
  CHECK_THAT(World::at(world.alice(), {"manage", "jobs", "list"}).out,
             Catch::Contains("waiting for parties: 'alice', 'bob'"));
  CHECK_THAT(World::party(world.bob(), {"list"}).out,
             Catch::Contains("alice: has given its table, bob: has given nothing yet"));
  CHECK(world.tables_of(job) == std::set<std::string>{"party-1"});

  // As bob's inbox has it, under the name that alice gave.
  REQUIRE(world.server.scp(world.key_of("bob"), {"bob.csv", "HOST:"}, world.bob().work()).code == 0);
  const Outcome given = World::party(world.bob(), {"give", job, "--metadata", "bob.json"});
  INFO(given);
  REQUIRE(given.code == 0);
  CHECK_THAT(given.err + given.out, Catch::Contains("Gave bob.csv, 300 rows of 1 columns"));
  const Outcome first = World::party(world.bob(), {"confirm", job});
  INFO(first);
  REQUIRE(first.code == 0);
  CHECK_THAT(first.err + first.out, Catch::Contains("alice: has given its table, bob: confirmed"));
  CHECK(World::state(world.alice(), job) == "waiting");
  CHECK(Json::parse(last_line(World::at(world.alice(), {"manage", "budget", "show", "cars", "--json"}).out))
            .at("fits") == 0);
  const Outcome second = World::party(world.alice(), {"confirm", job});
  INFO(second);
  REQUIRE(second.code == 0);
  CHECK(world.end_of(job) == "done");

  const Json shown =
      Json::parse(last_line(World::at(world.bob(), {"manage", "jobs", "show", job, "--json"}).out));
  const std::string model = shown.at("result").at("model");
  CHECK(shown.at("result").at("privacy").at("epsilon") == 1);
  for (const Laptop* laptop : {&world.alice(), &world.bob()}) {
    const Outcome csv = World::at(*laptop, {"sample", model, "-n", "200", "--output", "out.csv"});
    INFO(csv);
    REQUIRE(csv.code == 0);
    CHECK_THAT(files::read_file(laptop->work() / "out.csv"),
               Catch::StartsWith("alice_buying,alice_doors,bob_safety\n"));
    const Outcome json =
        World::at(*laptop, {"sample", model, "-n", "5", "--format", "json", "--output", "out.json"});
    INFO(json);
    REQUIRE(json.code == 0);
    const Json rows = Json::parse(files::read_file(laptop->work() / "out.json"));
    CHECK(rows.size() == 5);
    CHECK(rows.at(0).contains("bob_safety"));
  }
  // Two hundred people are in both tables, which nothing says that a party reads.
  CHECK_THAT(files::read_file(world.server.root() / "jobs" / job / "events.jsonl"),
             !Catch::Contains("200") && !Catch::Contains("300") && !Catch::Contains("rows"));
  CHECK_FALSE(shown.at("result").contains("rows"));
  CHECK(world.tables_of(job).empty());
  CHECK(files_under(world.server.root() / "inbox").empty());
  CHECK_FALSE(world.is_in_store("p399"));
  CHECK(world.server.admin({"budget", "verify"}).code == 0);
  CHECK(Json::parse(last_line(World::at(world.bob(), {"manage", "budget", "show", "cars", "--json"}).out))
            .at("fits") == 1);
}

TEST_CASE("what holds between the tables of two parties is learnt: rows of the same people are joined") {
  const World world;
  REQUIRE(World::at(world.alice(), {"manage", "budget", "set", "cars", "--epsilon", "9", "--delta", "1e-6"})
              .code == 0);
  World::write(world.alice(), "alice.csv", alices_rows(900));
  // Backwards, and safe where the other says that it is dear.
  std::string rows = "id,safety\n";
  for (int row = 899; row >= 0; --row) rows += fmt::format("p{},{}\n", row, row % 3 == 0 ? "high" : "low");
  World::write(world.bob(), "bob.csv", rows);
  const Outcome submitted = World::at(
      world.alice(), {"fit", "--party", "alice=alice.csv", "--party", "bob", "--method", "mst", "--epsilon",
                      "9", "--delta", "1e-7", "--dataset", "cars", "--metadata", "alice.json"});
  INFO(submitted);
  REQUIRE(submitted.code == 0);
  const std::string job = last_line(submitted.out);
  world.give_bobs(job);
  for (const Laptop* laptop : {&world.alice(), &world.bob()})
    REQUIRE(World::party(*laptop, {"confirm", job}).code == 0);
  REQUIRE(world.end_of(job) == "done");
  REQUIRE(World::at(world.bob(), {"sample", "latest", "-n", "1000", "--output", "out.csv"}).code == 0);
  int agree = 0, dear_and_safe = 0;
  const CsvRows drawn = csv_rows(world.bob().work() / "out.csv");
  for (std::size_t i = 1; i < drawn.size(); ++i) {
    agree += drawn[i][0] == drawn[i][2] ? 1 : 0;
    dear_and_safe += drawn[i][0] == "high" && drawn[i][2] == "high" ? 1 : 0;
  }
  CHECK(agree > 950);
  CHECK(dear_and_safe > 250);
}

TEST_CASE("three parties join from left to right, and who only submitted the fit has nothing of its model") {
  const World world({"alice", "bob", "carol", "dora"});
  World::write(world.carol(), "c.csv", "key,id\n1,p120\n2,p130\n3,p900\n");
  World::write(world.carol(), "c.json", R"({"METADATA_SPEC_VERSION":"SINGLE_TABLE_V1",
    "columns":{"key":{"sdtype":"numerical"}},"domain":{"key":{"min":0,"max":9,"bins":10}}})");
  const Outcome submitted =
      World::at(world.dora(), {"fit", "--party", "bob", "--party", "Third@carol", "--party", "alice",
                               "--method", "aim", "--epsilon", "1", "--dataset", "cars", "--name", "three"});
  INFO(submitted);
  REQUIRE(submitted.code == 0);
  const std::string job = last_line(submitted.out);
  world.give_bobs(job);
  REQUIRE(World::party(world.alice(), {"give", job, "alice.csv", "--metadata", "alice.json"}).code == 0);
  REQUIRE(World::party(world.carol(), {"give", job, "c.csv", "--metadata", "c.json"}).code == 0);
  CHECK(World::party(world.dora(), {"confirm", job}).code == 66);
  for (const Laptop* laptop : {&world.bob(), &world.alice(), &world.carol()})
    REQUIRE(World::party(*laptop, {"confirm", "latest"}).code == 0);
  const Outcome followed = World::at(world.dora(), {"fit", "--attach", job});
  INFO(followed);
  REQUIRE(followed.code == 0);
  for (const Laptop* laptop : {&world.alice(), &world.bob(), &world.carol()}) {
    const Outcome csv = World::at(*laptop, {"sample", "latest:three", "-n", "20", "--output", "out.csv"});
    INFO(csv);
    REQUIRE(csv.code == 0);
    CHECK_THAT(files::read_file(laptop->work() / "out.csv"),
               Catch::StartsWith("bob_safety,Third_key,alice_buying,alice_doors\n"));
  }
  CHECK(World::at(world.dora(), {"sample", "latest:three", "-n", "20", "--output", "out.csv"}).code == 66);
  // Each one's own: what one deletes the others keep.
  REQUIRE(World::at(world.bob(), {"manage", "models", "delete", "latest"}).code == 0);
  CHECK(World::at(world.alice(), {"sample", "latest:three", "-n", "20", "--output", "again.csv"}).code == 0);
}

TEST_CASE("tables of nobody in common make a model all the same: that nobody is, is not told") {
  const World world;
  World::write(world.bob(), "bob.csv", bobs_rows(5000, 50));
  const std::string job = world.submitted();
  world.give_bobs(job);
  REQUIRE(World::party(world.bob(), {"confirm", job}).code == 0);
  REQUIRE(World::party(world.alice(), {"confirm", job}).code == 0);
  CHECK(world.end_of(job) == "done");
}

TEST_CASE("nobody hears anything of another's table, by whatever command") {
  const World world({"alice", "bob", "carol"});
  const std::string job = world.submitted();
  world.give_bobs(job);
  const auto everything_told = [&](const std::string& user, const Laptop& laptop) {
    std::string told;
    for (const Words& words : std::vector<Words>{{"manage", "party", "list", "--json"},
                                                 {"manage", "party", "show", job, "--json"},
                                                 {"manage", "jobs", "list", "--json"},
                                                 {"manage", "jobs", "show", job, "--json"},
                                                 {"manage", "jobs", "show", job},
                                                 {"manage", "inbox", "list", "--json"},
                                                 {"manage", "models", "list", "--json"},
                                                 {"manage", "budget", "show", "cars", "--json"}}) {
      const Outcome outcome = World::at(laptop, words);
      told += outcome.out + outcome.err;
    }
    for (const char* store : {"models", "data", "sidecars", "reports"})
      for (const std::string& name : {std::string("party-2"), "../../jobs/" + job + "/party-2", job})
        told += world.raw(user, {{"command", "download.open"}, {"store", store}, {"name", name}});
    for (const char* command : {"inbox.delete", "upload.ticket", "upload.close"})
      told += world.raw(user, {{"command", command}, {"upload", job}, {"offset", 0}, {"sha256", ""}});
    told += world.server.scp(world.key_of(user), {"HOST:party-2", "stolen"}, laptop.work()).err;
    return told;
  };
  const std::string to_alice = everything_told("alice", world.alice());
  for (const char* word : k_bobs_words) CHECK(to_alice.find(word) == std::string::npos);
  CHECK(to_alice.find("secret_to_alice") != std::string::npos);
  const std::string to_bob = everything_told("bob", world.bob());
  for (const char* word : k_alices_words) CHECK(to_bob.find(word) == std::string::npos);
  const std::string to_carol = everything_told("carol", world.carol());
  for (const char* word : k_bobs_words) CHECK(to_carol.find(word) == std::string::npos);
  for (const char* word : k_alices_words) CHECK(to_carol.find(word) == std::string::npos);
  const std::string bobs_hash = World::party_json(world.bob(), job).at("sha256");
  CHECK(to_alice.find(bobs_hash) == std::string::npos);
  const std::string log = world.server.admin({"audit", "--json"}).out;
  CHECK_THAT(log, Catch::Contains("\"what\":\"party.give\""));
  for (const char* word : k_bobs_words) CHECK(log.find(word) == std::string::npos);
}

TEST_CASE("who is not named is refused, and nobody gives or confirms for another") {
  const World world({"alice", "bob", "carol"});
  const std::string job = world.submitted();
  for (const Words& words :
       std::vector<Words>{{"show", job}, {"confirm", job}, {"withdraw", job}, {"decline", job}}) {
    const Outcome refused = World::party(world.carol(), words);
    INFO(refused);
    CHECK(refused.code == 66);
  }
  World::write(world.carol(), "carol.csv", bobs_rows(0, 9));
  World::write(world.carol(), "bob.json", k_bob_metadata);
  CHECK(World::party(world.carol(), {"give", job, "carol.csv", "--metadata", "bob.json"}).code == 66);
  CHECK(World::at(world.carol(), {"manage", "jobs", "show", job}).code == 66);
  // Alice's digest is not bob's, and her connection never is his.
  const std::string digest = World::party_json(world.alice(), job).at("digest");
  world.give_bobs(job);
  CHECK_THAT(
      world.raw("bob", {{"command", "party.confirm"}, {"job", job}, {"digest", digest}, {"user", "alice"}}),
      Catch::Contains("not what there is to be confirmed now"));
  REQUIRE(World::party(world.alice(), {"confirm", job}).code == 0);
  REQUIRE(World::party(world.alice(), {"confirm", job}).code == 0);
  CHECK(World::state(world.bob(), job) == "waiting");
  CHECK_THAT(World::at(world.carol(), {"manage", "jobs", "cancel", job}).err,
             Catch::Contains("there is no job"));
}

TEST_CASE("what is wrong with a table its own party hears, before it is given") {
  const World world;
  const std::string job = world.submitted();
  const auto refused = [&](const std::string& rows, const Words& more, int code, const std::string& words) {
    World::write(world.bob(), "bad.csv", rows);
    Words command{"give", job, "bad.csv"};
    command.insert(command.end(), more.begin(), more.end());
    const Outcome outcome = World::party(world.bob(), command);
    INFO(outcome);
    CHECK(outcome.code == code);
    CHECK_THAT(outcome.err, Catch::Contains(words));
  };
  const Words declared{"--metadata", "bob.json"};
  refused("safety,ident\nlow,1\n", declared, 65, "has no column 'id' to be joined by");
  refused("safety,id\nlow,1\nlow,2\nhigh, 1\n", declared, 65, "rows 1 and 3 have the same id");
  refused("safety,id\nlow,1\nlow,\n", declared, 65, "row 2 has no id");
  refused("id\n1\n", declared, 65, "no column beside 'id'");
  refused("safety,id\nlow,1\n", {}, 65, "nobody has declared what column 'safety' holds");
  refused("safety,id\nlow,1\n", {"--metadata", "bob.json", "--drop", "id"}, 64,
          "what the tables are joined by");
  CHECK(World::party(world.bob(), {"confirm", job}).code == 64);
  CHECK_FALSE(World::party_json(world.alice(), job).dump().find("safety") != std::string::npos);
  CHECK(world.tables_of(job) == std::set<std::string>{"party-1"});
  CHECK(files_under(world.server.root() / "inbox").empty());
}

TEST_CASE(
    "a command whose table was refused gives the mended one for the same job, and another once that has "
    "ended") {
  const World world;
  World::write(world.alice(), "alice.csv", "id,buying,doors\n1,high,2\n1,low,3\n");
  const Outcome refused = world.fit();
  INFO(refused);
  CHECK(refused.code == 65);
  CHECK_THAT(refused.err, Catch::Contains("rows 1 and 2 have the same id"));
  World::write(world.alice(), "alice.csv", alices_rows(20));
  const std::string job = world.submitted();
  CHECK(refused.err.find("Job " + job) != std::string::npos);
  World::write(world.alice(), "alice.csv", "id,buying,doors\n1,high,2\n1,low,3\n");
  CHECK(world.fit().code == 65);
  REQUIRE(World::party(world.bob(), {"decline", "latest"}).code == 0);
  World::write(world.alice(), "alice.csv", alices_rows(20));
  CHECK(world.fit().code == 64);
  CHECK(world.submitted() != job);
}

TEST_CASE(
    "another table voids its party's confirmation and nobody else's; after the last one nothing changes") {
  const World world;
  const std::string job = world.submitted();
  world.give_bobs(job);
  REQUIRE(World::party(world.bob(), {"confirm", job}).code == 0);
  const std::string before = World::party_json(world.bob(), job).at("digest");
  World::write(world.bob(), "bob.csv", bobs_rows(0, 200));
  world.give_bobs(job);
  CHECK(World::party_json(world.bob(), job).at("digest") != before);
  CHECK(World::party(world.bob(), {"confirm", job, "--digest", before}).code == 75);
  REQUIRE(World::party(world.alice(), {"confirm", job}).code == 0);
  CHECK(World::state(world.alice(), job) == "waiting");
  REQUIRE(World::party(world.alice(), {"withdraw", job}).code == 0);
  CHECK(world.tables_of(job) == std::set<std::string>{"party-2"});
  REQUIRE(World::party(world.bob(), {"confirm", job}).code == 0);
  REQUIRE(World::party(world.alice(), {"give", job, "alice.csv", "--metadata", "alice.json"}).code == 0);
  REQUIRE(World::party(world.alice(), {"confirm", job}).code == 0);
  for (const Words& words : std::vector<Words>{
           {"give", job, "bob.csv", "--metadata", "bob.json"}, {"withdraw", job}, {"confirm", job}})
    CHECK(World::party(world.bob(), words).code == 64);
  CHECK(world.end_of(job) == "done");
}

TEST_CASE("the last to confirm is told where the budget does not suffice, and the fit waits on") {
  const World world;
  const std::string job = world.submitted(), other = world.submitted();
  for (const std::string& one : {job, other}) {
    world.give_bobs(one);
    REQUIRE(World::party(world.bob(), {"confirm", one}).code == 0);
  }
  REQUIRE(World::at(world.alice(), {"manage", "budget", "set", "cars", "--epsilon", "1.5", "--delta", "1e-6"})
              .code == 0);
  REQUIRE(World::party(world.alice(), {"confirm", job}).code == 0);
  const Outcome refused = World::party(world.alice(), {"confirm", other});
  INFO(refused);
  CHECK(refused.code == 77);
  CHECK_THAT(refused.err, Catch::Contains("has epsilon 0.5"));
  CHECK(World::state(world.bob(), other) == "waiting");
  CHECK_FALSE(World::party_json(world.alice(), other).at("parties").at(0).at("confirmed").get<bool>());
  CHECK(world.end_of(job) == "done");
}

TEST_CASE(
    "splits that name no column of the join are refused before anything is debited, and tell of no column") {
  const World world;
  const Outcome submitted =
      World::at(world.alice(), {"fit", "--party", "alice=alice.csv", "--party", "bob=inbox:bob.csv", "--join",
                                "id", "--method", "mwem", "--epsilon", "1", "--splits",
                                "alice_buying,bob_safty", "--dataset", "cars", "--metadata", "alice.json"});
  INFO(submitted);
  REQUIRE(submitted.code == 0);
  const std::string job = last_line(submitted.out);
  world.give_bobs(job);
  REQUIRE(World::party(world.bob(), {"confirm", job}).code == 0);
  const Outcome refused = World::party(world.alice(), {"confirm", job});
  INFO(refused);
  CHECK(refused.code == 64);
  CHECK_THAT(refused.err,
             Catch::Contains("'bob_safty', which the table does not have") && !Catch::Contains("safety"));
  CHECK(World::state(world.bob(), job) == "waiting");
  CHECK(Json::parse(last_line(World::at(world.alice(), {"manage", "budget", "show", "cars", "--json"}).out))
            .at("fits") == 0);
}

TEST_CASE(
    "a party that is late is waited for, whatever looks after the store meanwhile, and any party ends the "
    "wait") {
  const World world;
  const std::string job = world.submitted(), declined = world.submitted();
  world.give_bobs(job);
  world.give_bobs(declined);
  REQUIRE(World::party(world.alice(), {"confirm", job}).code == 0);
  world.server.admin({"reap"});
  world.server.admin({"doctor"});
  CHECK(world.tables_of(job) == std::set<std::string>{"party-1", "party-2"});
  CHECK(World::state(world.bob(), job) == "waiting");
  const Outcome refused = World::party(world.bob(), {"decline", declined});
  INFO(refused);
  CHECK(refused.code == 0);
  CHECK(World::state(world.alice(), declined) == "cancelled");
  CHECK(world.tables_of(declined).empty());
  CHECK_THAT(World::at(world.alice(), {"manage", "jobs", "show", declined}).out,
             Catch::Contains("cancelled by 'bob'"));
  CHECK(World::party(world.alice(), {"give", declined, "alice.csv", "--metadata", "alice.json"}).code == 64);
  // The newer one has ended: the last that waits is meant.
  CHECK(World::party_json(world.bob(), "latest").at("job") == job);
  CHECK_THAT(world.raw("alice", {{"command", "job.retry"},
                                 {"job", declined},
                                 {"request_id", std::string(32, 'b')},
                                 {"inbox", "alice.csv"}}),
             Catch::Contains("who would have to confirm it once more"));
  REQUIRE(World::party(world.bob(), {"confirm", job}).code == 0);
  CHECK(world.end_of(job) == "done");
}

TEST_CASE("who is locked or leaves while a fit waits: it waits on, or ends with every table gone") {
  const World world({"alice", "bob", "carol"});
  World::write(world.carol(), "alice.csv", "");
  const std::string of_alice = world.submitted();
  world.give_bobs(of_alice);
  REQUIRE(World::party(world.bob(), {"confirm", of_alice}).code == 0);
  world.server.admin({"user", "lock", "alice"});
  CHECK(World::party(world.alice(), {"confirm", of_alice}).code == 77);
  CHECK(World::state(world.bob(), of_alice) == "waiting");
  world.server.admin({"user", "unlock", "alice"});
  const Outcome third =
      World::at(world.carol(), {"fit", "--party", "alice", "--party", "bob", "--method", "mst", "--epsilon",
                                "1", "--delta", "1e-7", "--dataset", "cars"});
  INFO(third);
  REQUIRE(third.code == 0);
  const std::string of_carol = last_line(third.out);
  world.give_bobs(of_carol);
  REQUIRE(World::party(world.alice(), {"give", of_carol, "alice.csv", "--metadata", "alice.json"}).code == 0);
  world.server.admin({"user", "delete", "bob", "--yes"});
  world.server.admin({"reap"});
  CHECK(World::state(world.alice(), of_alice) == "cancelled");
  CHECK(World::state(world.alice(), of_carol) == "cancelled");
  CHECK(world.tables_of(of_alice).empty());
  CHECK(world.tables_of(of_carol).empty());
  CHECK_FALSE(world.is_in_store("p399"));
  world.server.admin({"user", "delete", "alice", "--yes"});
  CHECK_FALSE(fs::exists(world.server.root() / "jobs" / of_alice));
}

TEST_CASE("two last confirmations at the same moment begin one fit, debited once") {
  const World world;
  const std::string job = world.submitted();
  world.give_bobs(job);
  std::thread alices([&] { World::party(world.alice(), {"confirm", job}); });
  World::party(world.bob(), {"confirm", job});
  alices.join();
  CHECK(world.end_of(job) == "done");
  CHECK(Json::parse(last_line(World::at(world.bob(), {"manage", "budget", "show", "cars", "--json"}).out))
            .at("fits") == 1);
}

TEST_CASE("a job file asks for what flags ask for, and the tutorial's parties are found by their names") {
  const World world;
  World::write(world.alice(), "runtime.yaml",
               "method: MTS\nepsilon: 1\ndelta: 1e-7\nparams:\n  retries: 3\nparty_names: [Alice, "
               "Bob]\ndataset: cars\n");
  const Outcome submitted = World::at(world.alice(), {"fit", "--job", "runtime.yaml", "--party",
                                                      "Alice=alice.csv", "--metadata", "alice.json"});
  INFO(submitted);
  REQUIRE(submitted.code == 0);
  CHECK_THAT(submitted.err, Catch::Contains("'retries' is obsolete"));
  const Json seen = World::party_json(world.bob(), last_line(submitted.out));
  CHECK(seen.at("party") == "Bob");
  CHECK(seen.at("method") == "mst");
  CHECK(seen.at("privacy").at("dataset") == "cars");
  CHECK(seen.at("parties").at(0).at("given") == true);
  World::write(world.alice(), "wrong.yaml", "method: mst\nepsilon: 1\nparty_name: [Alice, Bob]\n");
  const Outcome wrong = World::at(world.alice(), {"fit", "--job", "wrong.yaml"});
  CHECK(wrong.code == 65);
  CHECK_THAT(wrong.err, Catch::Contains("there is no key 'party_name'") &&
                            Catch::Contains("did you mean 'party_names'?"));
}

TEST_CASE("a job file serves a table of one user as well, and flags come first") {
  const Laptop laptop;
  const std::string file = laptop.write_table("people.csv", small_table(60));
  World::write(laptop, "job.yaml", "method: trees\nname: from_file\nparams: {seed: 3, min_leaf: 20}\n");
  const Outcome fitted = World::at(laptop, {"fit", file, "--job", "job.yaml", "--seed", "4", "--no-report"});
  INFO(fitted);
  REQUIRE(fitted.code == 0);
  CHECK_THAT(last_line(fitted.out), Catch::StartsWith("from_file_"));
  const Json shown =
      Json::parse(last_line(World::at(laptop, {"manage", "jobs", "show", "latest", "--json"}).out));
  CHECK(shown.at("request").at("method") == "trees");
  CHECK(shown.at("request").at("options").at("seed") == 4);
  CHECK(shown.at("request").at("options").at("min_leaf") == 20);
  const Outcome two = World::at(laptop, {"fit", file, "--job", "job.yaml", "--method", "ctgan"});
  CHECK(two.code == 64);
  CHECK_THAT(two.err, Catch::Contains("asks for the method 'trees', and '--method' for 'ctgan'"));
}

TEST_CASE("limits hold for fits that wait, and for what parties give and get") {
  const World world({"alice", "bob", "root"});
  world.server.admin({"user", "role", "root", "admin"});
  const Laptop& root = world.carol();
  const std::string job = world.submitted();
  world.give_bobs(job);
  const auto limit = [&](const std::string& user, const std::string& what, const std::string& number) {
    REQUIRE(World::at(root, {"manage", "users", "limit", user, "--" + what, number}).code == 0);
  };
  limit("alice", "queued", "0");
  limit("alice", "running", "1");
  const Outcome more = world.fit();
  INFO(more);
  CHECK(more.code == 75);
  CHECK_THAT(more.err, Catch::Contains("'alice' may have 1 jobs that run and 0 that wait, and has 1"));
  limit("bob", "models", "1");
  files::write_file(world.server.root() / "model_database/bob/a_20261101t074500_model.gz", "x",
                    files::AtomicFile::IfExists::refuse);
  const Outcome refused = World::party(world.bob(), {"confirm", job});
  CHECK(refused.code == 77);
  CHECK_THAT(refused.err, Catch::Contains("'bob' may have 1 models, and has 1"));
  limit("bob", "models", "2");
  CHECK(World::party(world.bob(), {"confirm", job}).code == 0);
  const Json use =
      Json::parse(last_line(World::at(world.bob(), {"manage", "whoami", "--json"}).out)).at("use");
  CHECK(use.at("jobs").at("bytes") == fs::file_size(world.bob().work() / "bob.csv"));
}

TEST_CASE("in a store that is encrypted each party's model is, and each samples from its own") {
  const World world;
  const fs::path keys = world.alice().home() / "store.keys";
  world.server.admin({"encryption", "new-key", keys.string()});
  files::write_file(world.server.root() / "settings.json",
                    R"({"shared": true, "encryption_key_file": ")" + keys.string() + "\"}",
                    files::AtomicFile::IfExists::replace);
  const std::string job = world.submitted();
  world.give_bobs(job);
  CHECK(world.tables_of(job) == std::set<std::string>{"party-1", "party-2"});
  const auto is_readable = [&] { return world.is_in_store("secret_to_bob") || world.is_in_store("high,p"); };
  CHECK_FALSE(is_readable());
  // With another key meanwhile, and the first one gone.
  world.server.admin({"encryption", "new-key", keys.string()});
  const std::string root = world.server.root().string();
  CHECK(run_program({bin("ctgan-server"), "encryption", "drop-old-keys", "--root", root}).code == 75);
  CHECK_THAT(world.server.admin({"encryption", "apply"}).out, Catch::StartsWith("2 files encrypted"));
  world.server.admin({"encryption", "drop-old-keys"});
  CHECK_FALSE(is_readable());
  // One is confirmed, the other given once more, packed.
  REQUIRE(World::party(world.alice(), {"confirm", job}).code == 0);
  REQUIRE(run_program({"/bin/gzip", "-k", "bob.csv"},
                      {.folder = world.bob().work(), .environment = {}, .input = {}})
              .code == 0);
  const Outcome packed = World::party(world.bob(), {"give", job, "bob.csv.gz", "--metadata", "bob.json"});
  INFO(packed);
  REQUIRE(packed.code == 0);
  CHECK(world.tables_of(job) == std::set<std::string>{"party-1", "party-2"});
  REQUIRE(World::party(world.bob(), {"confirm", job}).code == 0);
  REQUIRE(world.end_of(job) == "done");
  for (const char* user : {"alice", "bob"})
    for (const auto& entry : fs::directory_iterator(world.server.root() / "model_database" / user))
      CHECK_THAT(files::read_file(entry.path()), !Catch::StartsWith("\x1f\x8b") && !Catch::StartsWith("{"));
  CHECK_THAT(world.server.admin({"encryption", "apply"}).out, !Catch::Contains("encrypted 1"));
  for (const Laptop* laptop : {&world.bob(), &world.alice()})
    CHECK(World::at(*laptop, {"sample", "latest", "-n", "20", "--output", "out.csv"}).code == 0);
}

TEST_CASE("a report that was paid for comes to each party, and tells of the join what the budget buys") {
  const World world;
  const Outcome submitted = world.fit({"--report-share", "0.2"});
  INFO(submitted);
  REQUIRE(submitted.code == 0);
  const std::string job = last_line(submitted.out);
  world.give_bobs(job);
  for (const Laptop* laptop : {&world.bob(), &world.alice()})
    REQUIRE(World::party(*laptop, {"confirm", job}).code == 0);
  REQUIRE(world.end_of(job) == "done");
  for (const Laptop* laptop : {&world.bob(), &world.alice()}) {
    const Outcome report = World::at(*laptop, {"download", "--report", "latest"});
    INFO(report);
    CHECK(report.code == 0);
  }
  CHECK_FALSE(world.is_in_store("p399"));
}

TEST_CASE("a report of confidential rows is fetched by the model's owner and by nobody else") {
  const World world;
  const Outcome set =
      World::at(world.alice(), {"manage", "budget", "set", "own", "--epsilon", "2", "--delta", "1e-6"});
  REQUIRE(set.code == 0);
  const Outcome fitted =
      World::at(world.alice(), {"fit", "alice.csv", "--method", "mst", "--epsilon", "1", "--dataset", "own",
                                "--metadata", "alice.json", "--drop", "id", "--report", "owner"});
  INFO(fitted);
  REQUIRE(fitted.code == 0);
  const std::string model = last_line(fitted.out);
  CHECK(World::at(world.alice(), {"download", "--report", model}).code == 0);
  const Json page{{"command", "download.open"},
                  {"store", "reports"},
                  {"name", model.substr(0, model.rfind("_model.gz")) + "_report.html"}};
  CHECK_THAT(world.raw("alice", page), Catch::Contains("sha256"));
  CHECK_THAT(world.raw("bob", page), Catch::Contains("no_input"));
}

TEST_CASE("fits that promise the parties nothing, and parties that cannot be, are refused") {
  const World world;
  const auto refused = [&](const Words& words, int code, const std::string& said) {
    Words command{"fit"};
    command.insert(command.end(), words.begin(), words.end());
    const Outcome outcome = World::at(world.alice(), command);
    INFO(outcome);
    CHECK(outcome.code == code);
    CHECK_THAT(outcome.err, Catch::Contains(said));
  };
  refused({"--party", "alice", "--party", "bob", "--method", "ctgan"}, 64, "promises the parties nothing");
  refused({"--party", "alice", "--party", "bob"}, 64, "needs a method");
  const Words mst{"--method", "mst", "--epsilon", "1", "--dataset", "cars"};
  const auto with_mst = [&](Words words) {
    words.insert(words.end(), mst.begin(), mst.end());
    return words;
  };
  refused(with_mst({"--party", "alice"}), 64, "has 2 to 16");
  refused(with_mst({"--party", "a_b@alice", "--party", "bob"}), 64, "'a_b' cannot be the name of a party");
  refused(with_mst({"--party", "alice", "--party", "bo"}), 66, "the server has no user 'bo'");
  refused(with_mst({"--party", "alice", "--party", "x@alice"}), 64, "is the user of two parties");
  refused(with_mst({"--party", "alice", "--party", "bob=bob.csv"}), 64,
          "the table of 'bob' is not yours to send");
  refused(with_mst({"--party", "alice", "--party", "bob", "--rule", "a <= b"}), 64, "takes no '--rule'");
  refused(with_mst({"--party", "alice", "--party", "bob", "--report", "owner"}), 64, "takes no '--report'");
  refused(with_mst({"alice.csv", "--join", "id"}), 64, "none is named");
  CHECK_THAT(world.raw("alice",
                       {{"command", "fit.submit"},
                        {"request_id", std::string(32, 'a')},
                        {"name", "x"},
                        {"method", "ctgan"},
                        {"join", "id"},
                        {"parties", {{{"name", "a"}, {"user", "alice"}}, {{"name", "b"}, {"user", "bob"}}}}}),
             Catch::Contains("promises the parties nothing"));
  CHECK_THAT(world.raw("alice",
                       {{"command", "fit.submit"},
                        {"request_id", std::string(32, 'b')},
                        {"name", "x"},
                        {"method", "mst"},
                        {"options", {{"epsilon", 1}}},
                        {"dataset", "cars"},
                        {"private_report", {{"from", "owner"}}},
                        {"join", "id"},
                        {"parties", {{{"name", "a"}, {"user", "alice"}}, {{"name", "b"}, {"user", "bob"}}}}}),
             Catch::Contains("makes no report"));
}

}  // namespace ctgan::tests
