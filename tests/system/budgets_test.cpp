// Two analysts share the privacy budget of a dataset, over a real sshd.
#include <fmt/format.h>

#include <array>
#include <nlohmann/json.hpp>
#include <thread>

#include "tests/catch.h"
#include "tests/system/laptop.h"
#include "tests/system/remote_server.h"

namespace ctgan::tests {
namespace {

using Json = nlohmann::json;

struct WithTwo {
  SharedServer server;
  std::filesystem::path alice_key = server.add_user_with_key("alice"),
                        bob_key = server.add_user_with_key("bob");
  Laptop alice, bob;

  WithTwo() {
    alice.write_credentials(server.credentials(alice_key));
    bob.write_credentials(server.credentials(bob_key));
  }
  static Outcome budget(const Laptop& laptop, std::vector<std::string> words) {
    words.insert(words.begin(), {"manage", "budget"});
    return laptop.run(std::move(words));
  }
  static Json shown(const Laptop& laptop) {
    return Json::parse(last_line(budget(laptop, {"show", "people", "--json"}).out));
  }
  // Of what scp put into the inbox.
  Outcome fit(const std::filesystem::path& key, int number, double epsilon) const {
    const std::string name = fmt::format("people{}.csv", number);
    const Laptop folder;
    folder.write_table(name, small_table(60));
    REQUIRE(server.scp(key, {"original_data/" + name, "HOST:"}, folder.work()).code == 0);
    const Json request{{"type", "request"},       {"id", 1},
                       {"command", "fit.submit"}, {"request_id", fmt::format("{:032x}", number)},
                       {"inbox", name},           {"name", name},
                       {"method", "mst"},         {"options", {{"epsilon", epsilon}, {"delta", 1e-7}}},
                       {"dataset", "people"}};
    return server.ssh(key, "ctgan-server serve", request.dump() + "\n");
  }
};

}  // namespace

TEST_CASE("what one analyst spends of a dataset the other cannot spend again") {
  const WithTwo world;
  const Outcome none = WithTwo::budget(world.bob, {"list"});
  INFO(none);
  CHECK(none.out == "no dataset has a budget\n");
  const Outcome set = WithTwo::budget(world.alice, {"set", "people", "--epsilon", "1", "--delta", "1e-6"});
  INFO(set);
  REQUIRE(set.code == 0);
  const Outcome refused = WithTwo::budget(world.bob, {"set", "people", "--epsilon", "9", "--delta", "0"});
  CHECK(refused.code == 77);
  CHECK_THAT(refused.err, Catch::Contains("the dataset 'people' belongs to 'alice'"));
  CHECK_THAT(world.fit(world.alice_key, 1, 0.7).out, Catch::Contains("\"job\":"));
  CHECK_THAT(world.fit(world.bob_key, 2, 0.4).out,
             Catch::Contains("the privacy budget of 'people' has epsilon 0.3 and delta 9e-07 left"));
  CHECK_THAT(world.fit(world.bob_key, 3, 0.3).out, Catch::Contains("\"job\":"));
  const Json shown = WithTwo::shown(world.bob);
  CHECK(shown.at("left").at("epsilon") == 0);
  CHECK(shown.at("fits") == 2);
  CHECK(shown.at("spent").at("epsilon") == 1);
  const Outcome list = WithTwo::budget(world.alice, {"list"});
  CHECK_THAT(list.out, Catch::Contains("people   alice  1, 1e-06"));
  CHECK(WithTwo::budget(world.bob, {"show", "peopel"}).code == 66);
  CHECK(world.server.admin({"budget", "verify"}).code == 0);
  CHECK_THAT(
      world.server.admin({"audit", "--json"}).out,
      Catch::Contains(R"("what":"budget.set","subject":"people epsilon=1 delta=1e-06","result":"ok")"));
}

TEST_CASE("connections that submit at the same moment never overspend together") {
  const WithTwo world;
  REQUIRE(WithTwo::budget(world.alice, {"set", "people", "--epsilon", "0.5", "--delta", "1e-6"}).code == 0);
  std::vector<std::thread> crowd;
  std::array<std::string, 6> answers;
  for (int i = 0; i < 6; ++i) {
    crowd.emplace_back([&, i] {
      answers[static_cast<std::size_t>(i)] =
          world.fit(i % 2 == 0 ? world.alice_key : world.bob_key, 10 + i, 0.2).out;
    });
  }
  for (std::thread& one : crowd) one.join();
  int granted = 0;
  for (const std::string& answer : answers) granted += answer.find("\"job\":") != std::string::npos ? 1 : 0;
  CHECK(granted == 2);
  CHECK(WithTwo::shown(world.alice).at("spent").at("epsilon") == 0.4);
  CHECK(world.server.admin({"budget", "verify"}).code == 0);
}

}  // namespace ctgan::tests
