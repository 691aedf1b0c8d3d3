#include "server/store/shelves.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <thread>

#include "common/errors/error.h"
#include "common/files/checksum.h"
#include "tests/catch.h"
#include "tests/memory_streams.h"
#include "tests/raises.h"
#include "tests/server/fresh_store.h"

namespace ctgan::server::store {

using errors::Kind;
using tests::raised;

namespace {

const std::string k_model = "adult_20261121t074500_model.gz";

struct WithUsers : tests::FreshStore {
  WithUsers() {
    add_user("alice");
    add_user("bob");
  }
  Shelves& shelves() { return store().shelves(); }
  std::vector<std::string> names(Shelf shelf, const std::string& before = {}) {
    std::vector<std::string> found;
    for (const Artifact& artifact : shelves().list(shelf, "alice", before)) found.push_back(artifact.name);
    return found;
  }
};

}  // namespace

TEST_CASE("a shelf lists its own kind, newest first by the time in the name") {
  WithUsers fresh;
  for (const char* name : {"b_20260101t000000_model.gz", "a_20270101t000000_model.gz",
                           "c_20260101t000000_model.gz", "c_20260101t000000-2_model.gz"}) {
    fresh.put(Shelf::models, "alice", name);
  }
  for (const char* other :
       {"a_20270101t000000_model.json", ".hidden_model.gz", "notes.txt", "_model.gz.part"}) {
    fresh.put(Shelf::models, "alice", other);
  }
  std::filesystem::create_directory(Layout(fresh.root()).shelf(Shelf::models, "alice") / "folder_model.gz");
  std::filesystem::create_symlink(
      "/etc/passwd", Layout(fresh.root()).shelf(Shelf::models, "alice") / "link_20270101t000000_model.gz");
  CHECK(fresh.names(Shelf::models) ==
        std::vector<std::string>{"a_20270101t000000_model.gz", "c_20260101t000000-2_model.gz",
                                 "c_20260101t000000_model.gz", "b_20260101t000000_model.gz"});
  CHECK(fresh.names(Shelf::sidecars) == std::vector<std::string>{"a_20270101t000000_model.json"});
  CHECK(fresh.names(Shelf::data).empty());
}

TEST_CASE("of two files of one second the later one is the newer, whatever they are called", "[fault:14]") {
  WithUsers fresh;
  const std::vector<std::string> made{"z_20260101t000000_9_synthetic.csv.gz",
                                      "a_20260101t000000_200_synthetic.csv.gz",
                                      "a_20260101t000000-2_30_synthetic.csv.gz"};
  for (std::size_t i = 0; i < made.size(); ++i) {
    fresh.put(Shelf::data, "alice", made[i]);
    const timespec at{1'800'000'000, static_cast<long>(1000 * i)};
    const std::array<timespec, 2> times{at, at};
    const auto path = Layout(fresh.root()).shelf(Shelf::data, "alice") / made[i];
    REQUIRE(utimensat(AT_FDCWD, path.c_str(), times.data(), 0) == 0);
  }
  CHECK(fresh.names(Shelf::data) == std::vector<std::string>(made.rbegin(), made.rend()));
  CHECK(fresh.names(Shelf::data, made[2]) == std::vector<std::string>{made[1], made[0]});
  CHECK(fresh.names(Shelf::data, made[0]).empty());
}

TEST_CASE("a page goes on behind a name, even when that name is gone") {
  WithUsers fresh;
  for (int day = 1; day <= 5; ++day) {
    fresh.put(Shelf::data, "alice", "x_2026010" + std::to_string(day) + "t000000_10_synthetic.csv.gz");
  }
  const auto all = fresh.names(Shelf::data);
  REQUIRE(all.size() == 5);
  CHECK(fresh.names(Shelf::data, all[1]) == std::vector(all.begin() + 2, all.end()));
  fresh.shelves().remove(Shelf::data, "alice", all[1]);
  CHECK(fresh.names(Shelf::data, all[1]) == std::vector(all.begin() + 2, all.end()));
  CHECK(fresh.names(Shelf::data, all[4]).empty());
}

TEST_CASE("another user's name, a path and a link look like a name that does not exist", "[fault:24]") {
  WithUsers fresh;
  fresh.put(Shelf::models, "alice", k_model);
  const auto folder = Layout(fresh.root()).shelf(Shelf::models, "bob");
  std::filesystem::create_symlink(Layout(fresh.root()).shelf(Shelf::models, "alice") / k_model,
                                  folder / "link_20261121t074500_model.gz");
  std::filesystem::create_directory(folder / "dir_20261121t074500_model.gz");
  REQUIRE(mkfifo((folder / "pipe_20261121t074500_model.gz").c_str(), 0600) == 0);
  for (const std::string& name :
       {k_model, "../alice/" + k_model, std::string("link_20261121t074500_model.gz"),
        std::string("dir_20261121t074500_model.gz"), std::string("pipe_20261121t074500_model.gz"),
        std::string(".."), std::string(), std::string("_model.gz\n"), std::string(300, 'x') + "_model.gz",
        std::string("x\0_model.gz", 11)}) {
    for (const auto& action :
         std::vector<std::function<void()>>{[&] { fresh.shelves().open(Shelf::models, "bob", name); },
                                            [&] { fresh.shelves().sha256(Shelf::models, "bob", name); },
                                            [&] { fresh.shelves().remove(Shelf::models, "bob", name); }}) {
      const auto error = raised(action);
      CHECK(error.kind() == Kind::no_input);
      CHECK(error.sentence() == "there is no model " + errors::quoted(name));
    }
  }
  CHECK(fresh.shelves().open(Shelf::models, "alice", k_model).bytes() == 7);
}

TEST_CASE("a file of another kind is not on the shelf") {
  WithUsers fresh;
  fresh.put(Shelf::models, "alice", k_model);
  CHECK(raised([&] { fresh.shelves().open(Shelf::sidecars, "alice", k_model); }).kind() == Kind::no_input);
  CHECK(raised([&] { fresh.shelves().open(Shelf::data, "alice", k_model); }).kind() == Kind::no_input);
}

TEST_CASE("the nearest name is suggested, without any of another user's") {
  WithUsers fresh;
  fresh.put(Shelf::models, "alice", k_model);
  const std::string typo = "adult_20261121t074501_model.gz";
  CHECK(raised([&] { fresh.shelves().open(Shelf::models, "alice", typo); }).hint() ==
        "did you mean '" + k_model + "'?");
  CHECK(raised([&] { fresh.shelves().open(Shelf::models, "bob", typo); }).hint() ==
        "'manage models list' shows the models");
}

TEST_CASE("the hash is that of the file, noted or not, and a file of another size is damaged") {
  WithUsers fresh;
  fresh.put(Shelf::models, "alice", k_model, "abc");
  CHECK(fresh.shelves().sha256(Shelf::models, "alice", k_model) == files::sha256_of("abc"));
  fresh.store().database().execute("DELETE FROM artifacts");
  CHECK(fresh.shelves().sha256(Shelf::models, "alice", k_model) == files::sha256_of("abc"));
  fresh.shelves().note(Shelf::models, "alice", k_model, 3, "noted", R"({"rows":7})");
  CHECK(fresh.shelves().list(Shelf::models, "alice").front().facts == R"({"rows":7})");
  CHECK(fresh.shelves().sha256(Shelf::models, "alice", k_model) == "noted");
  fresh.put(Shelf::models, "alice", k_model, "abcd");
  const auto error = raised([&] { fresh.shelves().sha256(Shelf::models, "alice", k_model); });
  CHECK(error.kind() == Kind::bad_data);
  CHECK_THAT(error.sentence(),
             Catch::Contains(k_model) && Catch::Contains("4 bytes") && Catch::Contains("had 3"));
}

TEST_CASE("a deleted model takes its sidecar and its hash with it, and nothing else", "[fault:27]") {
  WithUsers fresh;
  const std::string other = "adult_20261121t074501_model.gz";
  for (const std::string& name : {k_model, other}) {
    fresh.put(Shelf::models, "alice", name);
    fresh.put(Shelf::sidecars, "alice", name.substr(0, name.size() - 2) + "json");
  }
  fresh.shelves().sha256(Shelf::models, "alice", k_model);
  fresh.shelves().remove(Shelf::models, "alice", k_model);
  CHECK(fresh.names(Shelf::models) == std::vector<std::string>{other});
  CHECK(fresh.names(Shelf::sidecars).size() == 1);
  CHECK(raised([&] { fresh.shelves().remove(Shelf::models, "alice", k_model); }).kind() == Kind::no_input);
}

TEST_CASE("publishing never overwrites, and of many at once one wins") {
  const tests::TemporaryFolder folder;
  std::atomic<int> winners = 0;
  std::vector<std::thread> crowd;
  for (int i = 0; i < 8; ++i) {
    files::write_file(folder / ("from" + std::to_string(i)), std::to_string(i),
                      files::AtomicFile::IfExists::refuse);
    crowd.emplace_back(
        [&, i] { winners += publish(folder / ("from" + std::to_string(i)), folder / "to") ? 1 : 0; });
  }
  for (std::thread& one : crowd) one.join();
  CHECK(winners == 1);
  CHECK(folder.entries() == 8);
}

TEST_CASE("the hash of a prefix leaves the rest to be read") {
  tests::MemorySource source("abcdef");
  CHECK(sha256_of_first(source, 3) == files::sha256_of("abc"));
  CHECK(tests::read_all(source) == "def");
  tests::MemorySource shorter("abcdef");
  CHECK(raised([&] { sha256_of_first(shorter, 7); }).kind() == Kind::bad_data);
}

}  // namespace ctgan::server::store
