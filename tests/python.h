// Python as a reference: the one of the build's setting, or the system's own where no package is needed.
#pragma once

#include <unistd.h>

#include <cstdlib>
#include <string>
#include <utility>
#include <vector>

#include "tests/catch.h"
#include "tests/run_program.h"

namespace ctgan::tests {

// An interpreter with the standard library at least; empty, with a warning, where there is none.
inline std::string python_interpreter() {
  const char* const set = std::getenv("CTGAN_PYTHON");
  const std::string interpreter = set != nullptr && *set != '\0' ? set : "/usr/bin/python3";
  if (access(interpreter.c_str(), X_OK) == 0) return interpreter;
  WARN("skipped: there is no Python");
  return {};
}

// What `script` prints with `arguments` in sys.argv[1:], standard library only; nothing, with a warning,
// where there is no Python.
inline std::string plain_python(const std::string& script, const std::vector<std::string>& arguments) {
  const std::string interpreter = python_interpreter();
  if (interpreter.empty()) return {};
  std::vector<std::string> argv{interpreter, "-c", script};
  argv.insert(argv.end(), arguments.begin(), arguments.end());
  Surroundings around;
  around.environment = {"PYTHONUTF8=1"};
  const Outcome outcome = run_program(argv, around);
  INFO(outcome);
  REQUIRE(outcome.code == 0);
  return outcome.out;
}

}  // namespace ctgan::tests
