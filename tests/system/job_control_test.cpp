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
  files::write_file(settings, R"({"limits": {"running_jobs": 1, "job_threads": 1}})",
                    files::AtomicFile::IfExists::replace);
  const std::string running = submit_long_fit(laptop);
  wait_for(laptop, running, "running");
  const std::string waiting = submit(laptop, {"sample", "latest", "-n", "10"});
  const std::string behind = submit(laptop, {"sample", "latest", "-n", "20"});
  CHECK_THAT(show(laptop, waiting).out, Catch::Contains("queued"));

  auto followed = std::async(std::launch::async, [&] {
    return laptop.run({"manage", "jobs", "follow", behind});
  });
  std::this_thread::sleep_for(std::chrono::milliseconds(500));
  SECTION("it is cancelled") {
    CHECK(laptop.run({"manage", "jobs", "cancel", running}).code == 0);
  }
  SECTION("its worker is killed") {
    std::ifstream lock(laptop.local_store() / "jobs" / running / "lock");
    pid_t worker = 0;
    REQUIRE(lock >> worker);
    kill(worker, SIGKILL);
  }
  const Outcome end = followed.get();
  INFO(end);
  CHECK(end.code == 0);
  CHECK_THAT(end.err, Catch::Contains("The job waits; 1 is before it"));
  CHECK_THAT(last_line(end.out), Catch::Contains("_20_synthetic.csv.gz"));
  CHECK_THAT(show(laptop, waiting).out, Catch::Contains("done"));
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

}  // namespace ctgan::tests
