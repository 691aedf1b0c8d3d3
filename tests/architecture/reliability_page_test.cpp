// docs/reliability.md (setup/reliability) tells of every test that provokes a fault (tests/faults.h), and of no other; each of the forty
// faults has one at least.
#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <regex>
#include <set>
#include <sstream>
#include <string>

#include "tests/catch.h"

namespace {

namespace fs = std::filesystem;

fs::path root() {
  const char* folder = std::getenv("CTGAN_SOURCE_DIR");
  REQUIRE(folder != nullptr);
  return folder;
}

std::string text_of(const fs::path& path) {
  std::ifstream file(path);
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

// "| 8 | a worker that ..." of each tagged test, as the page has them.
std::set<std::string> rows_of_tests() {
  const std::regex test_case(R"re(TEST_CASE\(\s*((?:"(?:[^"\\]|\\.)*"\s*)+),\s*"([^"]*\[fault:[^"]*)")re");
  const std::regex literal(R"re("((?:[^"\\]|\\.)*)")re"), tag(R"(\[fault:(\d+)\])");
  std::set<std::string> rows;
  for (const auto& entry : fs::recursive_directory_iterator(root() / "tests")) {
    if (!entry.path().string().ends_with("_test.cpp")) continue;
    const std::string text = text_of(entry.path());
    for (std::sregex_iterator at(text.begin(), text.end(), test_case), end; at != end; ++at) {
      const std::string literals = (*at)[1], tags = (*at)[2];
      std::string name;
      for (std::sregex_iterator piece(literals.begin(), literals.end(), literal); piece != end; ++piece)
        name += (*piece)[1];
      for (std::sregex_iterator number(tags.begin(), tags.end(), tag); number != end; ++number)
        rows.insert("| " + (*number)[1].str() + " | " + name + " |");
    }
  }
  return rows;
}

std::set<std::string> rows_of_page(const std::string& page) {
  const std::regex row(R"(\n(\| \d+ \| [a-zA-Z][^|]* \|) \d+ \| ([\w ]+) \|)");
  std::set<std::string> rows;
  for (std::sregex_iterator at(page.begin(), page.end(), row), end; at != end; ++at) {
    INFO((*at)[0]);
    CHECK((*at)[2] != "FAILED");
    rows.insert((*at)[1]);
  }
  return rows;
}

}  // namespace

TEST_CASE("the page on reliability names every test of a fault, and no other; all forty faults have one") {
  const std::set<std::string> tests = rows_of_tests(),
                              page = rows_of_page(text_of(root() / "docs/reliability.md"));
  for (const std::string& row : tests) {
    INFO("not on the page: " << row << "; 'setup/reliability' writes it");
    CHECK(page.count(row) == 1);
  }
  for (const std::string& row : page) {
    INFO("no test: " << row);
    CHECK(tests.count(row) == 1);
  }
  for (int fault = 1; fault <= 40; ++fault) {
    INFO("fault " << fault << " has no test");
    const std::string beginning = "| " + std::to_string(fault) + " | ";
    CHECK(std::any_of(tests.begin(), tests.end(),
                      [&](const std::string& row) { return row.starts_with(beginning); }));
  }
}
