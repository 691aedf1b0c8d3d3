#include "server/runners/cloud_runner.h"

#include <fcntl.h>
#include <sys/stat.h>

#include <algorithm>
#include <ctime>

#include "common/errors/error.h"
#include "server/runners/runners.h"
#include "tests/catch.h"
#include "tests/raises.h"
#include "tests/server/runners/fake_tools.h"

namespace ctgan::server::runners {

using errors::Kind;
using jobs::Json;
using jobs::Whereabouts;
using tests::raised;

namespace {

bool has(const std::vector<std::string>& words, const std::string& word) {
  return std::find(words.begin(), words.end(), word) != words.end();
}

// What was seen is old enough to be asked for again.
void let_time_pass(const tests::FakeTools& tools) {
  const std::time_t then = std::time(nullptr) - 11;
  const timespec past[2] = {{then, 0}, {then, 0}};
  const auto path = tools.layout().job(tools.id) / "sight.json";
  REQUIRE(utimensat(AT_FDCWD, path.c_str(), past, 0) == 0);
}

struct FakeAws : tests::FakeTools {
  FakeAws() : FakeTools({"aws"}) {}
  AwsBatchRunner runner() const {
    settings::AwsBatchSettings settings;
    settings.queue = "main queue";
    settings.definition = "worker:3";
    settings.region = "eu-central-1";
    settings.worker.root = "/mnt/ctgan";
    settings.worker.program = "/usr/bin/ctgan-server";
    settings.worker.options = {"--share-identifier", "lab"};
    settings.worker.deadline_seconds = 1;
    return {settings, {layout(), "/opt/ctgan-server"}};
  }
  void job(const std::string& fields) const {
    answer("aws", R"({"jobs":[{"jobId":"j-1",)" + fields + "}]}", 0);
  }
};

struct FakeGcloud : tests::FakeTools {
  FakeGcloud() : FakeTools({"gcloud"}) {}
  CloudRunRunner runner() const {
    settings::CloudRunSettings settings;
    settings.job = "worker";
    settings.region = "europe-west1";
    settings.worker.root = "/mnt/a,b";
    settings.worker.deadline_seconds = 1;
    return {settings, {layout(), "/opt/ctgan-server"}};
  }
  void status(const std::string& fields) const {
    answer("gcloud", R"({"metadata":{"name":"worker-x1"},"status":{)" + fields + "}}", 0);
  }
};

Json started(jobs::JobRunner& runner, const std::string& job) {
  Json record = runner.prepare(job, 1);
  record["start"] = 1;
  runner.start(job, record);
  return record;
}

}  // namespace

TEST_CASE(
    "a job of AWS Batch is submitted with its worker's words as they are where the container has the store") {
  const FakeAws aws;
  aws.answer("aws", R"({"jobArn":"arn","jobName":"n","jobId":"j-1"})", 0);
  auto runner = aws.runner();
  const Json record = started(runner, aws.id);
  CHECK(record.at("id") == "j-1");
  const auto asked = aws.asked("aws");
  CHECK(std::vector<std::string>(asked.begin(), asked.begin() + 8) ==
        std::vector<std::string>{"batch", "submit-job", "--job-name", "ctgan-" + aws.id + "-1", "--job-queue",
                                 "main queue", "--job-definition", "worker:3"});
  CHECK(Json::parse(asked.at(9)) ==
        Json{{"command", {"/usr/bin/ctgan-server", "--root", "/mnt/ctgan", "work", aws.id}}});
  CHECK(has(asked, "eu-central-1"));
  CHECK(has(asked, "lab"));
  const std::vector<std::string> kept = record.at("command");
  CHECK(std::vector<std::string>(kept.begin() + 1, kept.end()) == asked);
}

TEST_CASE("rows that several workers draw are an array, whose first task is the job's") {
  const FakeAws aws;
  aws.write("store/jobs/" + aws.id + "/request.json", R"({"kind":"sample","shards":8})");
  aws.answer("aws", R"({"jobId":"j-1"})", 0);
  auto runner = aws.runner();
  const Json record = started(runner, aws.id);
  const auto asked = aws.asked("aws");
  CHECK(has(asked, "size=8"));
  CHECK_THAT(asked.at(9), Catch::Contains(R"("--shard-from","AWS_BATCH_JOB_ARRAY_INDEX")"));
  aws.forget("aws");
  aws.job(R"("status":"RUNNING")");
  CHECK(runner.look(aws.id, record).whereabouts == Whereabouts::alive);
  CHECK(has(aws.asked("aws"), "j-1:0"));

  const FakeGcloud gcloud;
  gcloud.write("store/jobs/" + gcloud.id + "/request.json", R"({"kind":"sample","shards":8})");
  const std::vector<std::string> command = gcloud.runner().prepare(gcloud.id, 1).at("command");
  CHECK(has(command, "--tasks=8"));
  CHECK(has(command, "--args=^|^--root|/mnt/a,b|work|--shard-from|CLOUD_RUN_TASK_INDEX|" + gcloud.id));
}

TEST_CASE("every state of AWS Batch is one of a start's whereabouts") {
  const FakeAws aws;
  auto runner = aws.runner();
  const Json record{{"name", "ctgan-" + aws.id + "-1"}, {"id", "j-1"}, {"start", 1}};
  bool first = true;
  const auto expect = [&](const std::string& fields, Whereabouts whereabouts, const std::string& words) {
    aws.job(fields);
    if (!first) let_time_pass(aws);
    first = false;
    const auto sight = runner.look(aws.id, record);
    INFO(fields);
    CHECK(sight.whereabouts == whereabouts);
    CHECK(sight.words == words);
  };
  for (const char* state : {"SUBMITTED", "PENDING", "RUNNABLE", "STARTING"})
    expect(R"("status":")" + std::string(state) + "\"", Whereabouts::waiting, state);
  expect(R"("status":"RUNNING")", Whereabouts::alive, "RUNNING");
  expect(R"("status":"SUCCEEDED")", Whereabouts::gone, "the cloud says SUCCEEDED");
  expect(R"("status":"FAILED","statusReason":"Host EC2 (instance i-0) terminated.")", Whereabouts::gone,
         "the cloud says FAILED (Host EC2 (instance i-0) terminated.)");
  expect(R"("status":"FAILED","isTerminated":true,"statusReason":"by the administrator")",
         Whereabouts::withdrawn, "the cloud says FAILED (by the administrator)");
  aws.answer("aws", R"({"jobs":[]})", 0);
  let_time_pass(aws);
  CHECK(runner.look(aws.id, record).whereabouts == Whereabouts::unknown);
}

TEST_CASE("a job of AWS Batch whose answer was lost is found by its name, and by nobody else's") {
  const FakeAws aws;
  auto runner = aws.runner();
  const Json record = runner.prepare(aws.id, 1);
  aws.answer("aws", R"({"jobSummaryList":[{"jobId":"j-9","jobName":"ctgan-other-1"}]})", 0);
  CHECK(runner.look(aws.id, record).whereabouts == Whereabouts::unknown);
  // The tool answers both questions with what holds both answers.
  aws.answer("aws",
             R"({"jobSummaryList":[{"jobId":"j-1","jobName":"ctgan-)" + aws.id +
                 R"(-1"}],"jobs":[{"jobId":"j-1","status":"RUNNABLE"}]})",
             0);
  let_time_pass(aws);
  CHECK(runner.look(aws.id, record).whereabouts == Whereabouts::waiting);
  CHECK(has(aws.asked("aws"), "name=JOB_NAME,values=ctgan-" + aws.id + "-1"));
}

TEST_CASE("a job of AWS Batch is taken back and terminated; that it is too late for the one is no fault") {
  const FakeAws aws;
  auto runner = aws.runner();
  const Json record{{"name", "n"}, {"id", "j-1"}};
  aws.answer("aws", "", 0, "", R"(case "$2" in cancel-job) exit 254;; esac)");
  runner.stop(aws.id, record);
  const auto asked = aws.asked("aws");
  CHECK(has(asked, "cancel-job"));
  CHECK(has(asked, "terminate-job"));
  CHECK(std::count(asked.begin(), asked.end(), "j-1") == 2);
  aws.answer("aws", "", 255, "Unable to locate credentials\n");
  const auto error = raised([&] { runner.stop(aws.id, record); });
  CHECK(error.kind() == Kind::try_again);
  CHECK_THAT(error.sentence(), Catch::Contains("Unable to locate credentials"));
}

TEST_CASE("a tool that fails or hangs says nothing of a job, and is not asked by everybody at once") {
  const FakeAws aws;
  auto runner = aws.runner();
  const Json record{{"name", "n"}, {"id", "j-1"}, {"start", 1}};
  SECTION("fails") {
    aws.answer("aws", "", 255, "Could not connect to the endpoint URL\n");
  }
  SECTION("hangs") {
    aws.answer("aws", "", 0, "", "sleep 30");
  }
  SECTION("answers nonsense") {
    aws.answer("aws", "<html>", 0);
  }
  SECTION("answers something else") {
    aws.answer("aws", R"({"Jobs":1})", 0);
  }
  CHECK(runner.look(aws.id, record).whereabouts == Whereabouts::waiting);
  const auto asked = aws.asked("aws");
  CHECK(aws.runner().look(aws.id, record).whereabouts == Whereabouts::waiting);
  CHECK(aws.asked("aws") == asked);
  // Another start is another thing.
  Json second = record;
  second["start"] = 2;
  runner.look(aws.id, second);
  CHECK(aws.asked("aws").size() > asked.size());
}

TEST_CASE("a submission that fails may have reached the cloud") {
  const FakeAws aws;
  auto runner = aws.runner();
  Json record = runner.prepare(aws.id, 1);
  aws.answer("aws", "", 255, "Read timeout on endpoint URL\n");
  CHECK(raised([&] { runner.start(aws.id, record); }).kind() == Kind::try_again);
}

TEST_CASE("a Cloud Run job is executed with the worker's words as a list whose separator no path has") {
  const FakeGcloud gcloud;
  gcloud.answer("gcloud", R"({"metadata":{"name":"worker-x1"}})", 0);
  auto runner = gcloud.runner();
  const Json record = started(runner, gcloud.id);
  CHECK(record.at("id") == "worker-x1");
  const auto asked = gcloud.asked("gcloud");
  CHECK(std::vector<std::string>(asked.begin(), asked.begin() + 5) ==
        std::vector<std::string>{"run", "jobs", "execute", "worker",
                                 "--args=^|^--root|/mnt/a,b|work|" + gcloud.id});
  CHECK(has(asked, "--async"));
  CHECK(has(asked, "--region=europe-west1"));
}

TEST_CASE("every condition of a Cloud Run execution is one of a start's whereabouts") {
  const FakeGcloud gcloud;
  auto runner = gcloud.runner();
  const Json record{{"id", "worker-x1"}, {"start", 1}};
  bool first = true;
  const auto expect = [&](const std::string& fields, Whereabouts whereabouts, const std::string& words) {
    gcloud.status(fields);
    if (!first) let_time_pass(gcloud);
    first = false;
    const auto sight = runner.look(gcloud.id, record);
    INFO(fields);
    CHECK(sight.whereabouts == whereabouts);
    CHECK(sight.words == words);
  };
  const auto completed = [](const std::string& status, const std::string& more) {
    return R"("conditions":[{"type":"ResourcesAvailable","status":"True"},{"type":"Completed","status":")" +
           status + "\"" + more + "}]";
  };
  expect("", Whereabouts::waiting, "not running yet");
  expect(completed("Unknown", ""), Whereabouts::waiting, "not running yet");
  expect(completed("Unknown", "") + R"(,"runningCount":1)", Whereabouts::alive, "running");
  expect(completed("True", R"(,"message":"Execution completed successfully.")"), Whereabouts::gone,
         "the cloud says Execution completed successfully.");
  expect(
      completed("False", R"(,"reason":"NonZeroExitCode","message":"Task failed.")") + R"(,"failedCount":1)",
      Whereabouts::gone, "the cloud says Task failed.");
  expect(completed("False", R"(,"reason":"Cancelled")") + R"(,"cancelledCount":1)", Whereabouts::withdrawn,
         "the cloud says Cancelled");
}

TEST_CASE(
    "a Cloud Run execution whose answer was lost is found by its arguments, and cancelled by its name") {
  const FakeGcloud gcloud;
  auto runner = gcloud.runner();
  const auto execution = [](const std::string& name, const std::string& job) {
    return R"({"metadata":{"name":")" + name +
           R"("},"spec":{"template":{"spec":{"containers":[{"args":["work",")" + job + R"("]}]}}}})";
  };
  gcloud.answer("gcloud", "[" + execution("worker-a", "other") + "," + execution("worker-b", gcloud.id) + "]",
                0);
  runner.stop(gcloud.id, Json{{"start", 1}});
  const auto asked = gcloud.asked("gcloud");
  CHECK(has(asked, "cancel"));
  CHECK(has(asked, "worker-b"));
  CHECK_FALSE(has(asked, "worker-a"));
  gcloud.forget("gcloud");
  gcloud.answer("gcloud", "[]", 0);
  runner.stop(gcloud.id, Json{{"start", 1}});
  CHECK_FALSE(has(gcloud.asked("gcloud"), "cancel"));
}

TEST_CASE("a cloud's runner without its queue or job is an error of the settings that names the key") {
  settings::Settings settings;
  const store::Layout layout("/nowhere");
  settings.runner = "aws-batch";
  CHECK_THAT(raised([&] { make_runner(settings, layout); }).sentence(), Catch::Contains("'aws_batch.queue'"));
  settings.runner = "cloud-run";
  CHECK_THAT(raised([&] { make_runner(settings, layout); }).sentence(), Catch::Contains("'cloud_run.job'"));
}

}  // namespace ctgan::server::runners
