// The Python module of the wheel, against the programs of this build.
#include <cstdlib>
#include <string>

#include "tests/catch.h"
#include "tests/run_program.h"

using namespace ctgan::tests;

TEST_CASE("a notebook gets rows with its table's types, and errors with their code") {
  const char* python = std::getenv("CTGAN_PYTHON");
  if (python == nullptr || *python == '\0') {
    WARN("skipped: there is no Python with pandas");
    return;
  }
  const std::string source = std::getenv("CTGAN_SOURCE_DIR");
  Surroundings around;
  around.environment = {"PYTHONPATH=" + source + "/python", "CTGAN_BIN=" + bin("."),
                        "PYTHONDONTWRITEBYTECODE=1"};
  const Outcome outcome = run_program({python, source + "/python/tests/wheel_test.py"}, around);
  INFO(outcome);
  CHECK(outcome.code == 0);
  CHECK_THAT(outcome.err, Catch::Contains("OK (skipped=1)"));
}
