// The manual pages that the programs print of themselves, and the build installs.
#include <cstdlib>
#include <fstream>
#include <nlohmann/json.hpp>
#include <tuple>

#include "common/files/file.h"
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
    for (const char* part : {".SH EXIT CODES", ".SH FILES", ".SH ENVIRONMENT", ".SH SEE ALSO"})
      CHECK_THAT(page.out, Catch::Contains(part));
    std::ofstream(folder / name) << page.out;
    const Outcome set =
        run_program({"/usr/bin/groff", "-man", "-ww", "-z", "-Tutf8", (folder / name).string()});
    INFO(set);
    CHECK(set.code == 0);
    CHECK(set.err.empty());
  }
}

TEST_CASE("troff takes the pages of the files that are read, which tell of every key") {
  const TemporaryFolder folder;
  const std::string example = std::string(std::getenv("CTGAN_SOURCE_DIR")) + "/config/";
  const std::tuple<const char*, std::vector<std::string>, std::string> pages[] = {
      {"ctgan", {"--man-page", "settings"}, "settings.example.json"},
      {"ctgan", {"--man-page", "credentials"}, "credentials.example.json"},
      {"ctgan-server",
       {"--man-page-of-example", example + "server_settings.example.json"},
       "server_settings.example.json"}};
  for (const auto& [program, words, file] : pages) {
    std::vector<std::string> argv{bin(program)};
    argv.insert(argv.end(), words.begin(), words.end());
    const Outcome page = run_program(argv);
    REQUIRE(page.code == 0);
    const auto keys = nlohmann::json::parse(files::read_file(example + file), nullptr, true, true);
    for (const auto& [key, value] : keys.items()) CHECK_THAT(page.out, Catch::Contains(key));
    std::ofstream(folder / "page") << page.out;
    const Outcome set =
        run_program({"/usr/bin/groff", "-man", "-ww", "-z", "-Tutf8", (folder / "page").string()});
    INFO(set);
    CHECK(set.code == 0);
    CHECK(set.err.empty());
  }
}

TEST_CASE("what an option takes is said in words of its own, not by a type of the parser") {
  for (const char* name : {"ctgan", "fit", "sample", "download", "manage", "ctgan-server"}) {
    const Outcome page = run_program({bin(name), "--man-page"});
    for (const char* type : {"\\fIINT", "\\fIUINT", "\\fIFLOAT", "\\fITEXT:"}) {
      INFO(name << " " << type);
      CHECK(page.out.find(type) == std::string::npos);
    }
  }
}

}  // namespace ctgan::tests
