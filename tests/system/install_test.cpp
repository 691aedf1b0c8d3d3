// What `cmake --install` puts there, and that `uninstall` takes all of it away again.
#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "tests/catch.h"
#include "tests/files_under.h"
#include "tests/run_program.h"
#include "tests/system/laptop.h"
#include "tests/temporary_folder.h"

using namespace ctgan::tests;
namespace fs = std::filesystem;

namespace {

Outcome cmake(std::vector<std::string> arguments) {
  arguments.insert(arguments.begin(), "/usr/bin/cmake");
  Outcome outcome = run_program(arguments);
  INFO(outcome);
  REQUIRE(outcome.code == 0);
  return outcome;
}

std::string build_folder() {
  return fs::path(bin("ctgan")).parent_path().parent_path().string();
}

}  // namespace

TEST_CASE("an installation works from wherever it was put, and uninstalls without a trace") {
  const TemporaryFolder folder;
  const Laptop laptop;
  cmake({"--install", build_folder(), "--prefix", (folder / "first").string()});
  fs::rename(folder / "first", folder / "moved");
  for (const char* file :
       {"bin/ctgan", "bin/fit", "bin/sample", "bin/download", "bin/manage", "bin/ctgan-server",
        "share/man/man1/ctgan.1.gz", "share/man/man1/fit.1.gz", "share/man/man1/ctgan-server.1.gz",
        "share/doc/ctgan-server/LICENSE", "share/doc/ctgan-client/README.md",
        "share/doc/ctgan-client/examples/credentials.example.json",
        "share/doc/ctgan-server/examples/server_settings.example.json"}) {
    INFO(file);
    CHECK(fs::exists(folder / "moved" / file));
  }
  CHECK(fs::is_symlink(folder / "moved/bin/fit"));
  const Outcome outcome =
      run_program({(folder / "moved/bin/manage").string(), "whoami", "--batch"}, laptop.surroundings());
  INFO(outcome);
  CHECK(outcome.code == 0);

  fs::rename(folder / "moved", folder / "first");
  std::ofstream(folder / "first/share/doc/ctgan-server/notes.txt") << "the administrator's own\n";
  cmake({"-D", "BUILD=" + build_folder(), "-P",
         std::string(std::getenv("CTGAN_SOURCE_DIR")) + "/cmake/uninstall.cmake"});
  CHECK(files_under(folder / "first") == std::vector<std::string>{"share/doc/ctgan-server/notes.txt"});
}
