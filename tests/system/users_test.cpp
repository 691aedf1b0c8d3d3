// An administrator's day from a laptop, against a real sshd: users, keys, limits, a leaver, and the log of it all.
#include <nlohmann/json.hpp>

#include "common/files/file.h"
#include "tests/catch.h"
#include "tests/system/laptop.h"
#include "tests/system/remote_server.h"

namespace ctgan::tests {
namespace {

namespace fs = std::filesystem;
using Json = nlohmann::json;

struct WithAdmin {
  SharedServer server;
  fs::path root_key = server.add_user_with_key("root");
  fs::path alice_key = server.add_user_with_key("alice");
  Laptop root, alice;

  WithAdmin() {
    server.admin({"user", "role", "root", "admin"});
    root.write_credentials(server.credentials(root_key));
    alice.write_credentials(server.credentials(alice_key));
  }
  Outcome manage(const Laptop& laptop, std::vector<std::string> arguments,
                 const std::string& input = {}) const {
    arguments.insert(arguments.begin(), "manage");
    return laptop.run(std::move(arguments), input);
  }
  void put_model(const std::string& user, const std::string& name) const {
    files::write_file(server.root() / "model_database" / user / name, "x",
                      files::AtomicFile::IfExists::refuse);
  }
};

}  // namespace

TEST_CASE("an administrator sees to users from a laptop; a normal user is told that he does not") {
  WithAdmin world;
  const Outcome refused = world.manage(world.alice, {"users", "list"});
  INFO(refused);
  CHECK(refused.code == 77);
  CHECK_THAT(refused.err, Catch::Contains("only an administrator looks after users"));

  const Outcome added = world.manage(world.root, {"users", "add", "carol", "--generate-password", "--quiet"});
  INFO(added);
  REQUIRE(added.code == 0);
  const std::string password = last_line(added.out);
  CHECK(password.size() == 23);
  Laptop carol;
  const fs::path shared = world.server.make_shared_key();
  carol.write_credentials(
      world.server.credentials(shared, R"(,"user":"carol","password":")" + password + "\""));
  const Outcome who = world.manage(carol, {"whoami"});
  INFO(who);
  CHECK(who.code == 0);
  CHECK_THAT(who.out, Catch::Contains("known by password SHA256:") && Catch::Contains("everybody's"));

  REQUIRE(world.manage(world.root, {"users", "add", "dora", "--key-only", "--batch"}).code == 0);
  CHECK_THAT(world.manage(world.root, {"users", "add", "emil", "--batch"}).err,
             Catch::Contains("--password-stdin"));
  REQUIRE(world.manage(world.root, {"users", "add", "emil", "--password-stdin"}, "correct horse\n").code ==
          0);
  const Outcome list = world.manage(world.root, {"users", "list"});
  CHECK_THAT(list.out,
             Catch::Contains("carol") && Catch::Contains("admin") && Catch::Contains("known by a key only"));

  const Outcome limited =
      world.manage(world.root, {"users", "limit", "carol", "--models", "20", "--bytes", "10G"});
  CHECK_THAT(limited.out, Catch::Contains("own") && Catch::Contains("10.0 GB"));
  REQUIRE(world.manage(world.root, {"users", "lock", "carol"}).code == 0);
  const Outcome locked = world.manage(carol, {"models", "list"});
  CHECK(locked.code == 77);
  CHECK_THAT(locked.err, Catch::Contains("'carol' is locked"));
  REQUIRE(world.manage(world.root, {"users", "unlock", "carol"}).code == 0);
  CHECK(world.manage(carol, {"models", "list"}).code == 0);
  CHECK(world.manage(world.root, {"users", "remove", "carol"}).code == 64);
  REQUIRE(world.manage(world.root, {"users", "remove", "carol", "--yes"}).code == 0);
  CHECK(world.manage(carol, {"models", "list"}).code == 77);

  const std::string log = world.server.admin({"audit", "--json"}).out;
  CHECK(log.find(password) == std::string::npos);
  CHECK(log.find("correct horse") == std::string::npos);
  CHECK_THAT(log, Catch::Contains(R"("user":"root","from":"127.0.0.1","key":"SHA256:)"));
}

TEST_CASE("a fit beyond a limit is refused before its table leaves the laptop") {
  const WithAdmin world;
  world.put_model("alice", "people_20261101t074500_model.gz");
  REQUIRE(world.manage(world.root, {"users", "limit", "alice", "--models", "1"}).code == 0);
  const Outcome refused = world.alice.run(quick_fit(world.alice.write_table("people.csv", small_table(60))));
  INFO(refused);
  CHECK(refused.code == 77);
  CHECK_THAT(refused.err, Catch::Contains("'alice' may have 1 models, and has 1") &&
                              !Catch::Contains("Uploading 'people.csv':"));
  CHECK(files_under(world.server.root() / "inbox").empty());
}

TEST_CASE("a key that sshd was told to forget by its last day lets nobody in") {
  WithAdmin world;
  const fs::path key = world.server.sshd().make_key("late");
  std::string line = world.server
                         .admin({"user", "authorize", "alice", "--key", key.string() + ".pub", "--expires",
                                 "2099-01-01", "--print"})
                         .out;
  // As if it had been written long ago: nobody is given a key that has expired.
  line.replace(line.find("2099"), 4, "2020");
  world.server.sshd().authorize_line(line);
  CHECK_THAT(line, Catch::StartsWith("restrict,expiry-time=\"202001012359\",command=\""));
  CHECK(world.server.ssh(key, "ctgan-server serve").code == 255);
  const fs::path valid = world.server.sshd().make_key("valid");
  world.server.sshd().authorize_line(
      world.server
          .admin({"user", "authorize", "alice", "--key", valid.string() + ".pub", "--expires", "2099-01-01",
                  "--print"})
          .out);
  CHECK(world.server.ssh(valid, "ctgan-server serve").code == 0);
}

TEST_CASE(
    "prune deletes what is beyond the last of each table, says before what that is, and keeps what is "
    "young") {
  const WithAdmin world;
  for (const char* name : {"a_20260101t000000_model.gz", "a_20260102t000000_model.gz",
                           "a_20260103t000000_model.gz", "b_20260101t000000_model.gz"})
    world.put_model("alice", name);
  const Outcome nothing = world.manage(world.alice, {"models", "prune"});
  CHECK(nothing.code == 64);
  const Outcome dry =
      world.manage(world.alice, {"models", "prune", "--keep-last", "1", "--dry-run", "--json"});
  INFO(dry);
  CHECK(Json::parse(last_line(dry.out)).at("would_delete") ==
        Json{"a_20260102t000000_model.gz", "a_20260101t000000_model.gz"});
  CHECK(world.manage(world.alice, {"models", "prune", "--keep-last", "1", "--older-than", "1", "--batch"})
            .out == "nothing to delete\n");
  CHECK(world.manage(world.alice, {"models", "prune", "--keep-last", "1"}).code == 64);
  REQUIRE(world.manage(world.alice, {"models", "prune", "--keep-last", "1", "--batch"}).code == 0);
  const Outcome left = world.manage(world.alice, {"models", "list"});
  CHECK_THAT(left.out,
             Catch::Contains("a_20260103t000000_model.gz") && Catch::Contains("b_20260101t000000_model.gz"));
  CHECK(left.out.find("a_20260102") == std::string::npos);
}

TEST_CASE("what the server will delete is said at every login, and the command goes on") {
  const WithAdmin world;
  world.put_model("alice", "a_20260101t000000_model.gz");
  files::write_file(world.server.root() / "settings.json", R"({"shared": true, "retention_days": 1})",
                    files::AtomicFile::IfExists::replace);
  const Outcome list = world.manage(world.alice, {"models", "list"});
  INFO(list);
  CHECK(list.code == 0);
  CHECK_THAT(list.err, Catch::Contains("Warning: this server deletes 1 of your models"));
  CHECK_THAT(list.out, Catch::Contains("a_20260101t000000_model.gz"));
}

}  // namespace ctgan::tests
