// Everybody sees and ends his own sessions, an administrator everybody's.
#include <memory>
#include <vector>

#include "server/store/presence.h"
#include "tests/catch.h"
#include "tests/server/service/other_connection.h"
#include "tests/server/service/talk.h"

namespace ctgan::server::service {

using tests::FreshStore;
using tests::OtherConnection;
using tests::Talk;

namespace {

struct WithUsers : FreshStore {
  WithUsers() {
    add_user("alice");
    add_user("bob");
    store().users().add("root", store::Role::admin, std::nullopt, now);
    store().make_user_folders("root");
  }
  std::vector<audit::Entry> log() {
    std::vector<audit::Entry> entries;
    audit::AuditLog(store().layout().audit()).read([&](const audit::Entry& entry) {
      if (entry.what == "sessions.end") entries.push_back(entry);
    });
    return entries;
  }
  std::optional<errors::Error> word(const OtherConnection& connection) {
    return store::word_left(store().layout(), connection.id());
  }
};

std::vector<std::string> ids_of(const Json& items) {
  std::vector<std::string> ids;
  for (const Json& item : items) ids.push_back(item.at("session"));
  return ids;
}

const Json k_all_users{{"all_users", true}};

}  // namespace

TEST_CASE("a user sees his sessions with where they come from, and which one he asks over") {
  WithUsers fresh;
  const OtherConnection elsewhere(fresh, "alice"), transfer(fresh, "alice", elsewhere.id());
  const OtherConnection stranger(fresh, "bob");
  Talk alice(fresh, "alice");
  const Json items = alice.ask("sessions.list").at("items");
  REQUIRE(items.size() == 2);
  const bool own_first = items[0].contains("own");
  const Json& own = items[own_first ? 0 : 1];
  const Json& other = items[own_first ? 1 : 0];
  CHECK(own.at("own") == true);
  CHECK(own.at("from") == "10.0.0.7");
  CHECK(own.at("key") == "SHA256:talk");
  CHECK(own.at("transfers") == 0);
  CHECK(other.at("session") == elsewhere.id());
  CHECK(other.at("user") == "alice");
  CHECK(other.at("from") == "10.0.0.9");
  CHECK(other.at("what") == "serve");
  CHECK(other.at("transfers") == 1);
  CHECK(other.at("since") == "2026-11-18T11:06:40Z");
  CHECK_FALSE(other.contains("own"));
}

TEST_CASE("a list of many sessions has pages, newest first, that no end of a session disturbs") {
  WithUsers fresh;
  std::vector<std::unique_ptr<store::Presence>> many;
  for (int i = 0; i < 201; ++i) {
    many.push_back(std::make_unique<store::Presence>(fresh.store().layout()));
    many.back()->introduce({"alice", "key", "", "", "serve", "", "1 1 b", fresh.now - 1 - i});
  }
  Talk alice(fresh, "alice");
  const Json first = alice.ask("sessions.list");
  REQUIRE(first.at("items").size() == 200);
  CHECK(first.at("items")[0].contains("own"));
  CHECK(first.at("items")[1].at("session") == many[0]->id());
  // The last of the page.
  many[198].reset();
  const Json second = alice.ask("sessions.list", {{"before", first.at("next")}});
  CHECK(ids_of(second.at("items")) == std::vector{many[199]->id(), many[200]->id()});
  CHECK_FALSE(second.contains("next"));
}

TEST_CASE("an ended session is told by whom, its transfers end as well, and it stands in the audit log") {
  WithUsers fresh;
  OtherConnection elsewhere(fresh, "alice"), transfer(fresh, "alice", elsewhere.id()), third(fresh, "alice");
  Talk alice(fresh, "alice");
  const Json answer = alice.ask("sessions.end", {{"session", elsewhere.id()}});
  CHECK(answer.at("ended") == Json{{{"session", elsewhere.id()}, {"user", "alice"}}});
  CHECK(elsewhere.ended_by() == SIGTERM);
  CHECK(transfer.ended_by() == SIGTERM);
  CHECK(third.lives());
  for (const OtherConnection* one : {&elsewhere, &transfer}) {
    const auto word = fresh.word(*one);
    REQUIRE(word.has_value());
    CHECK(word->kind() == errors::Kind::interrupted);
    CHECK(word->sentence() == "this session was ended by 'alice' from 10.0.0.7");
  }
  const auto log = fresh.log();
  REQUIRE(log.size() == 1);
  CHECK(log[0].origin.user == "alice");
  CHECK(log[0].subject == "alice " + elsewhere.id());
  CHECK(log[0].result == "ok");

  SECTION("once more nothing is to be ended, and that is no error") {
    CHECK(alice.ask("sessions.end", {{"session", elsewhere.id()}}).at("ended") == Json::array());
    CHECK(fresh.log().size() == 1);
  }
}

TEST_CASE("somebody else's session is as one that is not there") {
  WithUsers fresh;
  OtherConnection bobs(fresh, "bob");
  Talk alice(fresh, "alice");
  Json foreign = alice.ask("sessions.end", {{"session", bobs.id()}});
  Json unknown = alice.ask("sessions.end", {{"session", std::string(32, '0')}});
  for (Json* answer : {&foreign, &unknown}) answer->erase("id");
  CHECK(foreign == unknown);
  CHECK(foreign.at("ended").empty());
  CHECK(bobs.lives());
  CHECK_FALSE(fresh.word(bobs).has_value());
  for (const char* command : {"sessions.list", "sessions.end"}) {
    const Json refused = alice.ask(command, {{"session", bobs.id()}, {"all_users", true}});
    CHECK(refused.at("kind") == "permission");
    CHECK(refused.at("sentence") == "only an administrator looks after other users' sessions");
  }
  CHECK(bobs.lives());
  CHECK(fresh.log().back().code == 77);
}

TEST_CASE("all sessions but the own one end; of everybody where an administrator says so") {
  WithUsers fresh;
  OtherConnection first(fresh, "root"), second(fresh, "root"), alices(fresh, "alice"), bobs(fresh, "bob");
  Talk root(fresh, "root");
  CHECK(root.ask("sessions.list", k_all_users).at("items").size() == 5);
  CHECK(root.ask("sessions.end", {{"all", true}}).at("ended").size() == 2);
  CHECK_FALSE(first.lives());
  CHECK_FALSE(second.lives());
  CHECK(alices.lives());
  Json one = k_all_users, all = k_all_users;
  one["session"] = alices.id();
  CHECK(root.ask("sessions.end", one).at("ended")[0].at("user") == "alice");
  CHECK_FALSE(alices.lives());
  CHECK(bobs.lives());
  all["all"] = true;
  CHECK(root.ask("sessions.end", all).at("ended").size() == 1);
  CHECK_FALSE(bobs.lives());
  CHECK(root.ask("sessions.end", all).at("ended").empty());
  const Json left = root.ask("sessions.list", k_all_users).at("items");
  REQUIRE(left.size() == 1);
  CHECK(left[0].at("own") == true);
}

TEST_CASE("the session that is asked over is not ended, nor is none named") {
  WithUsers fresh;
  Talk alice(fresh, "alice");
  const std::string own = alice.ask("sessions.list").at("items")[0].at("session");
  CHECK(alice.ask("sessions.end", {{"session", own}}).at("kind") == "usage");
  CHECK(alice.ask("sessions.end").at("kind") == "protocol");
  CHECK(alice.ask("sessions.end", {{"session", own}, {"all", true}}).at("kind") == "protocol");
  CHECK(alice.ask("whoami").at("user") == "alice");
}

TEST_CASE("a number that another process has got by now is not signalled") {
  WithUsers fresh;
  OtherConnection process(fresh, "bob");
  store::Presence gone(fresh.store().layout());
  const auto living = store::living_callers(fresh.store().layout());
  std::string reused = living.at(0).caller.process;
  const auto start = reused.find(' ') + 1;
  reused.replace(start, reused.find(' ', start) - start, "1");
  gone.introduce({"alice", "key", "", "", "serve", "", reused, fresh.now});
  Talk alice(fresh, "alice");
  const Json answer = alice.ask("sessions.end", {{"session", gone.id()}});
  // Its lock is held all the same, so it is not said to have ended.
  CHECK(answer.at("kind") == "unavailable");
  CHECK(process.lives());
}

TEST_CASE("who is locked or removed loses his sessions at once, with the words of his next request") {
  WithUsers fresh;
  OtherConnection alices(fresh, "alice"), bobs(fresh, "bob");
  Talk root(fresh, "root");
  CHECK(root.ask("users.lock", {{"user", "alice"}}).at("type") == "result");
  CHECK(alices.ended_by() == SIGTERM);
  CHECK(fresh.word(alices)->sentence() == "the user 'alice' is locked");
  CHECK(fresh.word(alices)->kind() == errors::Kind::permission);
  CHECK(bobs.lives());
  CHECK(root.ask("users.remove", {{"user", "bob"}}).at("type") == "result");
  CHECK(bobs.ended_by() == SIGTERM);
  // Nor does a file say any more that he was there.
  CHECK_FALSE(std::filesystem::exists(fresh.store().layout().connections() / bobs.id()));
  REQUIRE(fresh.log().size() == 2);
  CHECK(fresh.log()[1].subject == "bob " + bobs.id());
}

}  // namespace ctgan::server::service
