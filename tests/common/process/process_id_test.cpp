#include "common/process/process_id.h"

#include <signal.h>
#include <unistd.h>

#include "common/process/child_process.h"
#include "tests/catch.h"

namespace ctgan::process {

TEST_CASE("a process is told from another with its number by its start and its machine's boot") {
  ChildProcess child({"/bin/sleep", "100"});
  const ProcessId id = process_id(child.pid());
  CHECK(is_alive(id));
  CHECK(is_of_this_machine(id));
  ProcessId reused = id, elsewhere = id;
  reused.start = "1";
  elsewhere.boot = "00000000-0000-0000-0000-000000000000";
  CHECK_FALSE(is_alive(reused));
  CHECK_FALSE(is_alive(elsewhere));
  // Neither is signalled: the one has ended, of the other nothing is known.
  CHECK(kill_process(reused, std::chrono::milliseconds(100)));
  CHECK_FALSE(kill_process(elsewhere, std::chrono::milliseconds(100)));
  CHECK(is_alive(id));
  CHECK(kill_process(id, std::chrono::seconds(5)));
  CHECK_FALSE(is_alive(id));
  CHECK(child.wait().signal == SIGKILL);
  CHECK(kill_process(id, std::chrono::seconds(5)));
}

TEST_CASE("a process is asked to end, and waited for as long as one likes") {
  ChildProcess deaf({"/bin/sh", "-c", "trap '' TERM; echo ready; while :; do sleep 1; done"});
  char byte = 0;
  REQUIRE(read(deaf.output(), &byte, 1) == 1);
  CHECK_FALSE(end_process(process_id(deaf.pid()), SIGTERM, std::chrono::milliseconds(50)));
  CHECK(kill_process(process_id(deaf.pid()), std::chrono::seconds(5)));
  ChildProcess child({"/bin/sleep", "100"});
  CHECK(end_process(process_id(child.pid()), SIGTERM, std::chrono::seconds(5)));
  CHECK(child.wait().signal == SIGTERM);
}

TEST_CASE(
    "a process's text reads back, that of earlier versions is of this machine, and other texts are none") {
  const ProcessId own = process_id(getpid());
  CHECK(process_id_from_text(to_text(own)) == own);
  CHECK(process_id_from_text(to_text({own.pid, own.start, ""})) == own);
  for (const char* text : {"", "x", "-4 5", "0 1 b", "12"})
    CHECK_FALSE(process_id_from_text(text).has_value());
}

}  // namespace ctgan::process
