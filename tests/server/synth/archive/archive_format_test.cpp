// archive_format.md says what model files hold: every name that is written is in it, and nothing else is.
#include <cctype>
#include <filesystem>
#include <fstream>
#include <regex>
#include <set>
#include <sstream>

#include "tests/catch.h"

namespace {

namespace fs = std::filesystem;

std::string content_of(const fs::path& path) {
  std::ifstream file(path);
  std::stringstream text;
  text << file.rdbuf();
  return text.str();
}

fs::path source_root() {
  const char* root = std::getenv("CTGAN_SOURCE_DIR");
  REQUIRE(root != nullptr);
  return root;
}

void take_all(const std::string& text, const std::string& pattern, std::set<std::string>& names) {
  const std::regex regex(pattern);
  for (auto found = std::sregex_iterator(text.begin(), text.end(), regex); found != std::sregex_iterator();
       ++found)
    names.insert((*found)[1]);
}

// Of each table's first column what stands between backticks; N stands for a number, NAME for any.
std::set<std::string> documented(const std::string& text) {
  std::set<std::string> names;
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);)
    if (line.starts_with("| `")) take_all(line.substr(0, line.find(" | ")), "`([^`]+)`", names);
  return names;
}

std::set<std::string> written() {
  std::set<std::string> names;
  const fs::path synth = source_root() / "server/synth";
  for (const auto& entry : fs::recursive_directory_iterator(source_root() / "server")) {
    if (entry.path().extension() != ".cpp") continue;
    const std::string text = content_of(entry.path());
    take_all(text, R"re(record\.(?:numbers|integers|texts)\["(\w+)"\])re", names);
    take_all(text, R"re(archive\.metadata\["(\w+)"\])re", names);
    take_all(text, R"re(constexpr const char\* k_(?:tensor|entry)\w* = "(\w+)")re", names);
    take_all(text, R"re(constexpr const char\* k_\w+ = "(rule_\w+)")re", names);
    take_all(text, R"re(\.prefix = "(\w+\.)")re", names);
  }
  std::set<std::string> of_trees;
  take_all(content_of(synth / "trees/trees_archive.cpp"), R"re(name_of\(\w+, "(\w+)"\))re", of_trees);
  for (const std::string& name : of_trees) names.insert("treeN_N." + name);
  const std::string start = content_of(synth / "model/model_archive.cpp");
  take_all(start.substr(start.find("out.metadata = {"), 400), R"re(\{"(\w+)", )re", names);
  return names;
}

}  // namespace

TEST_CASE("every entry and tensor that is written stands in archive_format.md") {
  const std::set<std::string> known =
      documented(content_of(source_root() / "server/synth/archive/archive_format.md"));
  const std::set<std::string> names = written();
  REQUIRE(names.size() > 35);
  for (const std::string& name : names) {
    INFO(name);
    CHECK(known.contains(name.ends_with('.') ? name + "NAME" : name));
  }
}

TEST_CASE("every entry and tensor that stands in archive_format.md is written somewhere") {
  std::set<std::string> names = written();
  // Made from a number, or by the network's own names.
  names.insert({"combinationsN.cells", "shapeN", "generator.NAME", "decoder.NAME"});
  for (const std::string& name :
       documented(content_of(source_root() / "server/synth/archive/archive_format.md"))) {
    INFO(name);
    CHECK(names.contains(name));
  }
}
