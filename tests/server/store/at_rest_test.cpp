#include "server/store/at_rest.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <thread>

#include "common/errors/error.h"
#include "common/files/checksum.h"
#include "tests/catch.h"
#include "tests/memory_streams.h"
#include "tests/raises.h"
#include "tests/server/fresh_store.h"

namespace ctgan::server::store {

using encryption::KeyRing;
using errors::Kind;
using tests::raised;

namespace {

const std::string k_model = "adult_20261121t074500_model.gz";
const std::string k_data = "adult_20261121t074501_5_synthetic.csv.gz";

struct WithKeys : tests::FreshStore {
  WithKeys() {
    add_user("alice");
    add_user("bob");
    put(Shelf::models, "alice", k_model, "weights");
    put(Shelf::data, "alice", k_data, "a,b\n1,2\n");
    put(Shelf::models, "bob", k_model, std::string(200'000, 'w'));
  }
  void renew() {
    encryption::add_key(key_file(), root());
    read_keys();
  }
  void read_keys() {
    keys = std::make_shared<const KeyRing>(KeyRing::read(key_file(), root()));
    store().shelves().set_keys(keys);
  }
  std::filesystem::path key_file() const { return outside / "keys"; }
  std::filesystem::path path(Shelf shelf, const std::string& user, const std::string& name) const {
    return Layout(root()).shelf(shelf, user) / name;
  }
  std::string content(const std::string& user, Shelf shelf, const std::string& name) {
    return tests::read_all(*store().shelves().open(shelf, user, name).content());
  }
  std::size_t apply() {
    const Rewritten done = rewrite_at_rest(store(), keys->newest());
    CHECK(done.failures.empty());
    return done.files;
  }

  tests::TemporaryFolder outside;
  std::shared_ptr<const KeyRing> keys;
};

}  // namespace

TEST_CASE("a store is encrypted, gets another key and is decrypted, and its files stay what they were") {
  WithKeys fresh;
  const std::string before = fresh.store().shelves().sha256(Shelf::models, "bob", k_model);
  const auto in_order = [&] {
    CHECK(fresh.content("alice", Shelf::models, k_model) == "weights");
    CHECK(fresh.content("alice", Shelf::data, k_data) == "a,b\n1,2\n");
    CHECK(fresh.store().shelves().sha256(Shelf::models, "bob", k_model) == before);
    CHECK_NOTHROW(fresh.store().shelves().check(Shelf::models, "bob", k_model));
    CHECK(fresh.store().shelves().list(Shelf::models, "bob").front().bytes == 200'000);
    CHECK(std::distance(std::filesystem::directory_iterator(fresh.path(Shelf::models, "bob", "")), {}) == 1);
  };
  CHECK(look_at_rest(fresh.store()).plain == 3);
  fresh.renew();
  CHECK(fresh.apply() == 3);
  CHECK(look_at_rest(fresh.store()).newest == 3);
  CHECK(files::read_file(fresh.path(Shelf::data, "alice", k_data)).find("1,2") == std::string::npos);
  in_order();
  CHECK(fresh.apply() == 0);

  fresh.renew();
  CHECK(look_at_rest(fresh.store()).older == 3);
  in_order();
  CHECK(fresh.apply() == 3);
  encryption::drop_older_keys(fresh.key_file(), fresh.root());
  fresh.read_keys();
  CHECK(look_at_rest(fresh.store()).newest == 3);
  in_order();

  CHECK(rewrite_at_rest(fresh.store(), nullptr).files == 3);
  CHECK(look_at_rest(fresh.store()).plain == 3);
  CHECK(files::read_file(fresh.path(Shelf::data, "alice", k_data)) == "a,b\n1,2\n");
  in_order();
}

TEST_CASE("files that no known key opens are counted, and stay as they are") {
  WithKeys fresh;
  fresh.renew();
  fresh.apply();
  const std::string sealed = files::read_file(fresh.path(Shelf::models, "alice", k_model));
  std::filesystem::remove(fresh.key_file());
  fresh.renew();
  CHECK(look_at_rest(fresh.store()).unknown == 3);
  const Rewritten done = rewrite_at_rest(fresh.store(), fresh.keys->newest());
  CHECK(done.files == 0);
  REQUIRE(done.failures.size() == 3);
  CHECK(done.failures.front().kind() == Kind::configuration);
  CHECK(files::read_file(fresh.path(Shelf::models, "alice", k_model)) == sealed);
  fresh.store().shelves().set_keys(nullptr);
  CHECK(look_at_rest(fresh.store()).unknown == 3);
}

TEST_CASE("a damaged file is named and left, and the others are encrypted") {
  WithKeys fresh;
  fresh.store().shelves().sha256(Shelf::models, "alice", k_model);
  fresh.put(Shelf::models, "alice", k_model, "waights");
  fresh.renew();
  const Rewritten done = rewrite_at_rest(fresh.store(), fresh.keys->newest());
  CHECK(done.files == 2);
  REQUIRE(done.failures.size() == 1);
  CHECK_THAT(done.failures.front().sentence(), Catch::StartsWith("'" + k_model + "' of 'alice' is damaged"));
  CHECK(files::read_file(fresh.path(Shelf::models, "alice", k_model)) == "waights");
  CHECK(std::distance(std::filesystem::directory_iterator(fresh.path(Shelf::models, "alice", "")), {}) == 1);
}

// Lists put the newest first by it within a second, and retention counts the days.
TEST_CASE("a file keeps the time at which it was made") {
  WithKeys fresh;
  const auto path = fresh.path(Shelf::models, "alice", k_model);
  const timespec times[2] = {{1'700'000'000, 5}, {1'700'000'000, 7}};
  REQUIRE(utimensat(AT_FDCWD, path.c_str(), times, 0) == 0);
  fresh.renew();
  fresh.apply();
  struct stat status {};
  REQUIRE(stat(path.c_str(), &status) == 0);
  CHECK(status.st_mtim.tv_sec == 1'700'000'000);
  CHECK(status.st_mtim.tv_nsec == 7);
  CHECK((status.st_mode & 0777) == 0600);
}

TEST_CASE(
    "whoever reads, deletes and makes files while they are rewritten sees whole ones, and what he deleted "
    "stays so") {
  WithKeys fresh;
  constexpr int k_files = 60;
  const auto name = [](int i) { return "t" + std::to_string(i) + "_20261121t074500_model.gz"; };
  for (int i = 0; i < k_files; ++i)
    fresh.put(Shelf::models, "alice", name(i), std::string(70'000, static_cast<char>('a' + i % 26)));
  fresh.renew();
  std::size_t whole = 0;
  std::thread user([&] {
    Store mine(fresh.root());
    mine.shelves().set_keys(fresh.keys);
    for (int i = 0; i < k_files; ++i) {
      const std::string content =
          tests::read_all(*mine.shelves().open(Shelf::models, "alice", name(i)).content());
      whole += content == std::string(70'000, static_cast<char>('a' + i % 26)) ? 1 : 0;
      if (i % 2 == 0) mine.shelves().remove(Shelf::models, "alice", name(i));
    }
  });
  for (int i = 0; i < 5; ++i) rewrite_at_rest(fresh.store(), i % 2 == 0 ? fresh.keys->newest() : nullptr);
  user.join();
  CHECK(whole == k_files);
  for (int i = 0; i < k_files; ++i)
    CHECK(std::filesystem::exists(fresh.path(Shelf::models, "alice", name(i))) == (i % 2 == 1));
  fresh.apply();
  const AtRest found = look_at_rest(fresh.store());
  CHECK(found.plain == 0);
  CHECK(found.newest == k_files / 2 + 3);
}

}  // namespace ctgan::server::store
