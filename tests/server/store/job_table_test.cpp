#include "server/store/job_table.h"

#include <fmt/format.h>

#include "common/errors/error.h"
#include "server/store/schema.h"
#include "tests/catch.h"
#include "tests/raises.h"
#include "tests/server/fresh_store.h"
#include "tests/temporary_folder.h"

namespace ctgan::server::store {

using errors::Kind;
using tests::raised;

namespace {

struct WithUsers : tests::FreshStore {
  WithUsers() {
    add_user("alice");
    add_user("bob");
  }
  JobTable& jobs() { return store().jobs(); }
  void insert(const std::string& id, const std::string& user = "alice") {
    insert_job(id, user, fmt::format("request of {}", id));
  }
};

}  // namespace

TEST_CASE("a job is read back as it was written") {
  WithUsers fresh;
  fresh.insert("one");
  const Job job = fresh.jobs().require("alice", "one");
  CHECK(job.kind == JobKind::sample);
  CHECK(job.state == JobState::queued);
  CHECK(job.created == fresh.now);
  CHECK(job.result.is_null());
  CHECK(job.error.is_null());
  CHECK(fresh.jobs().find_request("alice", "request of one")->id == "one");
  CHECK_FALSE(fresh.jobs().find_request("bob", "request of one").has_value());
}

TEST_CASE("the same request of the same user cannot be two jobs, of two users it can") {
  WithUsers fresh;
  fresh.insert_job("one", "alice", "request");
  CHECK_THROWS_AS(fresh.insert_job("two", "alice", "request"), errors::Error);
  CHECK_NOTHROW(fresh.insert_job("two", "bob", "request"));
}

TEST_CASE("another user's job looks like one that does not exist") {
  WithUsers fresh;
  fresh.insert("one");
  const auto error = raised([&] { fresh.jobs().require("bob", "one"); });
  CHECK(error.kind() == Kind::no_input);
  CHECK(error.sentence() == "there is no job 'one'");
}

TEST_CASE("a final state never changes") {
  WithUsers fresh;
  fresh.insert("one");
  Job job = fresh.jobs().require("alice", "one");
  job.state = JobState::running;
  CHECK(fresh.jobs().update(job));
  job.state = JobState::done;
  job.result = {{"model", "m"}};
  CHECK(fresh.jobs().update(job));
  job.state = JobState::lost;
  job.result = nullptr;
  CHECK_FALSE(fresh.jobs().update(job));
  CHECK(fresh.jobs().require("alice", "one").state == JobState::done);
  CHECK(fresh.jobs().require("alice", "one").result == nlohmann::json{{"model", "m"}});
}

TEST_CASE("jobs are listed newest first, page by page, each user's own") {
  WithUsers fresh;
  for (const char* id : {"a", "b", "c", "d"}) fresh.insert(id);
  fresh.insert("x", "bob");
  const auto page = fresh.jobs().list("alice", std::nullopt, 2);
  REQUIRE(page.size() == 2);
  CHECK(page[0].id == "d");
  const auto rest = fresh.jobs().list("alice", page[1].seq, 5);
  REQUIRE(rest.size() == 2);
  CHECK(rest[0].id == "b");
  CHECK(fresh.jobs().unfinished().size() == 5);
}

TEST_CASE("states have the names of the protocol") {
  for (const JobState state :
       {JobState::queued, JobState::running, JobState::done, JobState::failed, JobState::lost}) {
    CHECK(job_state_from_name(job_state_name(state)) == state);
  }
  CHECK_FALSE(job_state_from_name("dead").has_value());
  CHECK(is_final(JobState::lost));
  CHECK_FALSE(is_final(JobState::running));
  CHECK(utc_text(1'795'000'000) == "2026-11-18T11:06:40Z");
}

TEST_CASE(
    "jobs of a store without a queue have been handed to their runner, and those that ended stay as they "
    "are") {
  const tests::TemporaryFolder folder;
  Database database(folder / "a.sqlite");
  migrate(database, migrations().first(3));
  database.execute(
      "INSERT INTO users(name, role, created) VALUES('alice', 'normal', 1);"
      "INSERT INTO jobs(id, user, request_id, kind, state, created) VALUES"
      "('one', 'alice', 'a', 'fit', 'queued', 5), ('two', 'alice', 'b', 'fit', 'running', 6),"
      "('three', 'alice', 'c', 'sample', 'done', 7)");
  migrate(database, migrations());
  JobTable jobs(database);
  CHECK(jobs.require("alice", "one").state == JobState::starting);
  CHECK(jobs.require("alice", "one").started == 5);
  CHECK(jobs.require("alice", "two").state == JobState::running);
  CHECK(jobs.require("alice", "three").state == JobState::done);
  CHECK(jobs.unfinished().size() == 2);
}

TEST_CASE("a turn is counted over all users, and only a queued job has one") {
  WithUsers fresh;
  for (const char* id : {"one", "two"}) fresh.insert(id);
  fresh.insert("three", "bob");
  CHECK(fresh.jobs().last_turn("alice") == 0);
  CHECK(fresh.jobs().mark_started("one", 50));
  CHECK_FALSE(fresh.jobs().mark_started("one", 60));
  CHECK(fresh.jobs().require("alice", "one").started == 50);
  CHECK(fresh.jobs().mark_started("three", 70));
  CHECK(fresh.jobs().last_turn("bob") == fresh.jobs().last_turn("alice") + 1);
  CHECK(fresh.jobs().require(std::nullopt, "three").user == "bob");
  CHECK(fresh.jobs().list(std::nullopt, std::nullopt, 10).size() == 3);
}

}  // namespace ctgan::server::store
