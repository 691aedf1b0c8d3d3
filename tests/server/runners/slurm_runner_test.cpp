#include "server/runners/slurm_runner.h"

#include <fcntl.h>
#include <sys/stat.h>

#include <algorithm>
#include <ctime>

#include "common/errors/error.h"
#include "server/jobs/job_folder.h"
#include "tests/catch.h"
#include "tests/raises.h"
#include "tests/server/runners/fake_tools.h"

namespace ctgan::server::runners {

using errors::Kind;
using jobs::Json;
using jobs::Whereabouts;
using tests::raised;

namespace {

struct FakeSlurm : tests::FakeTools {
  FakeSlurm() : FakeTools({"sbatch", "squeue", "sacct", "scancel"}) {}

  SlurmRunner runner() const {
    settings::SlurmSettings settings;
    settings.options = {"--partition=main", "--comment=a b;c"};
    settings.cpus = 3;
    settings.deadline_seconds = 1;
    return {settings, {layout(), "/opt/my tools/ctgan-server"}};
  }
  void queue(const std::string& state, const std::string& reason, int start = 1) const {
    answer("squeue",
           "other|N/A|RUNNING|None\nctgan-" + id + "-" + std::to_string(start) + "|N/A|" + state + "|" +
               reason + "\n",
           0);
  }
};

}  // namespace

TEST_CASE(
    "sbatch gets the worker's words one by one, and the record keeps them before the job is on its way") {
  const FakeSlurm slurm;
  slurm.answer("sbatch", "42;cluster\n", 0);
  auto runner = slurm.runner();
  Json record = runner.prepare(slurm.id, 2);
  CHECK(record.at("name") == "ctgan-" + slurm.id + "-2");
  CHECK(slurm.asked("sbatch").empty());
  runner.start(slurm.id, record);
  CHECK(record.at("id") == "42");
  const auto asked = slurm.asked("sbatch");
  const auto has = [&](const std::string& word) {
    return std::find(asked.begin(), asked.end(), word) != asked.end();
  };
  CHECK(has("--job-name=ctgan-" + slurm.id + "-2"));
  CHECK(has("--open-mode=append"));
  CHECK(has("--no-requeue"));
  CHECK(has("--cpus-per-task=3"));
  CHECK(has("--comment=a b;c"));
  CHECK(has("/opt/my tools/ctgan-server"));
  CHECK(asked.back() == slurm.id);
  std::vector<std::string> command = record.at("command");
  CHECK(std::vector<std::string>(command.begin() + 1, command.end()) == asked);
}

TEST_CASE("a job that keeps checkpoints may be requeued") {
  const FakeSlurm slurm;
  slurm.write("store/jobs/" + slurm.id + "/request.json", R"({"checkpoint":10})");
  slurm.write("store/jobs/" + slurm.id + "/table", "rows");
  const Json command = slurm.runner().prepare(slurm.id, 1).at("command");
  CHECK(std::find(command.begin(), command.end(), "--requeue") != command.end());
}

TEST_CASE("rows that several workers draw are an array of jobs, of which the first is looked at") {
  const FakeSlurm slurm;
  slurm.write("store/jobs/" + slurm.id + "/request.json", R"({"kind":"sample","shards":8})");
  const Json record = slurm.runner().prepare(slurm.id, 1);
  const std::vector<std::string> command = record.at("command");
  const auto has = [&](const char* word) {
    return std::find(command.begin(), command.end(), word) != command.end();
  };
  CHECK(has("--array=0-7"));
  CHECK(has("SLURM_ARRAY_TASK_ID"));
  const std::string name = "ctgan-" + slurm.id + "-1";
  slurm.answer("squeue",
               name + "|3|PENDING|Resources\n" + name + "|0|RUNNING|None\n" + name + "|1|FAILED|None\n", 0);
  CHECK(slurm.runner().look(slurm.id, record).whereabouts == Whereabouts::alive);
}

TEST_CASE("another slurm.conf goes to every command by the environment, not by a shell") {
  const FakeSlurm slurm;
  settings::SlurmSettings settings;
  settings.conf = "/etc/slurm/other.conf";
  const Json command = SlurmRunner(settings, {slurm.layout(), "/x"}).prepare(slurm.id, 1).at("command");
  CHECK(command.at(0) == "/usr/bin/env");
  CHECK(command.at(1) == "SLURM_CONF=/etc/slurm/other.conf");
}

TEST_CASE("a refused job fails with the cluster's words; of one whose answer did not come nothing is known") {
  const FakeSlurm slurm;
  auto runner = slurm.runner();
  Json record = runner.prepare(slurm.id, 1);
  const auto start = [&] { return raised([&] { runner.start(slurm.id, record); }); };
  slurm.answer("sbatch", "", 1, "sbatch: error: invalid partition specified: main\n");
  CHECK(start().kind() == Kind::unavailable);
  CHECK_THAT(start().sentence(), Catch::Contains("invalid partition specified: main"));
  slurm.answer(
      "sbatch", "", 1,
      "sbatch: error: Batch job submission failed: Unable to contact slurm controller (connect failure)\n");
  CHECK(start().kind() == Kind::try_again);
  slurm.answer("sbatch", "", 0, "", "sleep 30");
  CHECK(start().kind() == Kind::try_again);
  CHECK_FALSE(record.contains("id"));
}

TEST_CASE("every state of Slurm is one of a start's whereabouts") {
  const FakeSlurm slurm;
  const Json record = slurm.runner().prepare(slurm.id, 1);
  const auto expect = [&](const char* state, const char* reason, Whereabouts whereabouts, const char* words) {
    slurm.queue(state, reason);
    const auto sight = slurm.runner().look(slurm.id, record);
    INFO(state);
    CHECK(sight.whereabouts == whereabouts);
    CHECK(sight.words == words);
  };
  expect("PENDING", "ReqNodeNotAvail, UnavailableNodes:n1", Whereabouts::waiting,
         "PENDING (ReqNodeNotAvail, UnavailableNodes:n1)");
  expect("CONFIGURING", "None", Whereabouts::waiting, "CONFIGURING");
  expect("REQUEUE_HOLD", "None", Whereabouts::waiting, "REQUEUE_HOLD");
  expect("RUNNING", "None", Whereabouts::alive, "RUNNING");
  expect("COMPLETING", "None", Whereabouts::alive, "COMPLETING");
  expect("SUSPENDED", "None", Whereabouts::alive, "SUSPENDED");
  expect("COMPLETED", "None", Whereabouts::gone, "the cluster says COMPLETED");
  expect("FAILED", "NonZeroExitCode", Whereabouts::gone, "the cluster says FAILED (NonZeroExitCode)");
  expect("TIMEOUT", "TimeLimit", Whereabouts::gone, "the cluster says TIMEOUT (TimeLimit)");
  expect("NODE_FAIL", "NodeDown", Whereabouts::gone, "the cluster says NODE_FAIL (NodeDown)");
  expect("OUT_OF_MEMORY", "OutOfMemory", Whereabouts::gone, "the cluster says OUT_OF_MEMORY (OutOfMemory)");
  expect("CANCELLED", "None", Whereabouts::withdrawn, "CANCELLED");
  expect("A_NEW_STATE", "None", Whereabouts::unknown, "A_NEW_STATE");
  CHECK(slurm_whereabouts("CANCELLED by 1000") == Whereabouts::withdrawn);
}

TEST_CASE("another start's line is not this one's") {
  const FakeSlurm slurm;
  slurm.queue("RUNNING", "None", 11);
  CHECK(slurm.runner().look(slurm.id, slurm.runner().prepare(slurm.id, 1)).whereabouts ==
        Whereabouts::unknown);
}

TEST_CASE("what squeue has forgotten accounting may know, and where there is none nobody does") {
  const FakeSlurm slurm;
  const Json record = slurm.runner().prepare(slurm.id, 1);
  slurm.answer("sacct", "CANCELLED by 0\n", 0);
  CHECK(slurm.runner().look(slurm.id, record).whereabouts == Whereabouts::withdrawn);
  slurm.answer("sacct", "", 1, "Slurm accounting storage is disabled\n");
  CHECK(slurm.runner().look(slurm.id, record).whereabouts == Whereabouts::unknown);
}

TEST_CASE("a controller that does not answer loses no job, and is not asked by everybody") {
  const FakeSlurm slurm;
  const Json record = slurm.runner().prepare(slurm.id, 1);
  SECTION("it hangs") {
    slurm.answer("squeue", "", 0, "", "sleep 30");
  }
  SECTION("it is away") {
    slurm.answer("squeue", "", 1,
                 "slurm_load_jobs error: Unable to contact slurm controller (connect failure)\n");
  }
  CHECK(slurm.runner().look(slurm.id, record).whereabouts == Whereabouts::waiting);
  const auto asked = slurm.asked("squeue");
  CHECK(slurm.runner().look(slurm.id, record).whereabouts == Whereabouts::waiting);
  CHECK(slurm.asked("squeue") == asked);
  // Half a minute later.
  const timespec past[2] = {{std::time(nullptr) - 31, 0}, {std::time(nullptr) - 31, 0}};
  REQUIRE(utimensat(AT_FDCWD, slurm.layout().runner_unreachable().c_str(), past, 0) == 0);
  slurm.queue("RUNNING", "None");
  CHECK(slurm.runner().look(slurm.id, record).whereabouts == Whereabouts::alive);
}

TEST_CASE(
    "a job is cancelled by its name, which is nobody else's, and a cancel that fails may be tried again") {
  const FakeSlurm slurm;
  auto runner = slurm.runner();
  const Json record = runner.prepare(slurm.id, 1);
  runner.stop(slurm.id, record);
  const auto asked = slurm.asked("scancel");
  CHECK(std::find(asked.begin(), asked.end(), "--name=ctgan-" + slurm.id + "-1") != asked.end());
  CHECK(std::find(asked.begin(), asked.end(), "--me") != asked.end());
  slurm.answer("scancel", "", 1, "scancel: error: Kill job error\n");
  CHECK(raised([&] { runner.stop(slurm.id, record); }).kind() == Kind::try_again);
}

}  // namespace ctgan::server::runners
