#include "server/jobs/job_book.h"

#include <atomic>
#include <chrono>
#include <mutex>
#include <set>
#include <thread>

#include "common/errors/error.h"
#include "common/files/checksum.h"
#include "server/jobs/claim.h"
#include "tests/catch.h"
#include "tests/raises.h"
#include "tests/server/fresh_store.h"
#include "tests/server/jobs/told_runner.h"
#include "tests/server/jobs/worker_process.h"

namespace ctgan::server::jobs {

using errors::Error;
using errors::Kind;
using tests::raised;

namespace {

const std::string k_id = std::string(32, 'a');

struct WithBook : tests::FreshStore {
  WithBook() : book(store(), std::make_unique<tests::ToldRunner>(told)) {
    add_user("alice");
    add_user("bob");
    put(store::Shelf::models, "alice", "m_20261121t074500_model.gz");
  }
  store::Upload upload() {
    const auto made = store().uploads().create("alice", "a.csv", 5, files::sha256_of("12345"), 10);
    files::write_file(store().uploads().file(made), "12345", files::AtomicFile::IfExists::replace);
    store().uploads().close(made, files::sha256_of("12345"));
    return store().uploads().require("alice", made.id);
  }
  Job fit(const std::string& request_id = k_id) {
    JobRequest request;
    request.user = "alice";
    request.name = "a.csv";
    return book.submit_uploads(request, request_id, [made = upload()] { return std::vector{made}; });
  }
  Job sample(const std::string& request_id = k_id, const std::string& user = "alice") {
    JobRequest request;
    request.kind = JobKind::sample;
    request.user = user;
    request.model = "m_20261121t074500_model.gz";
    request.rows = 10;
    return book.submit(request, request_id);
  }
  Job look(const Job& job) { return book.find(job.user, job.id); }

  tests::Told told;
  JobBook book;
};

}  // namespace

TEST_CASE("a submitted fit is committed, started once, and holds the upload, which is gone from the inbox") {
  WithBook fresh;
  const Job job = fresh.fit();
  CHECK(job.state == JobState::starting);
  CHECK(fresh.told.started == std::vector{job.id});
  CHECK(files::read_file(fresh.book.folder(job).work_file(store::k_table_file)) == "12345");
  CHECK(std::filesystem::is_empty(store::Layout(fresh.root()).inbox("alice")));
  CHECK(fresh.open()->jobs().require("alice", job.id).state == JobState::starting);
  CHECK(fresh.book.folder(job).read_request().name == "a.csv");
}

TEST_CASE("the same request again is the same job, whatever else is asked, and takes no second upload") {
  WithBook fresh;
  const Job job = fresh.fit();
  const tests::WorkerProcess worker(fresh.book.folder(job));
  JobRequest other;
  other.kind = JobKind::sample;
  other.user = "alice";
  CHECK(fresh.book.submit(other, k_id).id == job.id);
  const auto no_upload = []() -> std::vector<store::Upload> {
    throw std::logic_error("looked for an upload");
  };
  CHECK(fresh.book.submit_uploads(other, k_id, no_upload).id == job.id);
  CHECK(fresh.told.started.size() == 1);
  CHECK(fresh.sample(k_id, "bob").id != job.id);
}

TEST_CASE("a job whose submitter died before it started the worker is started by the repetition",
          "[fault:8]") {
  WithBook fresh;
  const Job job = fresh.fit();
  fresh.fit();
  CHECK(fresh.told.started == std::vector{job.id, job.id});
}

TEST_CASE("the same request at the same time gives one job", "[fault:15]") {
  WithBook fresh;
  std::vector<std::thread> crowd;
  std::mutex mutex;
  std::set<std::string> ids;
  for (int i = 0; i < 8; ++i) {
    crowd.emplace_back([&] {
      const auto own = fresh.open();
      tests::Told told;
      JobBook book(*own, std::make_unique<tests::ToldRunner>(told));
      JobRequest request;
      request.kind = JobKind::sample;
      request.user = "alice";
      const std::string id = book.submit(request, k_id).id;
      const std::lock_guard lock(mutex);
      ids.insert(id);
    });
  }
  for (std::thread& one : crowd) one.join();
  CHECK(ids.size() == 1);
  CHECK(fresh.store().jobs().list("alice", std::nullopt, 10).size() == 1);
  CHECK(std::distance(std::filesystem::directory_iterator(store::Layout(fresh.root()).jobs()),
                      std::filesystem::directory_iterator{}) == 1);
}

TEST_CASE("an incomplete or missing upload gives no job and stays where it is") {
  WithBook fresh;
  const auto part = fresh.store().uploads().create("alice", "b.csv", 5, "h", 10);
  JobRequest request;
  request.user = "alice";
  const auto error =
      raised([&] { fresh.book.submit_uploads(request, k_id, [&] { return std::vector{part}; }); });
  CHECK(error.kind() == Kind::bad_data);
  CHECK_THAT(error.sentence(), Catch::Contains("'b.csv'") && Catch::Contains("not complete"));
  CHECK(std::filesystem::exists(fresh.store().uploads().file(part)));
  CHECK(fresh.store().jobs().list("alice", std::nullopt, 10).empty());
  CHECK(fresh.told.started.empty());
}

TEST_CASE(
    "what a job costs is taken once its id and table are known, before anything is made, and sealed last") {
  WithBook fresh;
  std::vector<std::string> steps;
  fresh.book.set_charge([&](const JobRequest& request, const std::string& job) {
    steps.push_back(request.table_sha256 == files::sha256_of("12345") ? job : "unknown");
    CHECK_FALSE(std::filesystem::exists(store::Layout(fresh.root()).job(job)));
    return [&, job] {
      steps.push_back("sealed");
      CHECK(std::filesystem::exists(store::Layout(fresh.root()).job(job)));
      CHECK(fresh.store().jobs().require("alice", job).id == job);
    };
  });
  const Job job = fresh.fit();
  CHECK(steps == std::vector<std::string>{job.id, "sealed"});
  // The same submission again costs nothing.
  const tests::WorkerProcess worker(fresh.book.folder(job));
  fresh.fit();
  CHECK(steps.size() == 2);
}

TEST_CASE("a job that costs too much leaves its upload where it is; one that cannot be sealed is none") {
  WithBook fresh;
  const errors::Error overspent(Kind::permission, "the budget is spent");
  fresh.book.set_charge([&](const JobRequest&, const std::string&) -> JobBook::Seal { throw overspent; });
  const auto upload = fresh.upload();
  JobRequest request;
  request.user = "alice";
  const auto submit = [&] { fresh.book.submit_uploads(request, k_id, [&] { return std::vector{upload}; }); };
  CHECK(raised(submit).sentence() == "the budget is spent");
  CHECK(std::filesystem::exists(fresh.store().uploads().file(upload)));
  fresh.book.set_charge([&](const JobRequest&, const std::string&) { return [&] { throw overspent; }; });
  CHECK(raised(submit).sentence() == "the budget is spent");
  CHECK(fresh.store().jobs().list("alice", std::nullopt, 10).empty());
  CHECK(fresh.told.started.empty());
}

TEST_CASE("a submission that died after the rename is taken up by the next try", "[fault:8]") {
  WithBook fresh;
  const auto upload = fresh.upload();
  const store::Layout layout(fresh.root());
  std::filesystem::rename(layout.upload("alice", upload.id), layout.job(upload.id));
  JobRequest request;
  request.user = "alice";
  const Job job = fresh.book.submit_uploads(request, k_id, [&] { return std::vector{upload}; });
  CHECK(job.id == upload.id);
  CHECK(files::read_file(fresh.book.folder(job).work_file(store::k_table_file)) == "12345");
}

TEST_CASE("a worker that cannot be started makes the job fail with the reason, and the table goes") {
  WithBook fresh;
  fresh.told.broken = true;
  const Job job = fresh.fit();
  CHECK(job.state == JobState::failed);
  CHECK(job.error.at("sentence") == "cannot run 'it'");
  CHECK(job.error.at("hint") == "install it");
  CHECK_FALSE(std::filesystem::exists(fresh.book.folder(job).work_file(store::k_table_file)));
}

TEST_CASE("what the worker writes is what is seen, and is remembered without it") {
  WithBook fresh;
  const Job job = fresh.sample();
  {
    const tests::WorkerProcess worker(fresh.book.folder(job), [&] {
      fresh.book.folder(job).write_status({JobState::running, nullptr, nullptr, {}});
    });
    CHECK(fresh.look(job).state == JobState::running);
    fresh.book.folder(job).write_status(
        {JobState::done, {{"data", "d"}, {"bytes", 5}, {"sha256", "h"}, {"rows", 10}}, nullptr, {}});
    CHECK(fresh.look(job).state == JobState::done);
  }
  std::filesystem::remove_all(fresh.book.folder(job).path());
  CHECK(fresh.look(job).state == JobState::done);
  CHECK(fresh.look(job).result.at("data") == "d");
}

TEST_CASE("the hashes of a finished fit are noted for its files, and what lists tell of them") {
  WithBook fresh;
  const Job job = fresh.fit();
  fresh.book.folder(job).write_status({JobState::done,
                                       {{"model", "m_20261121t074500_model.gz"},
                                        {"bytes", 7},
                                        {"sha256", "hash of the model"},
                                        {"sidecar", "m_20261121t074500_model.json"},
                                        {"sidecar_bytes", 7},
                                        {"sidecar_sha256", "hash of the sidecar"},
                                        {"method", "trees"},
                                        {"rows", 90},
                                        {"verdict", {{"release", {{"verdict", "good"}}}}}},
                                       nullptr,
                                       {}});
  fresh.put(store::Shelf::sidecars, "alice", "m_20261121t074500_model.json");
  CHECK(fresh.look(job).state == JobState::done);
  CHECK(fresh.store().shelves().sha256(store::Shelf::models, "alice", "m_20261121t074500_model.gz") ==
        "hash of the model");
  CHECK(fresh.store().shelves().sha256(store::Shelf::sidecars, "alice", "m_20261121t074500_model.json") ==
        "hash of the sidecar");
  CHECK(fresh.store().shelves().list(store::Shelf::sidecars, "alice").front().facts ==
        R"({"method":"trees","rows":90,"verdict":"good"})");
}

TEST_CASE("a worker that is killed loses its job, and nothing of the table or a product stays", "[fault:8]") {
  WithBook fresh;
  const Job job = fresh.fit();
  const JobFolder folder = fresh.book.folder(job);
  tests::WorkerProcess worker(folder, [&] {
    folder.write_status({JobState::running, nullptr, nullptr, {}});
    files::write_file(folder.work_file(".model.gz.part-1"), "half", files::AtomicFile::IfExists::replace);
  });
  CHECK(fresh.look(job).state == JobState::running);
  worker.kill_hard();
  const Job lost = fresh.look(job);
  CHECK(lost.state == JobState::lost);
  CHECK(lost.result.is_null());
  CHECK_FALSE(std::filesystem::exists(folder.work_file(store::k_table_file)));
  CHECK_FALSE(std::filesystem::exists(folder.work_file(".model.gz.part-1")));
  CHECK(folder.read_status().state == JobState::lost);
}

TEST_CASE("a job that waits is cancelled with its table, and a worker that comes later finds it taken",
          "[fault:9]") {
  WithBook fresh;
  const Job job = fresh.fit();
  CHECK(fresh.book.cancel(job).state == JobState::cancelled);
  CHECK_FALSE(std::filesystem::exists(fresh.book.folder(job).work_file(store::k_table_file)));
  CHECK_FALSE(Claim::take(fresh.book.folder(job)).has_value());
  CHECK(fresh.open()->jobs().require("alice", job.id).state == JobState::cancelled);
  CHECK(fresh.book.cancel(job).state == JobState::cancelled);
}

TEST_CASE("a worker that does not hear is killed within two seconds, and its job is cancelled, not lost",
          "[fault:9]") {
  WithBook fresh;
  const Job job = fresh.fit();
  const JobFolder folder = fresh.book.folder(job);
  tests::WorkerProcess worker(folder, [&] {
    folder.write_status({JobState::running, nullptr, nullptr, {}});
    files::write_file(folder.work_file("model.gz"), "half", files::AtomicFile::IfExists::replace);
  });
  const auto start = std::chrono::steady_clock::now();
  const Job cancelled = fresh.book.cancel(fresh.look(job));
  CHECK(std::chrono::steady_clock::now() - start < std::chrono::seconds(2));
  CHECK(cancelled.state == JobState::cancelled);
  CHECK_FALSE(folder.has_work_files());
  CHECK(folder.read_status().state == JobState::cancelled);
}

TEST_CASE("who cancelled another's job is said to its user") {
  WithBook fresh;
  const Job job = fresh.fit();
  SECTION("and of one's own nothing needs to be said") {
    CHECK(fresh.book.cancel(job, "alice").error.is_null());
  }
  SECTION("by the administrator's name") {
    fresh.book.cancel(job, "root");
    CHECK_THAT(fresh.open()->jobs().require("alice", job.id).error.at("sentence").get<std::string>(),
               Catch::Contains("cancelled by 'root'"));
  }
}

TEST_CASE("a job that has ended stays as it ended when it is cancelled", "[fault:9]") {
  WithBook fresh;
  const Job job = fresh.sample();
  {
    const tests::WorkerProcess worker(fresh.book.folder(job));
    fresh.book.folder(job).write_status(
        {JobState::done, {{"data", "d"}, {"bytes", 5}, {"sha256", "h"}, {"rows", 10}}, nullptr, {}});
  }
  CHECK(fresh.book.cancel(job).state == JobState::done);
  CHECK_FALSE(fresh.book.folder(job).is_asked_to_stop());
}

TEST_CASE("jobs beyond the limit wait, users take turns, and the end of one starts the next") {
  WithBook fresh;
  JobBook book(fresh.store(), std::make_unique<tests::ToldRunner>(fresh.told),
               {.in_all = 1, .of_a_user = 1, .kept_for_samples = 0});
  const auto submit = [&](const std::string& user, char id) {
    JobRequest request;
    request.kind = JobKind::sample;
    request.user = user;
    return book.submit(request, std::string(32, id));
  };
  const Job first = submit("alice", '1'), second = submit("alice", '2'), third = submit("bob", '3');
  CHECK(first.state == JobState::starting);
  CHECK(second.state == JobState::queued);
  CHECK(fresh.told.started == std::vector{first.id});
  CHECK(book.ahead_of(third) == 0);
  CHECK(book.ahead_of(second) == 1);
  CHECK(book.waiting_words(second) == "'alice' may run 1 at the same time, and does");
  CHECK(book.waiting_words(third) == "the server runs 1 at the same time, and does");
  // Nobody gives up a job that waits, however long.
  fresh.now += 100'000;
  const tests::WorkerProcess worker(book.folder(first));
  CHECK(book.find("alice", second.id).state == JobState::queued);

  SECTION("when it is done") {
    book.folder(first).write_status({JobState::failed, nullptr, {{"kind", "io"}, {"sentence", "x"}}, {}});
    CHECK(book.find("alice", first.id).state == JobState::failed);
  }
  SECTION("when it is cancelled") {
    CHECK(book.cancel(first).state == JobState::cancelled);
  }
  CHECK(fresh.told.started == std::vector{first.id, third.id});
  CHECK(book.find("alice", second.id).state == JobState::queued);
  CHECK(book.cancel(book.find("bob", third.id)).state == JobState::cancelled);
  CHECK(fresh.told.started.back() == second.id);
}

TEST_CASE("a job that waits is cancelled without having been started") {
  WithBook fresh;
  JobBook book(fresh.store(), std::make_unique<tests::ToldRunner>(fresh.told),
               {.in_all = 1, .of_a_user = 1, .kept_for_samples = 0});
  fresh.fit();
  JobRequest request;
  request.kind = JobKind::sample;
  request.user = "alice";
  const Job waiting = book.submit(request, std::string(32, 'b'));
  CHECK(waiting.state == JobState::queued);
  CHECK(book.cancel(waiting).state == JobState::cancelled);
  CHECK(fresh.told.started.size() == 1);
}

TEST_CASE("a worker killed before its first word loses its job too", "[fault:8]") {
  WithBook fresh;
  const Job job = fresh.fit();
  tests::WorkerProcess worker(fresh.book.folder(job));
  CHECK(fresh.look(job).state == JobState::starting);
  worker.kill_hard();
  CHECK(fresh.look(job).state == JobState::lost);
}

TEST_CASE(
    "a start of which nothing is heard for half a minute is made again, three times, then the job is lost",
    "[fault:8]") {
  WithBook fresh;
  const Job job = fresh.fit();
  fresh.now += 29;
  CHECK(fresh.look(job).state == JobState::starting);
  CHECK(fresh.told.started.size() == 1);
  for (int i = 0; i < 2; ++i) {
    fresh.now += 30;
    fresh.book.dispatch();
    CHECK(fresh.look(job).state == JobState::starting);
  }
  CHECK(fresh.told.started.size() == 3);
  CHECK(fresh.book.folder(job).read_start().at("command").at(2) == "3");
  CHECK(std::filesystem::exists(fresh.book.folder(job).work_file(store::k_table_file)));
  fresh.now += 30;
  const Job lost = fresh.look(job);
  CHECK(lost.state == JobState::lost);
  CHECK_THAT(lost.error.at("sentence").get<std::string>(), Catch::Contains("started 3 times"));
  CHECK_FALSE(Claim::take(fresh.book.folder(job)).has_value());
  CHECK_FALSE(std::filesystem::exists(fresh.book.folder(job).work_file(store::k_table_file)));
}

TEST_CASE("what its runner says of a job that nobody has claimed decides") {
  WithBook fresh;
  const Job job = fresh.fit();
  const auto look_after_an_hour = [&](Sight sight) {
    fresh.told.sight = std::move(sight);
    fresh.now += 3600;
    return fresh.look(job);
  };
  CHECK(look_after_an_hour({Whereabouts::waiting, "PENDING (Resources)"}).state == JobState::starting);
  CHECK(look_after_an_hour({Whereabouts::alive, ""}).state == JobState::starting);
  CHECK(fresh.told.started.size() == 1);
  SECTION("gone") {
    const Job lost = look_after_an_hour({Whereabouts::gone, "NODE_FAIL (NodeDown)"});
    CHECK(lost.state == JobState::lost);
    CHECK(lost.error.at("sentence") == "NODE_FAIL (NodeDown)");
  }
  SECTION("withdrawn") {
    CHECK(look_after_an_hour({Whereabouts::withdrawn, ""}).state == JobState::cancelled);
  }
  CHECK_FALSE(fresh.book.folder(job).has_work_files());
}

TEST_CASE(
    "a runner that cannot be reached is asked again after half a minute, and the job is not lost for it") {
  WithBook fresh;
  fresh.told.unreachable = true;
  const Job job = fresh.fit();
  CHECK(job.state == JobState::starting);
  fresh.told.unreachable = false;
  fresh.now += 30;
  fresh.book.dispatch();
  CHECK(fresh.look(job).state == JobState::starting);
  CHECK(fresh.told.started == std::vector{job.id, job.id});
}

TEST_CASE("a fit that keeps checkpoints waits for the next worker when one dies, and starts again") {
  WithBook fresh;
  const Job job = fresh.fit();
  const JobFolder folder = fresh.book.folder(job);
  Json request = folder.read_request_json();
  request["checkpoint"] = 5;
  const auto write = [&](const char* name, const std::string& text) {
    files::write_file(folder.path() / name, text, files::AtomicFile::IfExists::replace);
  };
  write("request.json", request.dump());
  {
    const tests::WorkerProcess worker(folder, [&] {
      folder.write_status({JobState::running, nullptr, nullptr, {}});
      write("checkpoint", "weights");
      write("model.gz", "half");
    });
    CHECK(fresh.look(job).state == JobState::running);
  }
  SECTION("at once") {
    CHECK(fresh.look(job).state == JobState::queued);
    CHECK(fresh.book.dispatch() == 0);
    CHECK(fresh.told.started.size() == 2);
    CHECK(fresh.look(job).state == JobState::starting);
    CHECK(std::filesystem::exists(folder.work_file("checkpoint")));
    CHECK(std::filesystem::exists(folder.work_file("table")));
    CHECK_FALSE(std::filesystem::exists(folder.work_file("model.gz")));
    const tests::WorkerProcess second(folder, [&] {
      folder.write_status({JobState::running, nullptr, nullptr, {}});
    });
    CHECK(folder.attempts() == 2);
    CHECK(fresh.look(job).state == JobState::running);
  }
  SECTION("unless its runner brings one by itself") {
    fresh.told.sight = {Whereabouts::waiting, "PENDING (BeginTime)"};
    CHECK(fresh.look(job).state == JobState::running);
    CHECK(fresh.told.started.size() == 1);
  }
  SECTION("unless it is cancelled meanwhile") {
    CHECK(fresh.look(job).state == JobState::queued);
    CHECK(fresh.book.cancel(fresh.look(job)).state == JobState::cancelled);
    CHECK_FALSE(folder.has_work_files());
  }
}

TEST_CASE(
    "what a job was started with is kept, and a cancel tells the runner of a job that nobody has claimed") {
  WithBook fresh;
  const Job job = fresh.fit();
  const Json record = fresh.book.folder(job).read_start();
  CHECK(record.at("runner") == "told");
  CHECK(record.at("start") == 1);
  CHECK(record.at("id") == 1);
  CHECK(record.at("command") == Json({"run", job.id, "1"}));
  CHECK(fresh.book.cancel(job).state == JobState::cancelled);
  CHECK(fresh.told.stopped == std::vector{job.id});
}

TEST_CASE("a status that a dead worker left damaged does not keep its table", "[fault:8]") {
  WithBook fresh;
  const Job job = fresh.fit();
  const JobFolder folder = fresh.book.folder(job);
  {
    const tests::WorkerProcess worker(folder, [&] {
      files::write_file(folder.path() / "status.json", "{", files::AtomicFile::IfExists::replace);
    });
  }
  CHECK(fresh.look(job).state == JobState::lost);
  CHECK_FALSE(std::filesystem::exists(folder.work_file(store::k_table_file)));
}

TEST_CASE("a job whose folder was removed is lost") {
  WithBook fresh;
  const Job job = fresh.fit();
  std::filesystem::remove_all(fresh.book.folder(job).path());
  CHECK(fresh.look(job).state == JobState::lost);
}

TEST_CASE("many that look at a dead worker's job at once agree") {
  WithBook fresh;
  const Job job = fresh.fit();
  tests::WorkerProcess worker(fresh.book.folder(job));
  worker.kill_hard();
  std::atomic<int> lost = 0;
  std::vector<std::thread> crowd;
  for (int i = 0; i < 8; ++i) {
    crowd.emplace_back([&] {
      const auto own = fresh.open();
      tests::Told told;
      JobBook book(*own, std::make_unique<tests::ToldRunner>(told));
      // While one of them writes it down, the others still see it running.
      const auto patience = std::chrono::steady_clock::now() + std::chrono::seconds(30);
      while (std::chrono::steady_clock::now() < patience) {
        if (book.find("alice", job.id).state != JobState::lost) continue;
        ++lost;
        return;
      }
    });
  }
  for (std::thread& one : crowd) one.join();
  CHECK(lost == 8);
}

TEST_CASE("another user's job is not found, and lists hold one's own") {
  WithBook fresh;
  const Job job = fresh.sample();
  CHECK(raised([&] { fresh.book.find("bob", job.id); }).kind() == Kind::no_input);
  CHECK(fresh.book.list("bob", std::nullopt, 10).empty());
  CHECK(fresh.book.list("alice", std::nullopt, 10).size() == 1);
}

}  // namespace ctgan::server::jobs
