// manage jobs: what works on the server is seen, followed and ended, from the submission to its last word.
#include <signal.h>

#include <chrono>
#include <fstream>
#include <future>
#include <thread>

#include "common/files/file.h"
#include "tests/catch.h"
#include "tests/system/laptop.h"

namespace ctgan::tests {
namespace {

namespace fs = std::filesystem;
using std::chrono::seconds;
using std::chrono::steady_clock;

// Submits it, and prints the job.
std::string submit(const Laptop& laptop, std::vector<std::string> argv) {
  argv.insert(argv.end(), {"--detach", "--batch"});
  const Outcome submitted = laptop.run(std::move(argv));
  INFO(submitted);
  REQUIRE(submitted.code == 0);
  return last_line(submitted.out);
}

// A fit that takes minutes.
std::string submit_long_fit(const Laptop& laptop) {
  return submit(laptop, {"fit", laptop.write_table("people.csv", small_table(2000)), "--epochs", "10000"});
}

Outcome show(const Laptop& laptop, const std::string& job) {
  return laptop.run({"manage", "jobs", "show", job});
}

void wait_for(const Laptop& laptop, const std::string& job, const std::string& state) {
  const auto end = steady_clock::now() + seconds(30);
  for (;;) {
    const Outcome shown = show(laptop, job);
    if (shown.out.find(state) != std::string::npos) return;
    INFO(shown);
    REQUIRE(steady_clock::now() < end);
    std::this_thread::sleep_for(std::chrono::milliseconds(50));
  }
}

std::vector<std::string> models_of(const Laptop& laptop) {
  std::vector<std::string> found;
  for (const std::string& name : files_under(laptop.local_store()))
    if (name.find("model_database/") != std::string::npos) found.push_back(name);
  return found;
}

void kill_worker(const Laptop& laptop, const std::string& job) {
  std::ifstream lock(laptop.local_store() / "jobs" / job / "lock");
  pid_t worker = 0;
  REQUIRE(lock >> worker);
  kill(worker, SIGKILL);
}

}  // namespace

TEST_CASE("a fit that trains is cancelled within two seconds, and nothing of it stays", "[fault:9]") {
  const Laptop laptop;
  const std::string job = submit_long_fit(laptop);
  wait_for(laptop, job, "running");
  const auto start = steady_clock::now();
  const Outcome cancel = laptop.run({"manage", "jobs", "cancel", "latest"});
  CHECK(steady_clock::now() - start < seconds(2));
  INFO(cancel);
  CHECK(cancel.code == 0);
  CHECK_THAT(cancel.err, Catch::Contains("Cancelled " + job));
  CHECK_THAT(show(laptop, job).out, Catch::Contains("cancelled"));
  CHECK(models_of(laptop).empty());
  for (const auto& [name, content] : contents_under(laptop.local_store())) {
    INFO(name);
    CHECK(content.find("Athens") == std::string::npos);
  }

  SECTION("cancelled again it is cancelled") {
    CHECK(laptop.run({"manage", "jobs", "cancel", job}).code == 0);
  }
  SECTION("whoever follows it hears so") {
    for (const std::vector<std::string>& argv : {std::vector<std::string>{"fit", "--attach", "latest"},
                                                 {"manage", "jobs", "follow", job.substr(0, 6)}}) {
      const Outcome followed = laptop.run(argv);
      INFO(followed);
      CHECK(followed.code == 81);
      CHECK_THAT(followed.err, Catch::Contains("the job '" + job + "' was cancelled"));
    }
  }
}

TEST_CASE("a sample that draws is cancelled, and its rows go", "[fault:9]") {
  const Laptop laptop;
  REQUIRE(laptop.run(quick_fit(laptop.write_table("people.csv", small_table(400)))).code == 0);
  const std::string job = submit(laptop, {"sample", "latest", "-n", "500000000"});
  wait_for(laptop, job, "running");
  CHECK(laptop.run({"manage", "jobs", "cancel", job.substr(0, 8)}).code == 0);
  CHECK_THAT(show(laptop, job).out, Catch::Contains("cancelled"));
  for (const std::string& name : files_under(laptop.local_store()))
    CHECK(name.find("csv.gz") == std::string::npos);
}

TEST_CASE("jobs are listed newest first, with what they are of and what came of them") {
  const Laptop laptop;
  REQUIRE(laptop.run(quick_fit(laptop.write_table("people.csv", small_table(400)))).code == 0);
  const std::string job = submit(laptop, {"sample", "latest", "-n", "10"});
  const Outcome followed = laptop.run({"manage", "jobs", "follow", job});
  INFO(followed);
  REQUIRE(followed.code == 0);
  CHECK_THAT(last_line(followed.out), Catch::Contains("_10_synthetic.csv.gz"));

  const Outcome list = laptop.run({"manage", "jobs", "list"});
  INFO(list);
  const auto sample = list.out.find("sample"), fit = list.out.find("fit");
  REQUIRE(sample != std::string::npos);
  REQUIRE(fit != std::string::npos);
  CHECK(sample < fit);
  CHECK_THAT(list.out, Catch::Contains("10 rows") && Catch::Contains("people"));
  CHECK_THAT(list.out, Catch::Contains(job.substr(0, 12)));

  const Outcome late = laptop.run({"manage", "jobs", "cancel", job});
  INFO(late);
  CHECK(late.code == 0);
  CHECK_THAT(late.err, Catch::Contains("had ended before: done"));
}

TEST_CASE("jobs beyond the server's limit wait, say so, and go on whatever becomes of the one that runs") {
  const Laptop laptop;
  REQUIRE(laptop.run(quick_fit(laptop.write_table("people.csv", small_table(400)))).code == 0);
  const fs::path settings = laptop.local_store() / "settings.json";
  files::write_file(settings, R"({"limits": {"running_jobs": 1, "kept_for_samples": 0, "job_threads": 1}})",
                    files::AtomicFile::IfExists::replace);
  const std::string running = submit_long_fit(laptop);
  wait_for(laptop, running, "running");
  const std::string waiting = submit(laptop, {"sample", "latest", "-n", "10"});
  const std::string behind = submit(laptop, {"sample", "latest", "-n", "20"});
  CHECK_THAT(show(laptop, waiting).out,
             Catch::Contains("queued") && Catch::Contains("the server runs 1 at the same time, and does"));

  auto followed = std::async(std::launch::async, [&] {
    return laptop.run({"manage", "jobs", "follow", behind});
  });
  std::this_thread::sleep_for(std::chrono::milliseconds(500));
  SECTION("it is cancelled") {
    CHECK(laptop.run({"manage", "jobs", "cancel", running}).code == 0);
  }
  SECTION("its worker is killed") {
    kill_worker(laptop, running);
  }
  const Outcome end = followed.get();
  INFO(end);
  CHECK(end.code == 0);
  CHECK_THAT(end.err, Catch::Contains("The job waits; 1 is before it"));
  CHECK_THAT(last_line(end.out), Catch::Contains("_20_synthetic.csv.gz"));
  CHECK_THAT(show(laptop, waiting).out, Catch::Contains("done"));
}

TEST_CASE("a sample does not wait for a fit") {
  const Laptop laptop;
  REQUIRE(laptop.run(quick_fit(laptop.write_table("people.csv", small_table(400)))).code == 0);
  files::write_file(laptop.local_store() / "settings.json",
                    R"({"limits": {"running_jobs": 1, "job_threads": 1}})",
                    files::AtomicFile::IfExists::replace);
  const std::string running = submit_long_fit(laptop);
  wait_for(laptop, running, "running");
  const Outcome sample = laptop.run({"sample", "latest", "-n", "10"});
  INFO(sample);
  CHECK(sample.code == 0);
  CHECK_THAT(show(laptop, running).out, Catch::Contains("running"));
  CHECK(laptop.run({"manage", "jobs", "cancel", running}).code == 0);
}

TEST_CASE("a word that means no job, or more than one, is refused with the next step") {
  const Laptop laptop;
  const Outcome none = laptop.run({"manage", "jobs", "show", "latest"});
  CHECK(none.code == 66);
  CHECK_THAT(none.err, Catch::Contains("'manage jobs list' shows them"));
  REQUIRE(laptop.run(quick_fit(laptop.write_table("people.csv", small_table(400)))).code == 0);
  CHECK(laptop.run({"manage", "jobs", "cancel", "people"}).code == 66);
  for (int i = 0; i < 17; ++i) submit(laptop, {"sample", "latest", "-n", "1"});
  // Of eighteen ids two begin with the same digit.
  int ambiguous = 0;
  for (const char digit : std::string("0123456789abcdef")) {
    const Outcome shown = show(laptop, std::string(1, digit));
    if (shown.code != 64) continue;
    ++ambiguous;
    CHECK_THAT(shown.err, Catch::Contains("more than one job begins with"));
  }
  CHECK(ambiguous > 0);
}

TEST_CASE("a fit that got lost is submitted again with the same table, and no other") {
  const Laptop laptop;
  const std::string job = submit_long_fit(laptop);
  wait_for(laptop, job, "running");
  CHECK(laptop.run({"manage", "jobs", "retry", job}).code == 64);
  kill_worker(laptop, job);
  wait_for(laptop, job, "lost");
  const auto jobs = [&] { return laptop.run({"manage", "jobs", "list", "--json"}).out; };

  SECTION("by --attach, which goes on with the new job") {
    auto attached = std::async(std::launch::async, [&] { return laptop.run({"fit", "--attach", job}); });
    const auto end = steady_clock::now() + seconds(30);
    const auto has_two = [&] {
      const std::string listed = jobs();
      return listed.find("\"fit\"") != listed.rfind("\"fit\"");
    };
    while (!has_two() && steady_clock::now() < end)
      std::this_thread::sleep_for(std::chrono::milliseconds(50));
    CHECK(laptop.run({"manage", "jobs", "cancel", "latest"}).code == 0);
    const Outcome outcome = attached.get();
    INFO(outcome);
    CHECK(outcome.code == 81);
    CHECK_THAT(outcome.err,
               Catch::Contains("was lost") && Catch::Contains("does what " + job + " was asked for"));
  }
  SECTION("once, however often it is asked for, until that has ended without a result as well") {
    const std::vector<std::string> retry{"manage", "jobs", "retry", job, "--detach"};
    const std::string first = last_line(laptop.run(retry).out);
    CHECK(last_line(laptop.run(retry).out) == first);
    CHECK(laptop.run({"manage", "jobs", "cancel", first}).code == 0);
    const std::string second = last_line(laptop.run(retry).out);
    CHECK(second != first);
    CHECK_THAT(show(laptop, second).out, Catch::Contains("retry of   " + first));
    CHECK(laptop.run({"manage", "jobs", "cancel", second}).code == 0);
  }
  SECTION("not when its bytes are others now") {
    laptop.write_table("people.csv", small_table(10));
    for (const std::vector<std::string>& argv :
         {std::vector<std::string>{"fit", "--attach", job}, {"manage", "jobs", "retry", job}}) {
      const Outcome refused = laptop.run(argv);
      INFO(refused);
      CHECK(refused.code == 65);
      CHECK_THAT(refused.err, Catch::Contains("is not the table that the job '" + job + "' was given"));
    }
    for (const std::string& name : files_under(laptop.local_store() / "inbox"))
      CHECK_FALSE(name.ends_with("table"));
  }
  SECTION("by name where this machine does not know it") {
    fs::remove_all(laptop.home() / ".local/state/ctgan/tables");
    CHECK(laptop.run({"fit", "--attach", job}).code == 82);
    const Outcome retry = laptop.run({"manage", "jobs", "retry", job});
    CHECK(retry.code == 66);
    CHECK_THAT(retry.err, Catch::Contains("--file FILE"));
    const Outcome named =
        laptop.run({"manage", "jobs", "retry", job, "--file", "original_data/people.csv", "--detach"});
    INFO(named);
    REQUIRE(named.code == 0);
    CHECK_THAT(show(laptop, last_line(named.out)).out, Catch::Contains("retry of   " + job));
    CHECK(laptop.run({"manage", "jobs", "cancel", "latest"}).code == 0);
  }
}

TEST_CASE(
    "a fit that keeps checkpoints goes on when its worker is killed, to the model of an undisturbed one") {
  const Laptop laptop, undisturbed;
  const std::vector<std::string> options{"--epochs", "150",         "--batch-size", "100",
                                         "--seed",   "7",           "--batch",      "--checkpoint",
                                         "0.001",    "--no-report", "--name",       "people"};
  const auto argv_for = [&](const Laptop& where, std::vector<std::string> more) {
    std::vector<std::string> argv{"fit", where.write_table("people.csv", small_table(1000))};
    argv.insert(argv.end(), options.begin(), options.end());
    argv.insert(argv.end(), more.begin(), more.end());
    return argv;
  };
  const Outcome submitted = laptop.run(argv_for(laptop, {"--detach"}));
  INFO(submitted);
  REQUIRE(submitted.code == 0);
  const std::string job = last_line(submitted.out);
  const fs::path folder = laptop.local_store() / "jobs" / job;
  // Twice, each time behind a checkpoint of its own.
  for (int deaths = 1; deaths <= 2; ++deaths) {
    const auto end = steady_clock::now() + seconds(60);
    const auto is_behind_a_checkpoint = [&] {
      std::error_code none;
      const auto kept = fs::last_write_time(folder / "checkpoint", none);
      if (none || !fs::exists(folder / ("attempt-" + std::to_string(deaths)))) return false;
      return kept > fs::last_write_time(folder / ("attempt-" + std::to_string(deaths)));
    };
    while (!is_behind_a_checkpoint() && steady_clock::now() < end)
      std::this_thread::sleep_for(std::chrono::milliseconds(5));
    REQUIRE(is_behind_a_checkpoint());
    kill_worker(laptop, job);
    show(laptop, job);
  }
  const Outcome followed = laptop.run({"fit", "--attach", job});
  INFO(followed);
  REQUIRE(followed.code == 0);
  CHECK(fs::exists(folder / "attempt-3"));
  CHECK_THAT(followed.err, Catch::Contains("goes on"));
  // Nothing of the table stays once the fit has ended.
  for (const auto& [name, content] : contents_under(folder)) {
    INFO(name);
    CHECK(content.find("Athens") == std::string::npos);
  }
  CHECK_FALSE(fs::exists(folder / "checkpoint"));
  const Outcome whole = undisturbed.run(argv_for(undisturbed, {}));
  INFO(whole);
  REQUIRE(whole.code == 0);
  const auto model_of = [](const Laptop& where) {
    for (const auto& [name, content] : contents_under(where.local_store()))
      if (name.ends_with("_model.gz")) return content;
    return std::string();
  };
  CHECK(!model_of(laptop).empty());
  CHECK(model_of(laptop) == model_of(undisturbed));
}

TEST_CASE("a sample that was cancelled is drawn again, with the same seed") {
  const Laptop laptop;
  REQUIRE(laptop.run(quick_fit(laptop.write_table("people.csv", small_table(400)))).code == 0);
  const std::string job = submit(laptop, {"sample", "latest", "-n", "500000000", "--seed", "5"});
  CHECK(laptop.run({"manage", "jobs", "cancel", job}).code == 0);
  const Outcome retry = laptop.run({"manage", "jobs", "retry", "latest", "--detach"});
  INFO(retry);
  REQUIRE(retry.code == 0);
  const Outcome shown = laptop.run({"manage", "jobs", "show", "latest", "--json"});
  CHECK_THAT(shown.out, Catch::Contains("\"seed\":5") && Catch::Contains("\"retry_of\":\"" + job));
  CHECK(laptop.run({"manage", "jobs", "cancel", "latest"}).code == 0);
}

TEST_CASE(
    "an evaluation is a job: it is listed, cancelled by another terminal, and keeps none of its tables") {
  const Laptop laptop;
  const std::string original = laptop.write_table("people.csv", small_table(20000));
  const std::string made = laptop.write_table("made.csv", small_table(20001));
  auto evaluated = std::async(std::launch::async, [&] {
    return laptop.run(
        {"manage", "evaluate", "--original", original, "--synthetic", made, "--held-out", original});
  });
  const auto end = steady_clock::now() + seconds(30);
  while (laptop.run({"manage", "jobs", "list"}).out.find("running") == std::string::npos &&
         steady_clock::now() < end)
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
  CHECK_THAT(laptop.run({"manage", "jobs", "list"}).out,
             Catch::Contains("evaluate") && Catch::Contains("people.csv"));
  const auto start = steady_clock::now();
  CHECK(laptop.run({"manage", "jobs", "cancel", "latest"}).code == 0);
  CHECK(steady_clock::now() - start < seconds(2));
  const Outcome outcome = evaluated.get();
  INFO(outcome);
  CHECK(outcome.code == 81);
  for (const auto& [name, content] : contents_under(laptop.local_store())) {
    INFO(name);
    CHECK(content.find("Athens") == std::string::npos);
  }
}

}  // namespace ctgan::tests
