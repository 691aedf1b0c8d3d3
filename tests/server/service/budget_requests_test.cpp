// Privacy budgets over the protocol: who sees and sets them, and what a submission spends.
#include <fmt/format.h>

#include "common/files/checksum.h"
#include "server/budgets/ledger.h"
#include "tests/catch.h"
#include "tests/server/service/talk.h"

namespace ctgan::server::service {

using tests::FreshStore;
using tests::Talk;

namespace {

struct WithDatasets : FreshStore {
  WithDatasets() {
    add_user("alice");
    add_user("bob");
    store().users().add("root", store::Role::admin, std::nullopt, now);
    store().make_user_folders("root");
  }
  void settle_by_default(double epsilon) const {
    files::write_file(
        store::Layout(root()).settings(),
        Json{{"shared", true}, {"privacy", {{"default_epsilon", epsilon}, {"default_delta", 1e-6}}}}.dump(),
        files::AtomicFile::IfExists::replace);
  }
  // A table of the user's that is there and complete.
  std::string upload(Talk& talk, const std::string& user, const std::string& table = "a,b\n1,2\n") {
    const Json opened =
        talk.ask("upload.open",
                 {{"name", "people.csv"}, {"bytes", table.size()}, {"sha256", files::sha256_of(table)}});
    const std::string id = opened.at("upload");
    files::write_file(store::Layout(root()).upload(user, id) / "table", table,
                      files::AtomicFile::IfExists::replace);
    REQUIRE(talk.ask("upload.close", {{"upload", id}}).at("type") == "result");
    return id;
  }
  Json spent(const std::string& dataset = "people") {
    return budgets::require_balance(budgets::Ledger(store()).entries(), dataset).spent.epsilon.text();
  }
  void end_job(const std::string& id, store::JobState state) {
    for (store::Job job : store().jobs().unfinished()) {
      if (job.id != id) continue;
      job.state = state;
      store().jobs().update(job);
    }
  }
};

Json budget(double epsilon, double delta = 1e-6, const std::string& dataset = "people") {
  return {{"dataset", dataset}, {"epsilon", epsilon}, {"delta", delta}};
}

Json fit(int number, const std::string& upload, const Json& privacy) {
  return {{"request_id", fmt::format("{:032x}", number)},
          {"upload", upload},
          {"name", "people.csv"},
          {"method", "mst"},
          {"options", {{"epsilon", privacy.at("epsilon")}, {"delta", privacy.at("delta")}}},
          {"dataset", privacy.at("dataset")}};
}

}  // namespace

TEST_CASE("who sets a budget first owns it; everybody sees it, its owner and administrators set it") {
  WithDatasets fresh;
  Talk alice(fresh, "alice"), bob(fresh, "bob"), root(fresh, "root");
  CHECK(alice.ask("budget.list").at("items").empty());
  const Json set = alice.ask("budget.set", budget(3));
  CHECK(set.at("owner") == "alice");
  CHECK(set.at("left") == Json{{"epsilon", 3.0}, {"delta", 1e-6}});
  const Json refused = bob.ask("budget.set", budget(9));
  CHECK(refused.at("kind") == "permission");
  CHECK(refused.at("sentence") == "the dataset 'people' belongs to 'alice'");
  CHECK(bob.ask("budget.list").at("items").at(0).at("budget").at("epsilon") == 3);
  CHECK(root.ask("budget.set", budget(2)).at("owner") == "alice");
  CHECK(alice.ask("budget.set", budget(4)).at("budget").at("epsilon") == 4);
  const Json shown = bob.ask("budget.show", {{"dataset", "people"}});
  REQUIRE(shown.at("items").size() == 3);
  CHECK(shown.at("items").at(1).at("user") == "root");
  const Json unknown = bob.ask("budget.show", {{"dataset", "poeple"}});
  CHECK(unknown.at("kind") == "no_input");
  CHECK(unknown.at("hint") == "did you mean 'people'?");
}

TEST_CASE("a bad budget is refused by its rule, and what was done or tried stands in the audit log") {
  WithDatasets fresh;
  {
    Talk alice(fresh, "alice");
    for (const double epsilon : {0.0, -1.0, 2e9})
      CHECK(alice.ask("budget.set", budget(epsilon)).at("kind") == "usage");
    for (const double delta : {-1e-9, 1.0})
      CHECK(alice.ask("budget.set", budget(1, delta)).at("kind") == "usage");
    CHECK(alice.ask("budget.set", budget(1, 0, "../x")).at("kind") == "usage");
    for (const Json& epsilon : std::vector<Json>{"1", nullptr, true, Json::array()}) {
      Json odd = budget(1);
      odd["epsilon"] = epsilon;
      CHECK(alice.ask("budget.set", odd).at("kind") == "protocol");
    }
    const Json large = alice.ask("budget.set", budget(1000));
    CHECK(large.at("kind") == "usage");
    CHECK_THAT(large.at("hint").get<std::string>(), Catch::Contains("--really"));
    Json meant = budget(1000);
    meant["really"] = true;
    CHECK(alice.ask("budget.set", meant).at("type") == "result");
    CHECK(Talk(fresh, "bob").ask("budget.set", budget(1)).at("kind") == "permission");
  }
  std::vector<audit::Entry> log;
  audit::AuditLog(fresh.store().layout().audit()).read([&](const audit::Entry& entry) {
    if (entry.what == "budget.set") log.push_back(entry);
  });
  REQUIRE(log.size() == 4);
  CHECK(log[0].result == "begun");
  CHECK(log[1].subject == "people epsilon=1000 delta=1e-06");
  CHECK(log[1].origin.user == "alice");
  CHECK(log[3].code == 77);
}

TEST_CASE("a fit is debited when it is submitted, across users, once however often it is sent") {
  WithDatasets fresh;
  Talk alice(fresh, "alice"), bob(fresh, "bob");
  alice.ask("budget.set", budget(1));
  const Json first = fit(1, fresh.upload(alice, "alice"), budget(0.6, 1e-7));
  const std::string job = alice.ask("fit.submit", first).at("job");
  CHECK(fresh.spent() == "0.6");
  CHECK(alice.ask("fit.submit", first).at("job") == job);
  CHECK(fresh.spent() == "0.6");
  CHECK(jobs::JobFolder(fresh.store().layout().job(job)).read_request().privacy->epsilon == 0.6);
  const std::string waiting = fresh.upload(bob, "bob");
  const Json refused = bob.ask("fit.submit", fit(2, waiting, budget(0.5, 1e-7)));
  CHECK(refused.at("kind") == "permission");
  CHECK(refused.at("sentence") ==
        "the privacy budget of 'people' has epsilon 0.4 and delta 9e-07 left, and this needs epsilon 0.5 and "
        "delta 1e-07");
  // Nothing was made of what was refused: the same table can be asked less of.
  CHECK(fresh.store().jobs().unfinished().size() == 1);
  REQUIRE(bob.ask("fit.submit", fit(3, waiting, budget(0.4, 1e-7))).at("type") == "result");
  CHECK(fresh.spent() == "1");
  const Json shown = bob.ask("budget.show", {{"dataset", "people"}});
  CHECK(shown.at("fits") == 2);
  CHECK(shown.at("left").at("epsilon") == 0);
  // One's own fits are told with their jobs, those of others without.
  CHECK(shown.at("items").at(0).at("user") == "bob");
  CHECK(shown.at("items").at(0).contains("job"));
  CHECK(shown.at("items").at(1).at("user") == "alice");
  CHECK_FALSE(shown.at("items").at(1).contains("job"));
  // Of another's fit the dataset's owner learns the job, and not which table it was.
  const Json owned = alice.ask("budget.show", {{"dataset", "people"}}).at("items");
  CHECK(owned.at(0).contains("job"));
  CHECK_FALSE(owned.at(0).contains("table_sha256"));
  CHECK(owned.at(1).contains("table_sha256"));
  CHECK(budgets::Ledger(fresh.store()).trouble() == std::nullopt);
}

TEST_CASE(
    "a dataset without a budget is fitted where the settings give it one, else the answer says how to set "
    "it") {
  WithDatasets fresh;
  {
    Talk alice(fresh, "alice");
    const Json refused = alice.ask("fit.submit", fit(1, fresh.upload(alice, "alice"), budget(1)));
    CHECK(refused.at("kind") == "permission");
    CHECK_THAT(refused.at("hint").get<std::string>(),
               Catch::Contains("'manage budget set people --epsilon E"));
  }
  fresh.settle_by_default(2);
  Talk alice(fresh, "alice");
  REQUIRE(alice.ask("fit.submit", fit(1, fresh.upload(alice, "alice"), budget(1, 1e-7))).at("type") == "result");
  const Json item = alice.ask("budget.list").at("items").at(0);
  CHECK(item.at("owner") == "alice");
  CHECK(item.at("budget") == Json{{"epsilon", 2.0}, {"delta", 1e-6}});
  CHECK(item.at("left").at("epsilon") == 1);
}

TEST_CASE("a failed or cancelled fit has spent; to repeat it is a new debit, which is said") {
  WithDatasets fresh;
  Talk alice(fresh, "alice");
  alice.ask("budget.set", budget(1));
  const std::string job =
      alice.ask("fit.submit", fit(1, fresh.upload(alice, "alice"), budget(0.4))).at("job");
  fresh.end_job(job, store::JobState::failed);
  CHECK(fresh.spent() == "0.4");
  Json again{{"request_id", std::string(32, 'e')}, {"job", job}, {"upload", fresh.upload(alice, "alice")}};
  alice.ask("budget.set", budget(1, 2e-6));
  const Json retried = alice.ask("job.retry", again);
  REQUIRE(retried.at("type") == "result");
  CHECK_THAT(
      retried.at("warnings").at(0).get<std::string>(),
      Catch::Contains("epsilon 0.4 and delta 1e-06 of the privacy budget of 'people' are spent once more"));
  CHECK(fresh.spent() == "0.8");
  CHECK(alice.ask("job.retry", again).at("job") == retried.at("job"));
  CHECK(fresh.spent() == "0.8");
}

TEST_CASE("another table under the name of a dataset is fitted, and remarked on") {
  WithDatasets fresh;
  Talk alice(fresh, "alice");
  alice.ask("budget.set", budget(3, 1e-5));
  const Json first = alice.ask("fit.submit", fit(1, fresh.upload(alice, "alice"), budget(1)));
  CHECK_FALSE(first.contains("warnings"));
  const Json other = alice.ask("fit.submit", fit(2, fresh.upload(alice, "alice", "a,b\n3,4\n"), budget(1)));
  REQUIRE(other.at("type") == "result");
  CHECK_THAT(other.at("warnings").at(0).get<std::string>(),
             Catch::Contains("not the one that was fitted last"));
}

TEST_CASE("an older database under the store is told to whoever looks, and spends nothing") {
  WithDatasets fresh;
  const auto database = fresh.store().layout().database();
  {
    Talk alice(fresh, "alice");
    alice.ask("budget.set", budget(3, 1e-5));
    fresh.store().database().execute("VACUUM INTO '" + database.string() + ".old'");
    for (int i = 1; i <= 3; ++i)
      REQUIRE(alice.ask("fit.submit", fit(i, fresh.upload(alice, "alice"), budget(0.5))).at("type") ==
              "result");
  }
  std::filesystem::rename(database.string() + ".old", database);
  Talk alice(fresh, "alice");
  const Json list = alice.ask("budget.list");
  CHECK_THAT(list.at("warnings").at(0).get<std::string>(), Catch::Contains("the database is older"));
  CHECK(list.at("items").at(0).at("spent").at("epsilon") == 1.5);
  const Json refused = alice.ask("fit.submit", fit(9, fresh.upload(alice, "alice"), budget(0.5)));
  CHECK(refused.at("kind") == "configuration");
  CHECK_THAT(refused.at("hint").get<std::string>(), Catch::Contains("ctgan-server budget acknowledge"));
}

TEST_CASE("long lists of budgets and of entries come in pages") {
  WithDatasets fresh;
  {
    store::Transaction transaction(fresh.store().database());
    budgets::Ledger ledger(fresh.store());
    ledger.set_budget({"alice", false, ""}, "first", {1, 0});
    ledger.seal();
    transaction.commit();
  }
  Talk alice(fresh, "alice");
  const auto most = static_cast<std::size_t>(protocol::k_page_rows);
  for (std::size_t i = 0; i < most; ++i) alice.ask("budget.set", budget(1, 0, fmt::format("set{:03}", i)));
  const Json page = alice.ask("budget.list");
  CHECK(page.at("items").size() == most);
  const Json rest = alice.ask("budget.list", {{"before", page.at("next")}});
  CHECK(rest.at("items").size() == 1);
  CHECK_FALSE(rest.contains("next"));
  for (std::size_t i = 0; i < most; ++i) alice.ask("budget.set", budget(1, 0, "first"));
  const Json entries = alice.ask("budget.show", {{"dataset", "first"}});
  CHECK(entries.at("items").size() == most);
  const Json older = alice.ask("budget.show", {{"dataset", "first"}, {"before", entries.at("next")}});
  CHECK(older.at("items").size() == 1);
  CHECK(older.at("items").at(0).at("seq") == 1);
  CHECK(alice.ask("budget.show", {{"dataset", "first"}, {"before", "x"}}).at("kind") == "protocol");
}

}  // namespace ctgan::server::service
