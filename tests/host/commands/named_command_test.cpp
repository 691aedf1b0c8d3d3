// One program under several names, and where it looks for ctgan-server.
#include <filesystem>

#include "tests/catch.h"
#include "tests/system/laptop.h"
#include "tests/temporary_folder.h"

using namespace ctgan::tests;
namespace fs = std::filesystem;

namespace {

// Where a package puts the program, without ctgan-server beside it.
fs::path client_alone(const TemporaryFolder& folder) {
  fs::create_directories(folder / "bin");
  fs::copy_file(bin("ctgan"), folder / "bin/ctgan");
  return folder / "bin/ctgan";
}

}  // namespace

TEST_CASE("the program is what its link's name or its first word says") {
  const TemporaryFolder folder;
  const Outcome by_word = run_program({bin("ctgan"), "fit", "--help"});
  CHECK_THAT(by_word.out, Catch::Contains("usage: ctgan fit [options]"));
  fs::create_symlink(bin("ctgan"), folder / "fit");
  const Outcome by_name = run_program({(folder / "fit").string(), "--help"});
  CHECK_THAT(by_name.out, Catch::Contains("usage: fit [options]"));
  CHECK_THAT(by_word.out, Catch::Contains("--min-category-count"));
  CHECK_THAT(by_name.out, Catch::Contains("--min-category-count"));
  // Any other name is that of the umbrella.
  fs::create_symlink(bin("ctgan"), folder / "synth");
  const Outcome other = run_program({(folder / "synth").string(), "manage", "--version"});
  CHECK(other.out == run_program({bin("ctgan"), "manage", "--version"}).out);
  CHECK_THAT(other.out, Catch::StartsWith("ctgan manage "));
}

TEST_CASE("alone it lists its commands, and a word that is none is a mistake") {
  const Outcome alone = run_program({bin("ctgan")});
  CHECK(alone.code == 0);
  for (const char* command : {"fit", "sample", "download", "manage"})
    CHECK_THAT(alone.out, Catch::Contains(std::string("\n  ") + command));
  CHECK(run_program({bin("ctgan"), "--help"}).out == alone.out);
  const Outcome wrong = run_program({bin("ctgan"), "smaple", "latest"});
  CHECK(wrong.code == 64);
  CHECK_THAT(wrong.err, Catch::Contains("'smaple'") && Catch::Contains("did you mean 'sample'?"));
  CHECK(run_program({bin("ctgan"), "fit", "--epohcs", "3"}).code == 64);
}

TEST_CASE("called through a link elsewhere, it finds the ctgan-server beside itself") {
  const Laptop laptop;
  const TemporaryFolder folder;
  fs::create_symlink(bin("ctgan"), folder / "manage");
  const Outcome outcome =
      run_program({(folder / "manage").string(), "whoami", "--batch"}, laptop.surroundings());
  INFO(outcome);
  CHECK(outcome.code == 0);
}

TEST_CASE("without a configured server and without a ctgan-server it says both, and what to do") {
  const Laptop laptop;
  const TemporaryFolder folder;
  const Outcome outcome =
      run_program({client_alone(folder).string(), "manage", "whoami", "--batch"}, laptop.surroundings());
  INFO(outcome);
  CHECK(outcome.code == 69);
  CHECK_THAT(outcome.err,
             Catch::Contains("no server is configured") && Catch::Contains("--server [user@]HOST"));
}
