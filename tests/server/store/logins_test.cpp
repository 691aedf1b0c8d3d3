#include "server/store/logins.h"

#include <chrono>
#include <thread>

#include "common/errors/error.h"
#include "server/store/passwords.h"
#include "tests/catch.h"
#include "tests/raises.h"
#include "tests/server/fresh_store.h"

namespace ctgan::server::store {

using errors::Kind;
using tests::raised;

namespace {

struct WithAlice : tests::FreshStore {
  WithAlice() { store().users().add("alice", Role::normal, hash_password("correct horse"), 0); }
  errors::Error fail(const std::string& user, const std::string& password = "wrong") {
    return raised([&] { store().logins().verify(user, password); });
  }
};

}  // namespace

TEST_CASE("the right password lets in") {
  WithAlice fresh;
  CHECK_NOTHROW(fresh.store().logins().verify("alice", "correct horse"));
}

TEST_CASE("wrong password, unknown user, no password set and nonsense are one and the same answer",
          "[fault:19]") {
  WithAlice fresh;
  fresh.add_user("keyonly");
  const auto expected = fresh.fail("alice");
  CHECK(expected.kind() == Kind::permission);
  for (const std::string& user : {std::string("nobody"), std::string("keyonly"), std::string("../x"),
                                  std::string(100'000, 'x'), std::string("a'; DROP TABLE users; --")}) {
    const auto error = fresh.fail(user);
    CHECK(error.sentence() == expected.sentence());
    CHECK(error.hint() == expected.hint());
    fresh.now += 1000;
  }
}

TEST_CASE("an unknown user takes as long as a wrong password", "[fault:19]") {
  WithAlice fresh;
  const auto seconds = [&](const std::string& user) {
    double least = 1e9;
    for (int i = 0; i < 3; ++i) {
      fresh.now += 1000;
      const auto start = std::chrono::steady_clock::now();
      fresh.fail(user);
      least =
          std::min(least, std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count());
    }
    return least;
  };
  const double known = seconds("alice");
  const double unknown = seconds("nobody");
  CHECK(unknown > known / 3);
  CHECK(unknown < known * 3);
}

TEST_CASE("after three failures in a row each try has to wait 1, 2, 4 .. 30 seconds, known or not",
          "[fault:19]") {
  for (const std::string user : {"alice", "nobody"}) {
    WithAlice fresh;
    for (int i = 0; i < 3; ++i) CHECK(fresh.fail(user).kind() == Kind::permission);
    for (const int wait : {1, 2, 4, 8, 16, 30, 30}) {
      INFO(user << " " << wait);
      const auto early = fresh.fail(user);
      CHECK(early.kind() == Kind::try_again);
      CHECK_THAT(early.sentence(), Catch::Contains("wait " + std::to_string(wait) + " second"));
      fresh.now += wait;
      CHECK(fresh.fail(user).kind() == Kind::permission);
    }
  }
}

TEST_CASE("while a name has to wait, not even the right password is looked at; then it ends the waiting") {
  WithAlice fresh;
  for (int i = 0; i < 3; ++i) fresh.fail("alice");
  CHECK(fresh.fail("alice", "correct horse").kind() == Kind::try_again);
  fresh.now += 1;
  CHECK_NOTHROW(fresh.store().logins().verify("alice", "correct horse"));
  CHECK(fresh.fail("alice").kind() == Kind::permission);
  CHECK(fresh.fail("alice").kind() == Kind::permission);
}

TEST_CASE("one name's failures do not slow another") {
  WithAlice fresh;
  for (int i = 0; i < 5; ++i) fresh.fail("mallory");
  CHECK_NOTHROW(fresh.store().logins().verify("alice", "correct horse"));
}

TEST_CASE("the count survives the connection, and a new password clears it") {
  WithAlice fresh;
  for (int i = 0; i < 3; ++i) fresh.fail("alice");
  const auto other = fresh.open();
  CHECK(raised([&] { other->logins().verify("alice", "correct horse"); }).kind() == Kind::try_again);
  fresh.store().users().set_password("alice", hash_password("another one"));
  CHECK_NOTHROW(other->logins().verify("alice", "another one"));
}

TEST_CASE("a clock that was set back locks nobody out", "[fault:14]") {
  WithAlice fresh;
  for (int i = 0; i < 4; ++i) fresh.fail("alice");
  fresh.now -= 24 * 3600;
  CHECK_NOTHROW(fresh.store().logins().verify("alice", "correct horse"));
}

TEST_CASE("guesses made at the same time are all counted", "[fault:19]") {
  WithAlice fresh;
  std::vector<std::thread> guessers;
  std::atomic<int> looked_at = 0;
  for (int i = 0; i < 8; ++i) {
    guessers.emplace_back([&] {
      const auto own = fresh.open();
      try {
        own->logins().verify("alice", "wrong");
      } catch (const errors::Error& error) {
        looked_at += error.kind() == Kind::permission ? 1 : 0;
      }
    });
  }
  for (std::thread& guesser : guessers) guesser.join();
  CHECK(looked_at == 3);
}

}  // namespace ctgan::server::store
