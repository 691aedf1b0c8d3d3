// Budgets that are counted in zero-concentrated privacy: what fits add up to, by a computation of its own, and that the
// rule stays what it was when the first of them began.
#include <fmt/format.h>

#include <cmath>
#include <cstdlib>
#include <nlohmann/json.hpp>

#include "server/budgets/details.h"
#include "server/budgets/ledger.h"
#include "tests/catch.h"
#include "tests/raises.h"
#include "tests/run_program.h"
#include "tests/server/fresh_store.h"

namespace ctgan::server::budgets {

using errors::Kind;
using nlohmann::json;
using tests::raised;

namespace {

const Actor k_alice{"alice", false, ""};

struct World : tests::FreshStore {
  void set(const Spending& budget, std::optional<Accounting> accounting = {}) {
    Ledger ledger(store());
    store::Transaction transaction(store().database());
    ledger.set_budget(k_alice, "people", budget, accounting);
    ledger.seal();
    transaction.commit();
  }
  void debit(const Spending& spending, std::optional<Debit::Concentrated> concentrated = {},
             std::optional<Spending> by_default = {}) {
    Ledger ledger(store());
    ledger.set_default(by_default, Accounting::concentrated);
    store::Transaction transaction(store().database());
    ledger.debit(
        {"alice", "people", spending, concentrated, std::string(32, 'a'), std::string(64, 'b'), "mst"});
    ledger.seal();
    transaction.commit();
  }
  Balance balance() { return require_balance(Ledger(store()).entries(), "people"); }
};

// What the reference says; null where there is no Python to ask.
json reference(const json& asked) {
  const char* python = std::getenv("CTGAN_PYTHON");
  if (python == nullptr || *python == '\0') {
    WARN("skipped: CTGAN_PYTHON is not set");
    return nullptr;
  }
  const std::string script =
      std::string(std::getenv("CTGAN_SOURCE_DIR")) + "/tests/server/budgets/reference/composition.py";
  const tests::Outcome outcome = tests::run_program({python, script, asked.dump()});
  INFO(outcome);
  REQUIRE(outcome.code == 0);
  return json::parse(outcome.out);
}

// Of epsilon 1 and delta 1e-9, without thresholds and with.
constexpr Debit::Concentrated k_rho_of_one{0.014973, 0};

}  // namespace

TEST_CASE("two fits of epsilon 1 fit into a concentrated budget of less than 2, and add up as Python says") {
  const json found = reference({{"fits", {{1, 1e-9, 0}, {1, 1e-9, 0.1}}}, {"budget", {1.6, 2e-9}}});
  World world;
  world.set({1.6, 2e-9}, Accounting::concentrated);
  CHECK(world.balance().promised().epsilon == Amount());
  const double with_thresholds = found.is_null() ? 0.0149 : found["fits"][1][0].get<double>();
  world.debit({1, 1e-9}, k_rho_of_one);
  world.debit({1, 1e-9}, Debit::Concentrated{with_thresholds, 1e-10});
  const Balance balance = world.balance();
  CHECK(balance.fits == 2);
  // The sums are there as well, and would be too much.
  CHECK(balance.spent.epsilon.text() == "2");
  CHECK(balance.promised().epsilon.at_least() < 1.5);
  CHECK(balance.promised().delta.text() == "0.0000000011");
  CHECK(balance.concentrated.delta.text() == "0.0000000001");
  if (!found.is_null()) {
    CHECK(found["fits"][0][0].get<double>() == Approx(k_rho_of_one.rho).epsilon(1e-4));
    CHECK(balance.promised().epsilon.at_least() == Approx(found["epsilon"].get<double>()).epsilon(1e-4));
    CHECK(balance.caps().rho.at_most() == Approx(found["caps"][0].get<double>()).epsilon(1e-6));
  }
  CHECK(balance.caps().delta.text() == "0.000000001");
  const auto refused = raised([&] { world.debit({1, 1e-9}, k_rho_of_one); });
  CHECK(refused.kind() == Kind::permission);
  CHECK_THAT(refused.sentence(), Catch::Contains("has rho 0.00") &&
                                     Catch::Contains("this needs rho 0.014973") &&
                                     Catch::Contains("for epsilon 1 and delta 1e-09"));
  // What the hint says would do does, and hardly more.
  const std::string hint = refused.hint();
  const double suits = std::stod(hint.substr(hint.find("epsilon of ") + 11));
  CHECK(suits > 0.4);
  CHECK(suits < 1);
  if (const json fit = reference({{"fits", {{suits, 1e-9, 0}}}, {"budget", {1.6, 2e-9}}}); !fit.is_null())
    world.debit({suits, 1e-9}, Debit::Concentrated{fit["fits"][0][0].get<double>(), 0});
}

TEST_CASE(
    "what a fit costs where only epsilon and delta are known is epsilon squared by two, and that delta") {
  World world;
  world.set({3, 1e-6}, Accounting::concentrated);
  world.debit({0.5, 0});
  CHECK(world.balance().concentrated.rho.at_least() == Approx(0.125));
  CHECK(world.balance().concentrated.rho > Amount::rounded_up("0.125"));
  CHECK(world.balance().concentrated.delta == Amount());
  world.debit({0.1, 4e-7});
  CHECK(world.balance().concentrated.rho.at_least() == Approx(0.13));
  CHECK(world.balance().concentrated.delta.text() == "0.0000004");
  // Half of the budget's delta is for deltas beside.
  const auto refused = raised([&] { world.debit({0.01, 2e-7}); });
  CHECK(refused.kind() == Kind::permission);
  CHECK_THAT(refused.hint(), Catch::StartsWith("ask for less"));
  world.debit({0.01, 1e-7});
}

TEST_CASE("caps are never more than the budget's epsilon, and what is left never more than there is") {
  for (const auto& [epsilon, delta] : std::vector<std::pair<double, double>>{
           {1e-6, 1e-9}, {0.1, 1e-12}, {1, 1e-6}, {3, 0.1}, {20, 1e-9}, {100, 0.01}}) {
    INFO(epsilon << " " << delta);
    World world;
    world.set({epsilon, delta}, Accounting::concentrated);
    const Balance before = world.balance();
    CHECK(before.caps().rho > Amount());
    CHECK(before.left().epsilon <= Amount::rounded_down(exact_text(epsilon)));
    CHECK(before.left().epsilon.at_most() == Approx(epsilon).epsilon(1e-6));
    // All of it at once.
    world.debit({epsilon, delta}, Debit::Concentrated{before.caps().rho.at_most(), delta / 2});
    CHECK(world.balance().promised().epsilon.at_least() <= epsilon * (1 + 1e-9));
    CHECK(world.balance().promised().delta.at_least() == Approx(delta));
    CHECK(raised([&] { world.debit({1e-9, 0}, Debit::Concentrated{1e-20, 0}); }).kind() == Kind::permission);
  }
}

TEST_CASE("the accounting is fixed before the first fit, and stays with a budget that is raised") {
  World world;
  world.set({1, 1e-6});
  CHECK(world.balance().accounting == Accounting::basic);
  world.set({1, 1e-6}, Accounting::concentrated);
  world.set({1, 1e-6}, Accounting::basic);
  world.set({1, 1e-6}, Accounting::concentrated);
  world.debit({0.5, 1e-9}, Debit::Concentrated{0.004, 0});
  const auto refused = raised([&] { world.set({9, 1e-6}, Accounting::basic); });
  CHECK(refused.kind() == Kind::usage);
  CHECK_THAT(refused.sentence(), Catch::Contains("is spent, and its accounting is concentrated"));
  world.set({2, 1e-6});
  CHECK(world.balance().accounting == Accounting::concentrated);
  CHECK(world.balance().concentrated.rho.text() == "0.004");
  world.set({3, 1e-6}, Accounting::concentrated);
  CHECK_FALSE(check_chain(Ledger(world.store()).entries()).has_value());
}

TEST_CASE("what basic sums would refuse later is not taken over: a spent basic budget stays basic") {
  World world;
  world.set({1, 1e-6});
  world.debit({0.5, 1e-9}, Debit::Concentrated{0.004, 0});
  CHECK(raised([&] { world.set({1, 1e-6}, Accounting::concentrated); }).kind() == Kind::usage);
  CHECK(raised([&] { world.debit({0.6, 1e-9}, Debit::Concentrated{0.005, 0}); }).kind() == Kind::permission);
  // Entries have what they would have amounted to all the same.
  CHECK(Ledger(world.store()).entries().back().rho == "0.004");
}

TEST_CASE("a concentrated budget needs a delta, also where it is given by default") {
  World world;
  CHECK_THAT(raised([&] {
               world.set({1, 0}, Accounting::concentrated);
             }).sentence(),
             Catch::Contains("needs a delta above 0"));
  world.debit({1, 1e-9}, k_rho_of_one, Spending{1.6, 2e-9});
  CHECK(world.balance().accounting == Accounting::concentrated);
  CHECK(raised([&] { world.set({1, 0}); }).kind() == Kind::usage);
  CHECK(raised([] { require_accounting("best"); }).kind() == Kind::usage);
}

TEST_CASE("what was left counts as spent where nobody knows, by the budget's own count") {
  World world;
  world.set({1.6, 2e-9}, Accounting::concentrated);
  world.debit({1, 1e-9}, k_rho_of_one);
  std::filesystem::remove(world.store().layout().privacy_ledger());
  Ledger(world.store()).acknowledge("os:root", {std::nullopt, true});
  const Balance balance = world.balance();
  CHECK(balance.rest().rho == Amount());
  CHECK(balance.rest().delta == Amount());
  CHECK(raised([&] { world.debit({1e-6, 0}, Debit::Concentrated{1e-12, 0}); }).kind() == Kind::permission);
}

TEST_CASE("a balance is shown with what it promises, and by what it is counted") {
  World world;
  world.set({1.6, 2e-9}, Accounting::concentrated);
  world.debit({1, 1e-9}, Debit::Concentrated{0.014973, 1e-10});
  const json shown = to_json(world.balance());
  CHECK(shown.at("accounting") == "concentrated");
  CHECK(shown.at("spent").at("epsilon").get<double>() == Approx(1.0).epsilon(1e-3));
  CHECK(shown.at("rho").at("spent") == 0.014973);
  CHECK(shown.at("rho").at("left").get<double>() + 0.014973 ==
        Approx(shown.at("rho").at("budget").get<double>()));
  CHECK(shown.at("rho_delta").at("spent") == 1e-10);
  const json entry = to_json(Ledger(world.store()).entries().back());
  CHECK(entry.at("rho") == 0.014973);
  CHECK(entry.at("rho_delta") == 1e-10);
}

}  // namespace ctgan::server::budgets
