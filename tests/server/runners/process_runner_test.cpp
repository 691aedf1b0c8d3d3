#include "server/runners/process_runner.h"

#include "common/errors/error.h"
#include "server/runners/runners.h"
#include "tests/catch.h"
#include "tests/raises.h"
#include "tests/server/runners/runner_suite.h"
#include "tests/temporary_folder.h"

namespace ctgan::server::runners {

TEST_CASE("detached processes keep what every runner keeps") {
  const tests::TemporaryFolder folder;
  tests::RunnerSuite(folder.path(), [](const store::Layout& layout, const std::filesystem::path& program) {
    return std::make_unique<ProcessRunner>(WorkerCommand{layout, program});
  }).check_all();
}

TEST_CASE(
    "a process that has got the number of a dead worker is not stopped, and one of another boot unknown") {
  const tests::TemporaryFolder folder;
  const tests::RunnerSuite suite(folder.path(),
                                 [](const store::Layout& layout, const std::filesystem::path& program) {
                                   return std::make_unique<ProcessRunner>(WorkerCommand{layout, program});
                                 });
  const auto job = suite.make_job('a');
  const jobs::Json record = suite.start(job);
  REQUIRE(suite.eventually([&] { return suite.has_run(job); }));
  auto process = *process::process_id_from_text(record.at("process").get<std::string>());
  jobs::Json reused = record, rebooted = record;
  process.start += "1";
  reused["process"] = process::to_text(process);
  process = *process::process_id_from_text(record.at("process").get<std::string>());
  process.boot = "00000000-0000-0000-0000-000000000000";
  rebooted["process"] = process::to_text(process);
  CHECK(suite.look(job, reused) == jobs::Whereabouts::gone);
  CHECK(suite.look(job, rebooted) == jobs::Whereabouts::unknown);
  suite.runner()->stop(suite.id_of(job), reused);
  suite.runner()->stop(suite.id_of(job), rebooted);
  CHECK(suite.look(job, record) == jobs::Whereabouts::alive);
  suite.let_end(job);
}

TEST_CASE("an unknown runner is an error of the settings, with the known ones") {
  const store::Layout layout("/nowhere");
  settings::Settings settings;
  CHECK(make_runner(settings, layout)->name() == "process");
  settings.runner = "proces";
  const auto error = tests::raised([&] { make_runner(settings, layout); });
  CHECK(error.kind() == errors::Kind::configuration);
  CHECK_THAT(error.hint(), Catch::Contains("'process'"));
}

}  // namespace ctgan::server::runners
