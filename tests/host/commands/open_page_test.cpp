#include "host/commands/open_page.h"

#include <sys/stat.h>
#include <unistd.h>

#include <cstdlib>
#include <fstream>

#include "common/errors/error.h"
#include "common/files/file.h"
#include "tests/catch.h"
#include "tests/raises.h"
#include "tests/temporary_folder.h"

namespace ctgan::host::commands {
namespace {

// What a browser was given, once it has it.
std::string given_to(const std::filesystem::path& seen) {
  for (int waited = 0; waited < 200 && !std::filesystem::exists(seen); ++waited) usleep(20'000);
  return files::read_file(seen);
}

}  // namespace

TEST_CASE("a page is given to the first program of $BROWSER that there is, by its whole path and no shell") {
  const tests::TemporaryFolder folder;
  setenv("XDG_STATE_HOME", (folder / "state").c_str(), 1);
  const std::filesystem::path browser = folder / "browser", page = folder / "a page; $(touch x).html";
  std::ofstream(browser) << "#!/bin/sh\nprintf '%s' \"$1\" > '" << (folder / "part").string() << "' && mv '"
                         << (folder / "part").string() << "' '" << (folder / "seen").string() << "'\n";
  REQUIRE(chmod(browser.c_str(), 0700) == 0);
  setenv("BROWSER", ("no-such-browser:" + browser.string()).c_str(), 1);
  open_page(page);
  CHECK(given_to(folder / "seen") == page.string());
  CHECK_FALSE(std::filesystem::exists(folder / "x"));
}

TEST_CASE("without a browser and a display it is said where the page is") {
  for (const char* name : {"BROWSER", "DISPLAY", "WAYLAND_DISPLAY"}) unsetenv(name);
  const errors::Error error = tests::raised([] { open_page("page.html"); });
  CHECK(error.kind() == errors::Kind::unavailable);
  CHECK_THAT(error.hint(), Catch::StartsWith("it is the file 'page.html'"));
}

}  // namespace ctgan::host::commands
