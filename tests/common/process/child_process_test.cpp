#include "common/process/child_process.h"

#include <signal.h>
#include <sys/stat.h>

#include <chrono>
#include <functional>
#include <thread>

#include "common/errors/error.h"
#include "common/files/descriptor.h"
#include "common/files/file.h"
#include "tests/catch.h"
#include "tests/memory_streams.h"
#include "tests/raises.h"
#include "tests/temporary_folder.h"

namespace ctgan::process {

using errors::Kind;
using tests::raised;

namespace {

bool eventually(const std::function<bool()>& condition) {
  for (int i = 0; i < 500; ++i) {
    if (condition()) return true;
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  }
  return false;
}

}  // namespace

TEST_CASE("a child talks over its pipes and its exit code is seen") {
  ChildProcess child({"/bin/cat"});
  files::DescriptorSink(child.input()).write("hello");
  child.close_input();
  files::DescriptorSource out(child.output());
  CHECK(tests::read_all(out) == "hello");
  CHECK(child.wait().code == 0);
  CHECK(child.wait().code == 0);
}

TEST_CASE("arguments reach the program as they are: no shell ever sees them") {
  const std::string hostile = "a b; touch /tmp/x $(id) `id` 'quote\" \n*";
  ChildProcess child({"/usr/bin/printf", "%s", hostile});
  files::DescriptorSource out(child.output());
  CHECK(tests::read_all(out) == hostile);
}

TEST_CASE("a program that is not there is named") {
  const auto error = raised([] { ChildProcess({"/nonexistent/program"}); });
  CHECK(error.kind() == Kind::unavailable);
  CHECK_THAT(error.sentence(), Catch::Contains("/nonexistent/program"));
}

TEST_CASE("an end by a signal is told from an exit code") {
  ChildProcess child({"/bin/sleep", "100"});
  kill(child.pid(), SIGTERM);
  const ExitState state = child.wait();
  CHECK_FALSE(state.code.has_value());
  CHECK(state.signal == SIGTERM);
}

TEST_CASE("a child that ignores the end of its input is killed with its owner") {
  pid_t pid = 0;
  {
    ChildProcess child({"/bin/sleep", "100"});
    pid = child.pid();
  }
  CHECK(kill(pid, 0) != 0);
}

TEST_CASE("a detached program runs in its own session with only its log open") {
  const tests::TemporaryFolder folder;
  start_detached({"/bin/sh", "-c", "umask; pwd; ls /proc/self/fd; cat; ps -o sid= -p $$; echo $$; echo end"},
                 folder / "log");
  std::string log;
  REQUIRE(eventually([&] {
    log = files::read_file(folder / "log");
    return log.find("end") != std::string::npos;
  }));
  CHECK_THAT(log, Catch::StartsWith("0077\n/\n0\n1\n2\n3\n"));
  struct stat status {};
  stat((folder / "log").c_str(), &status);
  CHECK((status.st_mode & 0777U) == 0600);
}

TEST_CASE("a detached program that cannot start is an error here, not only in the log") {
  const tests::TemporaryFolder folder;
  CHECK(raised([&] { start_detached({"/nonexistent/program"}, folder / "log"); }).kind() ==
        Kind::unavailable);
}

TEST_CASE("the own executable is this test") {
  CHECK(own_executable().filename() == "test_common_process");
}

}  // namespace ctgan::process
