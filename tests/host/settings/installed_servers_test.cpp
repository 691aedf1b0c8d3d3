// What is remembered of programs that were put into accounts over there.
#include "host/settings/installed_servers.h"

#include <sys/stat.h>

#include <cstdlib>
#include <fstream>

#include "tests/catch.h"
#include "tests/temporary_folder.h"

using namespace ctgan;
using host::settings::forget_program;
using host::settings::installed_program;
using host::settings::remember_program;

namespace {

// A state folder of the test's own.
class State {
 public:
  State() { setenv("XDG_STATE_HOME", folder_.path().c_str(), 1); }
  ~State() { unsetenv("XDG_STATE_HOME"); }
  std::filesystem::path file() const { return folder_ / "ctgan/servers.json"; }

 private:
  tests::TemporaryFolder folder_;
};

}  // namespace

TEST_CASE("each account has its own program, until it is forgotten") {
  const State state;
  CHECK_FALSE(installed_program("a@big:22"));
  remember_program("a@big:22", "x/ctgan-server");
  remember_program("a@big:2222", "y/ctgan-server");
  CHECK(installed_program("a@big:22") == "x/ctgan-server");
  CHECK(installed_program("a@big:2222") == "y/ctgan-server");
  CHECK_FALSE(installed_program("b@big:22"));
  struct stat found {};
  REQUIRE(stat(state.file().c_str(), &found) == 0);
  CHECK((found.st_mode & 0777) == 0600);
  forget_program("a@big:22");
  CHECK_FALSE(installed_program("a@big:22"));
  CHECK(installed_program("a@big:2222"));
  CHECK_NOTHROW(forget_program("nobody@big:22"));
}

TEST_CASE("a list that cannot be read counts as empty, and is written anew") {
  const State state;
  remember_program("a@big:22", "x");
  std::ofstream(state.file(), std::ios::trunc) << "not json";
  CHECK_FALSE(installed_program("a@big:22"));
  std::ofstream(state.file(), std::ios::trunc) << R"({"a@big:22": 7})";
  CHECK_FALSE(installed_program("a@big:22"));
  remember_program("a@big:22", "y");
  CHECK(installed_program("a@big:22") == "y");
}
