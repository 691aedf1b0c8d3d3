#include "server/store/users.h"

#include "common/errors/error.h"
#include "server/store/passwords.h"
#include "server/store/schema.h"
#include "tests/catch.h"
#include "tests/raises.h"
#include "tests/server/fresh_store.h"

namespace ctgan::server::store {

using errors::Kind;
using tests::raised;

TEST_CASE("a new store has no user at all") {
  tests::FreshStore fresh;
  CHECK(fresh.store().users().list().empty());
}

TEST_CASE("users are listed by name with role, and whether they have a password") {
  tests::FreshStore fresh;
  Users& users = fresh.store().users();
  users.add("bob", Role::admin, "hash", 5);
  users.add("alice", Role::normal, std::nullopt, 7);
  const auto all = users.list();
  REQUIRE(all.size() == 2);
  CHECK(all[0].name == "alice");
  CHECK(all[0].role == Role::normal);
  CHECK_FALSE(all[0].has_password);
  CHECK(all[0].created == 7);
  CHECK(all[1].role == Role::admin);
  CHECK(all[1].has_password);
}

TEST_CASE("a name that could be a path, a flag or another user's is refused") {
  tests::FreshStore fresh;
  for (const char* name : {"", "..", "a/b", "-x", "Alice", "a b", "1a", "\xc3\xa4", "a\nb"}) {
    INFO(name);
    CHECK(raised([&] { fresh.store().users().add(name, Role::normal, std::nullopt, 0); }).kind() ==
          Kind::usage);
  }
  CHECK(raised([&] {
          fresh.store().users().add(std::string(33, 'a'), Role::normal, std::nullopt, 0);
        }).kind() == Kind::usage);
  CHECK(fresh.store().users().list().empty());
}

TEST_CASE("a user is added once") {
  tests::FreshStore fresh;
  fresh.add_user("alice");
  const auto error = raised([&] { fresh.store().users().add("alice", Role::admin, std::nullopt, 0); });
  CHECK(error.kind() == Kind::cannot_create);
  CHECK(fresh.store().users().require("alice").role == Role::normal);
}

TEST_CASE("an unknown user is named with the nearest known") {
  tests::FreshStore fresh;
  fresh.add_user("alice");
  const auto error = raised([&] { fresh.store().users().require("alise"); });
  CHECK(error.kind() == Kind::no_input);
  CHECK(error.sentence() == "there is no user 'alise'");
  CHECK(error.hint() == "did you mean 'alice'?");
}

TEST_CASE("with a user go jobs, uploads, tickets and the index") {
  tests::FreshStore fresh;
  fresh.add_user("alice");
  Store& store = fresh.store();
  fresh.insert_job("id", "alice", "request");
  store.uploads().create("alice", "a.csv", 5, "", 10);
  store.tickets().issue({"alice", Direction::up, "x", Shelf::data, 0});
  store.shelves().note(Shelf::models, "alice", "m", 1, "h");
  store.users().remove("alice");
  for (const char* table : {"users", "jobs", "uploads", "tickets", "artifacts"}) {
    Statement count(store.database(), std::string("SELECT count(*) FROM ").append(table));
    count.step();
    INFO(table);
    CHECK(count.integer(0) == 0);
  }
}

TEST_CASE("a locked user stays locked since the first time, and is unlocked at once") {
  tests::FreshStore fresh;
  fresh.add_user("alice");
  Users& users = fresh.store().users();
  CHECK(users.require("alice").locked == 0);
  users.set_locked("alice", true, 50);
  users.set_locked("alice", true, 60);
  CHECK(users.require("alice").locked == 50);
  users.set_locked("alice", false, 70);
  CHECK(users.require("alice").locked == 0);
  users.set_role("alice", Role::admin);
  CHECK(users.require("alice").role == Role::admin);
  CHECK(raised([&] { users.set_locked("bob", true, 1); }).kind() == Kind::no_input);
  CHECK(raised([&] { users.set_role("bob", Role::admin); }).kind() == Kind::no_input);
}

TEST_CASE("a user's own limits are kept until they are taken back, and go with the user") {
  tests::FreshStore fresh;
  fresh.add_user("alice");
  fresh.add_user("bob");
  Users& users = fresh.store().users();
  CHECK(users.own_limits("alice").empty());
  users.set_limit("alice", Limit::models, 20);
  users.set_limit("alice", Limit::models, 0);
  users.set_limit("alice", Limit::bytes, UINT64_MAX);
  CHECK(users.own_limits("alice") ==
        OwnLimits{{Limit::models, 0}, {Limit::bytes, static_cast<std::uint64_t>(INT64_MAX)}});
  CHECK(users.own_limits("bob").empty());
  users.set_limit("alice", Limit::bytes, std::nullopt);
  CHECK(users.own_limits("alice").size() == 1);
  CHECK(raised([&] { users.set_limit("carol", Limit::rows, 1); }).kind() == Kind::no_input);
  users.remove("alice");
  fresh.add_user("alice");
  CHECK(users.own_limits("alice").empty());
}

TEST_CASE("limits have the names of flags and requests") {
  for (const LimitRow& row : limit_table()) {
    CHECK(limit_from_name(row.name).limit == row.limit);
    CHECK(row_of(row.limit).name == row.name);
  }
  CHECK_THAT(raised([] { limit_from_name("model"); }).hint(), Catch::Contains("'models'"));
}

TEST_CASE("of each key the last use is kept, of each user apart") {
  tests::FreshStore fresh;
  fresh.add_user("alice");
  fresh.add_user("bob");
  KeyUses& uses = fresh.store().key_uses();
  uses.note({"alice", "SHA256:a", 5, "10.0.0.1"});
  uses.note({"alice", "SHA256:a", 7, "10.0.0.2"});
  uses.note({"bob", "SHA256:a", 6, ""});
  REQUIRE(uses.list("alice").size() == 1);
  CHECK(uses.list("alice")[0].last == 7);
  CHECK(uses.list("alice")[0].address == "10.0.0.2");
  CHECK(uses.list().size() == 2);
  fresh.store().users().remove("alice");
  CHECK(uses.list().size() == 1);
}

TEST_CASE("users of a store without limits and locks have none of either, and what they had before") {
  const tests::TemporaryFolder folder;
  Database database(folder / "a.sqlite");
  migrate(database, migrations().first(4));
  database.execute(
      "INSERT INTO users(name, role, password_hash, created) VALUES('alice', 'admin', 'hash', 5);"
      "INSERT INTO jobs(id, user, request_id, kind, state, created) VALUES('one', 'alice', 'a', 'fit', "
      "'done', 6)");
  migrate(database, migrations());
  Users users(database);
  const User alice = users.require("alice");
  CHECK(alice.role == Role::admin);
  CHECK(alice.has_password);
  CHECK(alice.created == 5);
  CHECK(alice.locked == 0);
  CHECK(users.own_limits("alice").empty());
  CHECK(KeyUses(database).list().empty());
  Statement jobs(database, "SELECT count(*) FROM jobs WHERE user = 'alice'");
  REQUIRE(jobs.step());
  CHECK(jobs.integer(0) == 1);
}

TEST_CASE("a password matches its own hash and nothing else") {
  const std::string hash = hash_password("correct horse");
  CHECK_THAT(hash, Catch::StartsWith("$argon2id$v=19$m=65536,t=2,p=1$"));
  CHECK(hash != hash_password("correct horse"));
  CHECK(password_matches("correct horse", hash));
  CHECK_FALSE(password_matches("correct horsf", hash));
  CHECK_FALSE(password_matches("", hash));
  CHECK_FALSE(password_matches(std::string(2000, 'x'), hash));
  CHECK_FALSE(password_matches("correct horse", std::nullopt));
  const std::string longest(k_longest_password, 'x');
  const std::string longest_hash = hash_password(longest);
  CHECK(password_matches(longest, longest_hash));
  CHECK_FALSE(password_matches(longest + "y", longest_hash));
}

TEST_CASE("a password is 8 to 1024 bytes without NUL", "[fault:19]") {
  for (const std::string& bad :
       {std::string("short12"), std::string(1025, 'x'), std::string("a\0bcdefgh", 9), std::string()}) {
    CHECK(raised([&] { hash_password(bad); }).kind() == Kind::usage);
  }
  CHECK_FALSE(hash_password("12345678").empty());
}

}  // namespace ctgan::server::store
