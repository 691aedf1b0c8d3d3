#include "common/failpoints/failpoint.h"

#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <cstdlib>
#include <fstream>

#include "common/files/file.h"
#include "tests/catch.h"
#include "tests/temporary_folder.h"

namespace ctgan::failpoints {

namespace {

// The signal that a child died by which did `work` with these variables; 0 for none.
template <typename Work>
int died_by(const std::vector<std::pair<std::string, std::string>>& variables, const Work& work) {
  const pid_t child = fork();
  if (child == 0) {
    for (const auto& [name, value] : variables) setenv(name.c_str(), value.c_str(), 1);
    work();
    _exit(0);
  }
  int status = 0;
  REQUIRE(waitpid(child, &status, 0) == child);
  return WIFSIGNALED(status) ? WTERMSIG(status) : 0;
}

}  // namespace

#ifdef CTGAN_FAILPOINTS
TEST_CASE("passed places are noted with how often, and one that is named is died at, once") {
  const tests::TemporaryFolder folder;
  const std::string log = (folder / "log").string();
  const auto work = [] {
    failpoint("a: here");
    failpoint("b: there");
    failpoint("a: here");
  };
  CHECK(died_by({{"CTGAN_FAILPOINT_LOG", log}}, work) == 0);
  const std::string noted = files::read_file(log);
  const std::string program = noted.substr(0, noted.find('\t'));
  CHECK(program == "test_common_failpoints");
  CHECK(noted == program + "\ta: here\t1\n" + program + "\tb: there\t1\n" + program + "\ta: here\t2\n");

  const std::string death = (folder / "death").string();
  const auto dying = [&](const std::string& place) {
    return died_by({{"CTGAN_FAILPOINT", program + "\t" + place}, {"CTGAN_FAILPOINT_DEATH", death}}, work);
  };
  CHECK(dying("a: here\t3") == 0);
  CHECK(dying("a: here\t2") == SIGKILL);
  CHECK(std::filesystem::exists(death));
  CHECK(dying("a: here\t2") == 0);
}
#endif

TEST_CASE("without the variables nothing happens at a failpoint") {
  CHECK(died_by({}, [] { failpoint("a: here"); }) == 0);
}

}  // namespace ctgan::failpoints
