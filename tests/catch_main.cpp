#define CATCH_CONFIG_RUNNER
#include <csignal>

#include "tests/catch.h"

int main(int argc, char** argv) {
  // As the programs do: a pipe that nobody reads is an error, not a signal.
  std::signal(SIGPIPE, SIG_IGN);
  return Catch::Session().run(argc, argv);
}
