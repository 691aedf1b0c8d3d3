#include "server/audit/audit_log.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <fstream>
#include <map>
#include <nlohmann/json.hpp>
#include <set>
#include <vector>

#include "common/files/file.h"
#include "server/audit/trail.h"
#include "tests/catch.h"
#include "tests/raises.h"
#include "tests/temporary_folder.h"

namespace ctgan::server::audit {

using errors::Error;
using errors::Kind;
using tests::raised;

namespace {

struct WithLog {
  tests::TemporaryFolder folder;
  std::filesystem::path file = folder / "audit.jsonl";
  AuditLog log{file};

  std::vector<std::string> lines() const {
    std::vector<std::string> lines;
    std::ifstream text(file);
    for (std::string line; std::getline(text, line);) lines.push_back(line);
    return lines;
  }
  std::vector<Entry> entries(const AuditLog& of) const {
    std::vector<Entry> found;
    of.read([&](const Entry& entry) { found.push_back(entry); });
    return found;
  }
};

Entry entry(const std::string& what, const std::string& subject = {}) {
  Entry entry;
  entry.time = 1'795'000'000;
  entry.origin = {"alice", "10.0.0.7", "SHA256:abc"};
  entry.what = what;
  entry.subject = subject;
  return entry;
}

}  // namespace

TEST_CASE("a line says when, who, from where, what and with what result, in a file closed to others") {
  const WithLog world;
  Entry done = entry("download", "a_model.gz");
  done.bytes = 1234;
  world.log.append(done);
  Entry failed = entry("login");
  failed.origin = {"bob", "", ""};
  failed.result = "the user name or the password is wrong";
  failed.code = 77;
  world.log.append(failed);
  CHECK(
      world.lines() ==
      std::vector<std::string>{
          R"({"time":"2026-11-18T11:06:40Z","user":"alice","from":"10.0.0.7","key":"SHA256:abc","what":"download","subject":"a_model.gz","bytes":1234,"result":"ok"})",
          R"({"time":"2026-11-18T11:06:40Z","user":"bob","what":"login","result":"the user name or the password is wrong","code":77})"});
  struct stat status {};
  REQUIRE(stat(world.file.c_str(), &status) == 0);
  CHECK((status.st_mode & 07777U) == 0600);
  const auto read = world.entries(world.log);
  REQUIRE(read.size() == 2);
  CHECK(read[0].time == 1'795'000'000);
  CHECK(read[0].bytes == 1234);
  CHECK(read[1].code == 77);
}

TEST_CASE("what somebody else chose stays within its line: no control character, no end, no other field") {
  const WithLog world;
  world.log.append(
      entry("upload", "a\",\"user\":\"root\"\n{\"what\":\"x\"}\x1b[2J\xff\xc2\x9b" + std::string(5000, 'x')));
  REQUIRE(world.lines().size() == 1);
  const std::string line = world.lines()[0];
  CHECK(line.size() < 1000);
  for (const char c : line) CHECK((c >= 0x20 && c < 0x7f));
  CHECK(nlohmann::json::parse(line).at("user") == "alice");
}

TEST_CASE("a file that has grown to its size is put aside, and of these only the newest stay") {
  const WithLog world;
  const AuditLog log(world.file, {1000, 3});
  for (int i = 0; i < 100; ++i) log.append(entry("upload", std::to_string(i)));
  std::set<std::string> names;
  for (const auto& file : std::filesystem::directory_iterator(world.folder.path())) {
    names.insert(file.path().filename());
    CHECK(file.file_size() <= 1000);
  }
  CHECK(names == std::set<std::string>{"audit.jsonl", "audit.jsonl.1", "audit.jsonl.2", "audit.jsonl.3",
                                       "audit.lock"});
  const auto read = world.entries(log);
  REQUIRE(read.size() > 20);
  for (std::size_t i = 0; i < read.size(); ++i)
    CHECK(read[i].subject == std::to_string(100 - read.size() + i));
}

TEST_CASE(
    "processes that write at the same moment lose no line and tear none, also while the file is put aside") {
  constexpr int k_processes = 8, k_lines = 150;
  const WithLog world;
  const AuditLog log(world.file, {4000, 1000});
  std::vector<pid_t> children;
  for (int child = 0; child < k_processes; ++child) {
    children.push_back(fork());
    if (children.back() != 0) continue;
    try {
      for (int i = 0; i < k_lines; ++i) log.append(entry(std::to_string(child), std::to_string(i)));
    } catch (...) {
      _exit(1);
    }
    _exit(0);
  }
  for (const pid_t child : children) {
    int status = 1;
    REQUIRE(waitpid(child, &status, 0) == child);
    CHECK(status == 0);
  }
  std::map<std::string, int> next;
  for (const Entry& found : world.entries(log)) CHECK(found.subject == std::to_string(next[found.what]++));
  CHECK(next.size() == k_processes);
  for (const auto& [child, count] : next) CHECK(count == k_lines);
}

TEST_CASE("half a line is taken back, and one that a power cut left does not spoil the next") {
  const WithLog world;
  world.log.append(entry("one"));
  const auto size = std::filesystem::file_size(world.file);
  rlimit before{};
  REQUIRE(getrlimit(RLIMIT_FSIZE, &before) == 0);
  const auto ignored = std::signal(SIGXFSZ, SIG_IGN);
  const rlimit little{size + 20, before.rlim_max};
  setrlimit(RLIMIT_FSIZE, &little);
  std::optional<Error> error;
  try {
    world.log.append(entry("two"));
  } catch (const Error& caught) {
    error = caught;
  }
  setrlimit(RLIMIT_FSIZE, &before);
  std::signal(SIGXFSZ, ignored);
  REQUIRE(error.has_value());
  CHECK(error->kind() == Kind::io);
  CHECK(std::filesystem::file_size(world.file) == size);
  std::ofstream(world.file, std::ios::app) << R"({"time":"2026)";
  world.log.append(entry("three"));
  const auto read = world.entries(world.log);
  REQUIRE(read.size() == 2);
  CHECK(read[0].what == "one");
  CHECK(read[1].what == "three");
}

TEST_CASE("a log in the place of a link is not followed") {
  const WithLog world;
  files::write_file(world.folder / "target", "", files::AtomicFile::IfExists::refuse);
  std::filesystem::create_symlink(world.folder / "target", world.file);
  CHECK_THROWS_AS(world.log.append(entry("one")), Error);
  CHECK(std::filesystem::file_size(world.folder / "target") == 0);
}

TEST_CASE("work goes on where the log cannot be written, and that is kept; administration does not begin") {
  const WithLog world;
  std::filesystem::create_directory(world.file);
  Trail trail(world.log, [] { return std::time_t{5}; }, {"alice", "", ""});
  Deed deed{"download", "a", 7};
  CHECK(noted(trail, deed, [] { return 3; }) == 3);
  REQUIRE(trail.trouble().has_value());
  const Error error = raised([&] { trail.note_ahead({"users.add", "bob", {}}); });
  CHECK_THAT(error.sentence(), Catch::Contains("nothing was changed") && Catch::Contains("audit.jsonl"));
}

TEST_CASE("what was tried and failed stands in the log with the sentence and the exit code") {
  const WithLog world;
  Trail trail(world.log, [] { return std::time_t{5}; }, {"alice", "", ""});
  Deed deed{"models.delete", "a", {}};
  CHECK_THROWS(noted(trail, deed, []() -> int { throw Error(Kind::no_input, "there is no model 'a'"); }));
  const auto read = world.entries(world.log);
  REQUIRE(read.size() == 1);
  CHECK(read[0].result == "there is no model 'a'");
  CHECK(read[0].code == 66);
  CHECK_FALSE(trail.trouble().has_value());
}

}  // namespace ctgan::server::audit
