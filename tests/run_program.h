// Runs a program as a user would and keeps what it printed.
//
//     Outcome o = run_program({bin("fit"), "a.csv", "--batch"}, {.folder = work, .environment =
//     {"HOME=/tmp/x"}}); INFO(o);  CHECK(o.code == 0);
#pragma once

#include <chrono>
#include <filesystem>
#include <ostream>
#include <string>
#include <vector>

namespace ctgan::tests {

struct Outcome {
  int code = -1;  // exit status; 128 + signal for a signal; -2 when it was killed for taking too long
  std::string out;
  std::string err;
};
std::ostream& operator<<(std::ostream& stream, const Outcome& outcome);

struct Surroundings {
  std::filesystem::path folder = ".";
  // "NAME=value"; the program sees these and PATH, nothing else.
  std::vector<std::string> environment;
  std::string input;
  // A controlling terminal on all three streams; then everything printed is in `out`, and `input` is typed.
  bool terminal = false;
  int seconds = 120;
  // When it is killed (SIGKILL), or interrupted as by Ctrl-C (SIGINT); 0: never.
  std::chrono::milliseconds kill_after{0};
  std::chrono::milliseconds interrupt_after{0};
};

Outcome run_program(const std::vector<std::string>& argv, const Surroundings& around = {});

// The built program of that name; $CTGAN_BIN_DIR must be set.
std::string bin(const std::string& name);

}  // namespace ctgan::tests
