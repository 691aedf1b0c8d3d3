#include "host/commands/interrupts.h"

#include <csignal>

#include "common/errors/error.h"
#include "tests/catch.h"
#include "tests/raises.h"

using namespace ctgan;
using host::commands::Interrupts;

TEST_CASE("a signal becomes an error where it is looked for, and nothing before") {
  const Interrupts interrupts;
  CHECK_NOTHROW(interrupts.check());
  std::raise(SIGINT);
  const auto error = tests::raised([&] { interrupts.check(); });
  CHECK(error.kind() == errors::Kind::interrupted);
  CHECK(error.sentence() == "stopped by Ctrl-C");
  CHECK_NOTHROW(interrupts.check());
  std::raise(SIGTERM);
  CHECK(tests::raised([&] { interrupts.check(); }).sentence() == "stopped by a signal");
}
