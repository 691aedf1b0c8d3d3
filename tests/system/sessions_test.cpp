// One terminal sees and ends what another does, against a real sshd.
#include <chrono>
#include <future>
#include <nlohmann/json.hpp>
#include <thread>

#include "tests/catch.h"
#include "tests/spoiling_proxy.h"
#include "tests/system/laptop.h"
#include "tests/system/remote_server.h"

namespace ctgan::tests {
namespace {

namespace fs = std::filesystem;
using Json = nlohmann::json;
using std::chrono::milliseconds;
using std::chrono::seconds;
using std::chrono::steady_clock;

struct TwoTerminals {
  SharedServer server;
  fs::path key = server.add_user_with_key("alice");
  Laptop here, there;

  TwoTerminals() {
    for (const Laptop* laptop : {&here, &there}) laptop->write_credentials(server.credentials(key));
  }
  // As `here` sees them, without its own.
  std::vector<Json> others() const {
    const Outcome list = here.run({"manage", "sessions", "list", "--json"});
    INFO(list);
    REQUIRE(list.code == 0);
    std::vector<Json> found;
    const Json items = Json::parse(last_line(list.out)).at("items");
    std::size_t own = 0;
    for (const Json& item : items) {
      if (item.contains("own")) ++own;
      if (!item.contains("own")) found.push_back(item);
    }
    REQUIRE(own == 1);
    return found;
  }
  // Waits until there is one other, and it has so many transfers.
  Json other(std::uint64_t transfers = 0) const {
    const auto end = steady_clock::now() + seconds(30);
    for (;;) {
      const std::vector<Json> found = others();
      if (found.size() == 1 && found[0].at("transfers") == transfers) return found[0];
      REQUIRE(steady_clock::now() < end);
      std::this_thread::sleep_for(milliseconds(50));
    }
  }
  std::future<Outcome> begin_there(std::vector<std::string> argv) const {
    return std::async(std::launch::async, [this, argv = std::move(argv)] { return there.run(argv); });
  }
};

std::string state_of(const Laptop& laptop, const std::string& job) {
  const Outcome shown = laptop.run({"manage", "jobs", "show", job, "--json"});
  INFO(shown);
  REQUIRE(shown.code == 0);
  return Json::parse(last_line(shown.out)).at("state");
}

}  // namespace

TEST_CASE(
    "a terminal that follows a job is ended from another: it says so and ends with 130, the job goes on") {
  const TwoTerminals world;
  const Outcome submitted = world.there.run({"fit", world.there.write_table("people.csv", small_table(2000)),
                                             "--epochs", "10000", "--detach", "--batch"});
  INFO(submitted);
  REQUIRE(submitted.code == 0);
  const std::string job = last_line(submitted.out);
  auto following = world.begin_there({"manage", "jobs", "follow", job});
  const Json other = world.other();
  CHECK(other.at("from") == "127.0.0.1");
  const Outcome list = world.here.run({"manage", "sessions", "list"});
  INFO(list);
  CHECK_THAT(list.out, Catch::Contains("this one") && Catch::Contains("127.0.0.1") &&
                           Catch::Contains(other.at("session").get<std::string>().substr(0, 12)));

  const auto start = steady_clock::now();
  const Outcome ended = world.here.run({"manage", "sessions", "end", "latest"});
  INFO(ended);
  CHECK(ended.code == 0);
  CHECK_THAT(ended.err, Catch::Contains("Ended " + other.at("session").get<std::string>() + " of alice"));
  const Outcome followed = following.get();
  CHECK(steady_clock::now() - start < seconds(10));
  INFO(followed);
  CHECK(followed.code == 130);
  CHECK_THAT(followed.err,
             Catch::Contains("manage: this session was ended by 'alice' from 127.0.0.1; the job '" + job +
                             "' goes on") &&
                 Catch::Contains("'manage jobs follow " + job + "' follows it again"));
  CHECK(world.others().empty());
  CHECK(state_of(world.here, job) == "running");

  // A whole id of what has ended is no error, the beginning of one that is not there is.
  const Outcome again = world.here.run({"manage", "sessions", "end", other.at("session")});
  INFO(again);
  CHECK(again.code == 0);
  CHECK_THAT(again.err, Catch::Contains("There is no session " + other.at("session").get<std::string>()));
  CHECK(world.here.run({"manage", "sessions", "end", "latest"}).code == 66);
  CHECK(world.here.run({"manage", "sessions", "end"}).code == 64);
  CHECK(world.here.run({"manage", "jobs", "cancel", job}).code == 0);
}

TEST_CASE("a fit in the middle of its upload is ended with its session, and the next one goes on there") {
  TwoTerminals world;
  SpoilingProxy proxy(world.server.sshd().port());
  std::string credentials = world.server.credentials(world.key);
  const std::string direct = "\"port\":" + std::to_string(world.server.sshd().port());
  credentials.replace(credentials.find(direct), direct.size(), "\"port\":" + std::to_string(proxy.port()));
  world.there.write_credentials(credentials);
  // Bytes towards the server get lost in the middle of the table: the upload lasts until somebody ends it.
  proxy.spoil({SpoilingProxy::Fault::deaf, SpoilingProxy::Way::to_server, 600'000});
  const std::string table = world.there.write_table("people.csv", small_table(60'000));
  auto fitting = world.begin_there(quick_fit(table));
  world.other(1);
  const Outcome ended = world.here.run({"manage", "sessions", "end", "--all"});
  INFO(ended);
  CHECK(ended.code == 0);
  const Outcome fit = fitting.get();
  INFO(fit);
  CHECK(fit.code == 130);
  CHECK_THAT(fit.err, Catch::Contains("this session was ended by 'alice' from 127.0.0.1"));
  CHECK(world.others().empty());
  const Outcome list = world.here.run({"manage", "inbox", "list"});
  CHECK_THAT(list.out, Catch::Contains("people.csv") && Catch::Contains("incomplete"));

  world.there.write_credentials(world.server.credentials(world.key));
  const Outcome resumed = world.there.run(quick_fit(table));
  INFO(resumed);
  CHECK(resumed.code == 0);
}

TEST_CASE("a copy by scp is a session, and ends like one; a locked user's as well") {
  TwoTerminals world;
  world.there.write_table("big.csv", std::string(8'000'000, 'x'));
  const auto copying = [&] {
    return std::async(std::launch::async, [&] {
      // 4 Mbit/s: it takes 16 s.
      return world.server.scp(world.key, {"-l", "4000", "original_data/big.csv", "HOST:"},
                              world.there.work());
    });
  };
  auto copy = copying();
  CHECK(world.other().at("what") == "scp");
  CHECK(world.here.run({"manage", "sessions", "end", "--all"}).code == 0);
  const Outcome copied = copy.get();
  INFO(copied);
  CHECK(copied.code != 0);
  CHECK_THAT(copied.err, Catch::Contains("this session was ended by 'alice' from 127.0.0.1"));
  CHECK(world.here.run({"manage", "inbox", "list"}).out.find("big.csv") == std::string::npos);

  copy = copying();
  world.other();
  world.server.admin({"user", "lock", "alice"});
  const Outcome locked = copy.get();
  INFO(locked);
  CHECK_THAT(locked.err, Catch::Contains("the user 'alice' is locked"));
}

}  // namespace ctgan::tests
