#include "host/commands/table_prompt.h"

#include <cstdio>
#include <cstdlib>
#include <fstream>

#include "common/errors/error.h"
#include "tests/catch.h"
#include "tests/temporary_folder.h"
#include "tests/terminal_talk.h"

namespace ctgan::host::commands {
namespace {

tests::TerminalTalk asked_in(const std::filesystem::path& folder, const char* terminal = "dumb") {
  return tests::TerminalTalk([folder, terminal] {
    setenv("TERM", terminal, 1);
    setenv("HOME", folder.c_str(), 1);
    try {
      std::printf("<%s>\n", ask_table(console::Console(false), folder / "data").c_str());
    } catch (const errors::Error& error) {
      std::printf("!%s\n", error.what());
    }
    std::fflush(stdout);
    return 0;
  });
}

}  // namespace

TEST_CASE(
    "the CSV and TSV files of a folder are listed by name, plain or packed, without hidden files and "
    "folders") {
  const tests::TemporaryFolder folder;
  for (const char* name : {"b.csv", "a.csv.gz", ".c.csv", "d.txt", "t.tsv", "j.json"})
    std::ofstream(folder / name);
  std::filesystem::create_directory(folder / "e.csv");
  const auto found = tables_in(folder.path());
  CHECK(found == std::vector<std::filesystem::path>{folder / "a.csv.gz", folder / "b.csv", folder / "t.tsv"});
  CHECK(tables_in(folder / "none").empty());
}

TEST_CASE(
    "a table is named by its number, its name, a path, one below the home folder, or as one of the inbox") {
  const tests::TemporaryFolder folder;
  std::filesystem::create_directory(folder / "data");
  for (const char* name : {"data/a.csv", "data/b.csv", "other.csv"}) std::ofstream(folder / name) << "x\n1\n";
  const std::string a = (folder / "data/a.csv").string(), other = (folder / "other.csv").string();
  const std::pair<std::string, std::string> answers[] = {
      {"1", a}, {"a.csv", a}, {other, other}, {"~/other.csv", other}, {"inbox:x.csv", "inbox:x.csv"}};
  for (const auto& [typed, wanted] : answers) {
    auto talk = asked_in(folder.path());
    REQUIRE(talk.expect("File: "));
    talk.type(typed + "\n");
    CHECK(talk.expect("<" + wanted + ">"));
  }
}

TEST_CASE(
    "a file that is not there, or a folder, is asked for again, and of one table an empty answer is that") {
  const tests::TemporaryFolder folder;
  std::filesystem::create_directory(folder / "data");
  std::ofstream(folder / "data/a.csv") << "x\n1\n";
  auto talk = asked_in(folder.path());
  REQUIRE(talk.expect("File [a.csv]: "));
  talk.type("b.csv\n");
  REQUIRE(talk.expect("there is no file 'b.csv'"));
  talk.type("~\n");
  REQUIRE(talk.expect("is a folder; name a file in it"));
  talk.type("\n");
  CHECK(talk.expect("<" + (folder / "data/a.csv").string() + ">"));
}

TEST_CASE("Tab completes paths, also below the home folder") {
  const tests::TemporaryFolder folder;
  std::filesystem::create_directories(folder / "tables");
  std::ofstream(folder / "tables/people of the town.csv") << "x\n1\n";
  auto talk = asked_in(folder.path(), "xterm");
  REQUIRE(talk.expect("File: "));
  talk.type("~/ta\t");
  REQUIRE(talk.expect("bles/"));
  talk.type("pe\t\n");
  CHECK(talk.expect("<" + (folder / "tables/people of the town.csv").string() + ">"));
}

}  // namespace ctgan::host::commands
