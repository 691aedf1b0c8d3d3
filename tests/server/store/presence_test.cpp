#include "server/store/presence.h"

#include <fcntl.h>
#include <unistd.h>

#include "tests/catch.h"
#include "tests/server/fresh_store.h"

namespace ctgan::server::store {

using errors::Error;
using errors::Kind;

namespace {

struct WithLayout : tests::FreshStore {
  Layout layout{root()};
  std::filesystem::path file(const std::string& id) const { return layout.connections() / id; }
};

Caller caller(const std::string& user) {
  return {user, "key", "10.0.0.7", "SHA256:x", "serve", "", "42 1 b", 1'795'000'000};
}

}  // namespace

TEST_CASE("a connection that lives is seen with who is there, as long as it lives") {
  const WithLayout fresh;
  Presence silent(fresh.layout);
  CHECK(lives(fresh.layout, silent.id()));
  CHECK(living_callers(fresh.layout).empty());
  std::string id;
  {
    Presence alice(fresh.layout);
    alice.introduce(caller("alice"));
    id = alice.id();
    const std::vector<LivingCaller> living = living_callers(fresh.layout);
    REQUIRE(living.size() == 1);
    CHECK(living[0].id == id);
    CHECK(living[0].caller.user == "alice");
    CHECK(living[0].caller.login == "key");
    CHECK(living[0].caller.from == "10.0.0.7");
    CHECK(living[0].caller.key == "SHA256:x");
    CHECK(living[0].caller.what == "serve");
    CHECK(living[0].caller.process == "42 1 b");
    CHECK(living[0].caller.since == 1'795'000'000);
  }
  CHECK(living_callers(fresh.layout).empty());
  CHECK_FALSE(lives(fresh.layout, id));
}

TEST_CASE("what a killed connection left is nobody's, and is swept away") {
  const WithLayout fresh;
  Presence other(fresh.layout);
  other.id();
  const std::string line = R"({"caller":{"user":"alice","process":"42 1 b"}})";
  files::write_file(fresh.file("dead"), line + "\n", files::AtomicFile::IfExists::refuse);
  CHECK(living_callers(fresh.layout).empty());
  sweep_presences(fresh.layout);
  CHECK_FALSE(std::filesystem::exists(fresh.file("dead")));
  CHECK(lives(fresh.layout, other.id()));
}

TEST_CASE("a connection finds the last word that was left to it; one that has gone is told nothing") {
  const WithLayout fresh;
  Presence alice(fresh.layout);
  alice.introduce(caller("alice"));
  CHECK_FALSE(word_left(fresh.layout, alice.id()).has_value());
  leave_word(fresh.layout, alice.id(), Error(Kind::interrupted, "ended", "why"));
  leave_word(fresh.layout, alice.id(), Error(Kind::permission, "locked"));
  const auto word = word_left(fresh.layout, alice.id());
  REQUIRE(word.has_value());
  CHECK(word->kind() == Kind::permission);
  CHECK(word->sentence() == "locked");
  // It is still seen as who it is.
  CHECK(living_callers(fresh.layout).at(0).caller.user == "alice");

  CHECK_NOTHROW(leave_word(fresh.layout, "gone", Error(Kind::interrupted, "ended")));
  CHECK_FALSE(std::filesystem::exists(fresh.file("gone")));
  CHECK_FALSE(word_left(fresh.layout, "gone").has_value());
  CHECK_FALSE(word_left(fresh.layout, "").has_value());
}

TEST_CASE("half a line, and lines that are none, say nothing") {
  const WithLayout fresh;
  Presence alice(fresh.layout);
  const auto append = [&](const std::string& text) {
    files::FileHandle file(::open(fresh.file(alice.id()).c_str(), O_WRONLY | O_APPEND | O_CLOEXEC));
    REQUIRE(::write(file.get(), text.data(), text.size()) == static_cast<ssize_t>(text.size()));
  };
  append("[]\nnoise\n{\"caller\":7}\n");
  CHECK(living_callers(fresh.layout).empty());
  append(R"({"caller":{"user":"alice"}})");
  CHECK(living_callers(fresh.layout).empty());
  append("\n");
  CHECK(living_callers(fresh.layout).size() == 1);
}

}  // namespace ctgan::server::store
