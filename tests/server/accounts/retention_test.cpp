#include "server/accounts/retention.h"

#include <fcntl.h>
#include <sys/stat.h>

#include "server/jobs/job_folder.h"
#include "tests/catch.h"
#include "tests/server/fresh_store.h"

namespace ctgan::server::accounts {

using store::Shelf;

namespace {

constexpr std::time_t k_day = 24 * 3600;
constexpr int k_age = 100;  // days, of the oldest

// Of each table a model and a synthetic table a day, the oldest first.
struct WithResults : tests::FreshStore {
  WithResults() {
    add_user("alice");
    for (int i = 0; i < 3; ++i) {
      make(Shelf::models, "adult", i, "_model.gz");
      make(Shelf::models, "people", i, "_model.gz");
      make(Shelf::data, "adult", i, "_10_synthetic.csv.gz");
    }
    put(Shelf::sidecars, "alice", name("adult", 0, "_model.json"));
  }
  static std::string name(const std::string& table, int day, const std::string& suffix) {
    return table + "_2026080" + std::to_string(day + 1) + "t000000" + suffix;
  }
  void make(Shelf shelf, const std::string& table, int day, const std::string& suffix) {
    const std::string file = name(table, day, suffix);
    put(shelf, "alice", file);
    const timespec made{now - (k_age - day) * k_day, 0};
    const timespec times[2]{made, made};
    REQUIRE(utimensat(AT_FDCWD, (store().layout().shelf(shelf, "alice") / file).c_str(), times, 0) == 0);
  }
  std::size_t run(const settings::Retention& retention) {
    audit::Trail trail(audit::AuditLog(store().layout().audit()), store().clock(), {"os:retention", "", ""});
    return delete_expired(store(), retention, trail);
  }
  std::size_t models() { return store().shelves().list(Shelf::models, "alice").size(); }
  std::size_t tables() { return store().shelves().list(Shelf::data, "alice").size(); }
};

}  // namespace

TEST_CASE("without a setting nothing goes and nobody is warned") {
  WithResults fresh;
  CHECK(fresh.run({}) == 0);
  CHECK_FALSE(retention_warning(fresh.store(), {}, "alice").has_value());
  CHECK(fresh.models() == 6);
}

TEST_CASE("what is too old goes a week after the settings begin to say so, and is warned of until then") {
  WithResults fresh;
  const settings::Retention retention{30, 1};
  CHECK(fresh.run(retention) == 0);
  const auto warning = retention_warning(fresh.store(), retention, "alice");
  REQUIRE(warning.has_value());
  CHECK_THAT(*warning, Catch::Contains("4 of your models and 2 of your synthetic tables") &&
                           Catch::Contains("on 2026-11-25T11:06:40Z") && Catch::Contains("'download'"));
  fresh.now += k_warned_seconds - 1;
  CHECK(fresh.run(retention) == 0);
  fresh.now += 1;
  CHECK(fresh.run(retention) == 6);
  // The newest of each table stays, however old it is.
  CHECK(fresh.models() == 2);
  CHECK(fresh.tables() == 1);
  CHECK(fresh.store().shelves().list(Shelf::models, "alice").back().name ==
        WithResults::name("adult", 2, "_model.gz"));
  CHECK_FALSE(std::filesystem::exists(fresh.store().layout().shelf(Shelf::sidecars, "alice") /
                                      WithResults::name("adult", 0, "_model.json")));
  std::size_t noted = 0;
  audit::AuditLog(fresh.store().layout().audit()).read([&](const audit::Entry& entry) {
    if (entry.what == "retention.delete" && entry.subject.starts_with("alice ")) ++noted;
  });
  CHECK(noted == 6);
  CHECK_FALSE(retention_warning(fresh.store(), retention, "alice").has_value());
}

TEST_CASE("settings that change begin their week anew") {
  WithResults fresh;
  fresh.run({30, 1});
  fresh.now += k_warned_seconds;
  CHECK(fresh.run({30, 2}) == 0);
  fresh.now += k_warned_seconds;
  CHECK(fresh.run({30, 2}) == 3);
}

TEST_CASE("what is younger than the days stays, and so does all that is among the newest") {
  WithResults fresh;
  const settings::Retention days{k_age + 6, std::nullopt};
  fresh.run(days);
  fresh.now += k_warned_seconds;
  CHECK(fresh.run(days) == 6);
  CHECK(fresh.models() == 2);
  const settings::Retention keep{std::nullopt, 1};
  fresh.run(keep);
  fresh.now += k_warned_seconds;
  CHECK(fresh.run(keep) == 0);
}

TEST_CASE("a model that a waiting job draws from stays until that has ended") {
  WithResults fresh;
  const settings::Retention retention{std::nullopt, 1};
  fresh.run(retention);
  fresh.now += k_warned_seconds;
  fresh.insert_job("one", "alice", "a");
  jobs::JobRequest request;
  request.kind = jobs::JobKind::sample;
  request.user = "alice";
  request.model = WithResults::name("adult", 0, "_model.gz");
  const jobs::JobFolder folder(fresh.store().layout().job("one"));
  files::make_private_folder(folder.path());
  folder.write_request(request);
  CHECK(fresh.run(retention) == 5);
  CHECK(fresh.models() == 3);
}

}  // namespace ctgan::server::accounts
