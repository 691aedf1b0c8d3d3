// The manual pages that the programs print of themselves, and the build installs.
#include <fstream>

#include "tests/catch.h"
#include "tests/run_program.h"
#include "tests/temporary_folder.h"

namespace ctgan::tests {

TEST_CASE("troff takes every program's page without a warning") {
  const TemporaryFolder folder;
  for (const char* name : {"ctgan", "fit", "sample", "download", "manage", "ctgan-server"}) {
    INFO(name);
    const Outcome page = run_program({bin(name), "--man-page"});
    REQUIRE(page.code == 0);
    CHECK_THAT(page.out, Catch::Contains(".SH EXAMPLES") && Catch::Contains(".SH EXIT CODES"));
    std::ofstream(folder / name) << page.out;
    const Outcome set =
        run_program({"/usr/bin/groff", "-man", "-ww", "-z", "-Tutf8", (folder / name).string()});
    INFO(set);
    CHECK(set.code == 0);
    CHECK(set.err.empty());
  }
}

}  // namespace ctgan::tests
