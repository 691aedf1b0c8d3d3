#include "common/process/run_command.h"

#include <signal.h>

#include "common/errors/error.h"
#include "tests/catch.h"
#include "tests/raises.h"

namespace ctgan::process {

TEST_CASE("a command's output, errors and exit status come back, however much it says") {
  const CommandOutput output =
      run_command({"sh", "-c", "yes out | head -c 300000; yes err | head -c 300000 >&2; exit 7"},
                  std::chrono::seconds(30));
  CHECK(output.ended.code == 7);
  CHECK(output.out.size() == 300000);
  CHECK(output.err.size() == 300000);
  CHECK_FALSE(output.took_too_long);
}

TEST_CASE("a command that does not answer is killed with what it started, when its time is up") {
  const auto start = std::chrono::steady_clock::now();
  const CommandOutput output =
      run_command({"/bin/sh", "-c", "echo begun; sleep 100 & sleep 100"}, std::chrono::milliseconds(300));
  CHECK(output.took_too_long);
  CHECK(output.out == "begun\n");
  CHECK(output.ended.signal == SIGKILL);
  CHECK(std::chrono::steady_clock::now() - start < std::chrono::seconds(20));
}

TEST_CASE("a command whose program is nowhere in the path is named") {
  const auto error = tests::raised([] { run_command({"no-such-program-at-all"}, std::chrono::seconds(1)); });
  CHECK(error.kind() == errors::Kind::unavailable);
  CHECK_THAT(error.sentence(), Catch::Contains("'no-such-program-at-all'"));
}

}  // namespace ctgan::process
