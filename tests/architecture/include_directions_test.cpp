// Reads every #include in the house and holds it against cmake/rooms.cmake: a file may include its own room,
// the rooms that its line names, and nothing else of ours. Torch headers stay in their one room.
#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <map>
#include <set>
#include <sstream>
#include <string>
#include <vector>

#include "tests/catch.h"

namespace {

namespace fs = std::filesystem;

fs::path source_root() {
  const char* root = std::getenv("CTGAN_SOURCE_DIR");
  REQUIRE(root != nullptr);
  return root;
}

std::string content_of(const fs::path& path) {
  std::ifstream file(path);
  std::stringstream text;
  text << file.rdbuf();
  return text.str();
}

std::map<std::string, std::set<std::string>> rooms_of(const std::string& cmake) {
  std::map<std::string, std::set<std::string>> rooms;
  for (std::size_t at = 0; (at = cmake.find("\nctgan_room(", at)) != std::string::npos;) {
    at += std::string("\nctgan_room(").size();
    std::istringstream words(cmake.substr(at, cmake.find(')', at) - at));
    std::string room;
    words >> room;
    std::set<std::string>& allowed = rooms[room];
    for (std::string word; words >> word && word != "LINKS";) {
      if (word != "ROOMS") allowed.insert(word);
    }
  }
  return rooms;
}

struct Include {
  fs::path file;  // relative to the root
  int line = 0;
  std::string target;
  bool quoted = false;
};

std::vector<Include> includes_of(const fs::path& root, const fs::path& file) {
  std::vector<Include> found;
  std::ifstream text(root / file);
  std::string line;
  for (int number = 1; std::getline(text, line); ++number) {
    if (!line.starts_with("#include")) continue;
    const std::size_t open = line.find_first_of("\"<", 8);
    const std::size_t close = line.find_first_of("\">", open + 1);
    if (open == std::string::npos || close == std::string::npos) continue;
    found.push_back({file, number, line.substr(open + 1, close - open - 1), line[open] == '"'});
  }
  return found;
}

std::vector<Include> all_includes(const fs::path& root) {
  std::vector<Include> all;
  for (const char* storey : {"common", "host", "server"}) {
    for (const auto& entry : fs::recursive_directory_iterator(root / storey)) {
      const std::string extension = entry.path().extension();
      if (extension != ".h" && extension != ".cpp") continue;
      const auto some = includes_of(root, fs::relative(entry.path(), root));
      all.insert(all.end(), some.begin(), some.end());
    }
  }
  return all;
}

std::string where(const Include& include) {
  return include.file.string() + ":" + std::to_string(include.line) + " includes " + include.target;
}

bool is_main(const fs::path& file) {
  return file.filename().string().ends_with("_main.cpp");
}

}  // namespace

TEST_CASE("the room map itself only looks down: common knows nobody, host and server never meet") {
  const auto rooms = rooms_of(content_of(source_root() / "cmake/rooms.cmake"));
  REQUIRE(rooms.size() > 20);
  for (const auto& [room, allowed] : rooms) {
    const std::string storey = room.substr(0, room.find('/'));
    for (const std::string& other : allowed) {
      INFO(room << " may include " << other << ": a room may use its own storey and common/ only");
      CHECK(rooms.count(other) == 1);
      CHECK((other.starts_with("common/") || (storey != "common" && other.starts_with(storey + "/"))));
    }
  }
}

TEST_CASE("the engine knows nothing of users, jobs or the wire") {
  const auto rooms = rooms_of(content_of(source_root() / "cmake/rooms.cmake"));
  const std::set<std::string> shared{"common/conditions",    "common/errors",  "common/files",
                                     "common/guarantees",    "common/options", "common/table",
                                     "common/table_formats", "common/threads"};
  for (const auto& [room, allowed] : rooms) {
    if (!room.starts_with("server/synth/")) continue;
    for (const std::string& other : allowed) {
      INFO(room << " may include " << other << ": server/synth/ must stay usable as a library");
      CHECK((other.starts_with("server/synth/") || shared.count(other) == 1));
    }
  }
}

TEST_CASE("every include stays inside its room or goes to a room that cmake/rooms.cmake names for it") {
  const fs::path root = source_root();
  auto rooms = rooms_of(content_of(root / "cmake/rooms.cmake"));
  rooms["server/synth/torch_execution"] = rooms["server/synth/networks"];
  rooms["server/synth/torch_execution"].insert("server/synth/networks");
  rooms["host/parquet_library"] = rooms["host/table_files"];
  rooms["host/parquet_library"].insert("host/table_files");
  for (const Include& include : all_includes(root)) {
    if (!include.quoted || is_main(include.file)) continue;
    const std::string room = include.file.parent_path().string();
    const std::string other = fs::path(include.target).parent_path().string();
    INFO(where(include));
    REQUIRE(rooms.count(room) == 1);
    INFO("write includes from the root, and add the room to the line of " << room
                                                                          << " only if it looks downwards");
    CHECK((other == room || rooms[room].count(other) == 1));
  }
}

TEST_CASE("a library's headers are included by the one room that owns it, of each end") {
  // SQLite is the server's store; on a laptop it is a form of tables, of any program's making.
  const std::map<std::string, std::set<std::string>> owners{
      {"torch/", {"server/synth/torch_execution"}},
      {"ATen/", {"server/synth/torch_execution"}},
      {"c10/", {"server/synth/torch_execution"}},
      {"libssh/", {"host/transport"}},
      {"sqlite3.h", {"server/store", "host/table_files"}},
      {"arrow/", {"host/parquet_library"}},
      {"parquet/", {"host/parquet_library"}},
      {"expat.h", {"host/table_files"}},
      {"minizip/", {"host/table_files"}},
      {"zlib.h", {"common/files"}}};
  for (const Include& include : all_includes(source_root())) {
    for (const auto& [library, owner] : owners) {
      if (!include.target.starts_with(library)) continue;
      INFO(where(include) << ": only " << *owner.begin() << " knows this library");
      CHECK(owner.contains(include.file.parent_path().string()));
    }
  }
}

TEST_CASE("no rooms without a theme") {
  const fs::path root = source_root();
  for (const char* storey : {"common", "host", "server", "tests"}) {
    for (const auto& entry : fs::recursive_directory_iterator(root / storey)) {
      const std::string stem = entry.path().stem();
      INFO(entry.path());
      CHECK_FALSE(
          (stem == "utils" || stem == "util" || stem == "helpers" || stem == "helper" || stem == "misc"));
    }
  }
}

TEST_CASE("files keep the sizes of the house: headers at most 250 lines, sources at most 600") {
  const fs::path root = source_root();
  for (const char* storey : {"common", "host", "server"}) {
    for (const auto& entry : fs::recursive_directory_iterator(root / storey)) {
      const std::string extension = entry.path().extension();
      if (extension != ".h" && extension != ".cpp") continue;
      const std::string text = content_of(entry.path());
      const auto lines = std::count(text.begin(), text.end(), '\n');
      INFO(fs::relative(entry.path(), root));
      CHECK(lines <= (extension == ".h" ? 250 : 600));
    }
  }
}
