// `manage budget`: what is asked of the server, and what is made of its answers.
#include "tests/host/commands/scripted_server.h"

using namespace ctgan::tests;

namespace {

const Json k_people{{"dataset", "people"},
                    {"owner", "alice"},
                    {"budget", {{"epsilon", 3}, {"delta", 1e-6}}},
                    {"spent", {{"epsilon", 0.3}, {"delta", 1e-7}}},
                    {"left", {{"epsilon", 2.7}, {"delta", 9e-7}}},
                    {"fits", 2},
                    {"last", "2026-11-21T07:45:00Z"}};

}  // namespace

TEST_CASE("budgets are listed with what is left of them, and as JSON as the server says") {
  const Json bare{{"dataset", "o\x1bther"}, {"owner", "bob"}, {"spent", {{"epsilon", 0}, {"delta", 0}}}};
  const ScriptedServer laptop({items({bare, k_people})});
  const Outcome list = laptop.run({"manage", "budget", "list"});
  INFO(list);
  CHECK(list.code == 0);
  CHECK_THAT(
      list.out,
      Catch::Contains(
          "dataset    owner  budget (epsilon, delta)  accounting  spent       left        fits  last (UTC)"));
  CHECK_THAT(
      list.out,
      Catch::Contains("people     alice  3, 1e-06                 basic       0.3, 1e-07  2.7, 9e-07     2  "
                      "2026-11-21T07:45:00Z"));
  CHECK_THAT(list.out, Catch::Contains("o\\x1bther") && Catch::Contains("none"));
  CHECK(laptop.asked().at(0) == Json{{"command", "budget.list"}});
  const ScriptedServer again({items({k_people})});
  CHECK(Json::parse(last_line(again.run({"manage", "budget", "list", "--json"}).out)).at("items").at(0) ==
        k_people);
  CHECK(ScriptedServer({items(Json::array())}).run({"manage", "budget", "list"}).out ==
        "no dataset has a budget\n");
}

TEST_CASE("one is shown with all its entries, whatever pages they come in") {
  Json first = k_people, second = k_people;
  first["items"] = {
      {{"seq", 7}, {"time", "t7"}, {"user", "bob"}, {"kind", "debit"}, {"epsilon", 0.1}, {"delta", 0}}};
  first["next"] = "7";
  second["items"] = {
      {{"seq", 1}, {"time", "t1"}, {"user", "alice"}, {"kind", "set"}, {"note", "by default"}}};
  const std::vector<Reply> replies{answered(first), answered(second)};
  const ScriptedServer laptop(replies);
  const Outcome shown = laptop.run({"manage", "budget", "show", "people"});
  INFO(shown);
  CHECK_THAT(shown.out,
             Catch::StartsWith(
                 "people of alice: budget 3, 1e-06, spent 0.3, 1e-07, left 2.7, 9e-07 (epsilon, delta)\n\n"));
  CHECK_THAT(shown.out, Catch::Contains("t7") && Catch::Contains("debit") && Catch::Contains("by default"));
  CHECK(laptop.asked().at(1) == Json{{"command", "budget.show"}, {"dataset", "people"}, {"before", "7"}});
  const ScriptedServer again(replies);
  const Json told = Json::parse(last_line(again.run({"manage", "budget", "show", "people", "--json"}).out));
  CHECK(told.at("items").size() == 2);
  CHECK(told.at("left").at("epsilon") == 2.7);
  CHECK_FALSE(told.contains("next"));
}

TEST_CASE("a budget is set by numbers to their last digit; one that is too large only when it is meant") {
  const ScriptedServer laptop({answered(k_people)});
  const Outcome set = laptop.run(
      {"manage", "budget", "set", "people", "--epsilon", "0.30000000000000004", "--delta", "1e-6"});
  INFO(set);
  CHECK(set.code == 0);
  CHECK_THAT(set.out, Catch::StartsWith("people of alice: budget 3, 1e-06"));
  CHECK(laptop.asked().at(0) ==
        Json{{"command", "budget.set"}, {"dataset", "people"}, {"epsilon", 0.1 + 0.2}, {"delta", 1e-6}});
  const ScriptedServer large({answered(k_people)});
  large.run({"manage", "budget", "set", "people", "--epsilon", "100", "--delta", "0", "--really"});
  CHECK(large.asked().at(0).at("really") == true);
}

TEST_CASE("what is no number, or is missing, is refused by the name of its flag, and nothing is asked") {
  const ScriptedServer laptop({answered(k_people)});
  const auto refused = [&](const std::vector<std::string>& words, const std::string& text) {
    std::vector<std::string> argv{"manage", "budget"};
    argv.insert(argv.end(), words.begin(), words.end());
    check_refused(laptop.run(argv), 64, text);
  };
  for (const char* number : {"nan", "inf", "-inf", "many", "1e999", "0x10"})
    refused({"set", "people", std::string("--epsilon=") + number, "--delta", "0"}, "--epsilon");
  refused({"set", "people", "--epsilon", "1", "--delta", "1,5"}, "'--delta' takes a number, not '1,5'");
  refused({"set", "people", "--epsilon", "1"}, "--delta is required");
  refused({"set", "--epsilon", "1", "--delta", "0"}, "NAME is required");
  refused({"show"}, "NAME is required");
  refused({}, "subcommand");
  CHECK(laptop.asked().empty());
}

TEST_CASE("what the server refuses is said with its next step") {
  const ScriptedServer laptop({answered({{"kind", "permission"},
                                         {"sentence", "the dataset 'people' belongs to 'bob'"},
                                         {"hint", "its owner or an administrator sets its budget"}})});
  check_refused(laptop.run({"manage", "budget", "set", "people", "--epsilon", "1", "--delta", "0"}), 77,
                "belongs to 'bob'\n  hint: its owner or an administrator sets its budget");
}

TEST_CASE("a concentrated budget says what it counts, and is asked of servers that know it only") {
  Json concentrated = k_people;
  concentrated.update({{"accounting", "concentrated"},
                       {"rho", {{"budget", 0.17575}, {"spent", 0.014973}, {"left", 0.160777}}},
                       {"rho_delta", {{"budget", 5e-7}, {"spent", 1e-10}, {"left", 4.999e-7}}}});
  const ScriptedServer shown({answered(concentrated)});
  CHECK_THAT(shown.run({"manage", "budget", "show", "people"}).out,
             Catch::Contains("; concentrated: rho 0.014973 of 0.17575 spent, delta beside 1e-10 of 5e-07"));
  const ScriptedServer of_before({answered(concentrated)});
  const Outcome refused = of_before.run({"manage", "budget", "set", "people", "--epsilon", "3", "--delta",
                                         "1e-6", "--accounting", "concentrated"});
  INFO(refused);
  CHECK(refused.code == 69);
  CHECK_THAT(refused.err, Catch::Contains("adds up epsilons and deltas only"));
  CHECK(of_before.asked().empty());
}
