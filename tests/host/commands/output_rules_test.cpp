// What --lock, --keep-last, --format and --output take, before any server is asked.
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>
#include <fstream>
#include <memory>

#include "common/errors/error.h"
#include "host/commands/command_lock.h"
#include "host/commands/keep_last.h"
#include "host/commands/output_place.h"
#include "host/commands/rows_at_home.h"
#include "tests/catch.h"
#include "tests/raises.h"
#include "tests/temporary_folder.h"

using namespace ctgan;
using errors::Kind;
using host::commands::CommandLock;
using host::commands::row_shape;
using host::commands::RowShape;
using table_formats::RowFormat;
using tests::raised;

namespace fs = std::filesystem;

namespace {

// Locks stand in the state folder of this test.
class StateFolder {
 public:
  StateFolder() { setenv("XDG_STATE_HOME", folder_.path().c_str(), 1); }
  ~StateFolder() { unsetenv("XDG_STATE_HOME"); }
  StateFolder(const StateFolder&) = delete;
  StateFolder& operator=(const StateFolder&) = delete;

 private:
  tests::TemporaryFolder folder_;
};

class WorkFolder {
 public:
  WorkFolder() : before_(fs::current_path()) { fs::current_path(folder_.path()); }
  ~WorkFolder() { fs::current_path(before_); }
  WorkFolder(const WorkFolder&) = delete;
  WorkFolder& operator=(const WorkFolder&) = delete;

 private:
  tests::TemporaryFolder folder_;
  fs::path before_;
};

}  // namespace

TEST_CASE("of two commands with one lock the second is told to come back, and may when the first has ended") {
  const StateFolder state;
  auto first = std::make_unique<CommandLock>("daily");
  const auto busy = raised([] { const CommandLock second("daily"); });
  CHECK(busy.kind() == Kind::try_again);
  CHECK_THAT(busy.sentence(), Catch::Contains("'--lock daily'"));
  CHECK_NOTHROW(CommandLock("weekly"));
  first.reset();
  CHECK_NOTHROW(CommandLock("daily"));
}

TEST_CASE("a lock goes with a process that is killed") {
  const StateFolder state;
  const pid_t child = fork();
  if (child == 0) {
    const CommandLock lock("daily");
    raise(SIGKILL);
  }
  int status = 0;
  REQUIRE(waitpid(child, &status, 0) == child);
  CHECK(WIFSIGNALED(status));
  CHECK_NOTHROW(CommandLock("daily"));
}

TEST_CASE("a lock's name is a file's name and nothing more", "[fault:24]") {
  const StateFolder state;
  for (const char* name : {"", "../x", "a/b", ".", "-rf", "a\nb"})
    CHECK(raised([&] { const CommandLock lock(name); }).kind() == Kind::usage);
}

TEST_CASE("--keep-last keeps one at least, and everything where it is not given") {
  CHECK(host::commands::keep_last("") == 0);
  CHECK(host::commands::keep_last("7") == 7);
  for (const char* text : {"0", "-1", "x", "1.5", "99999999999999999999"}) {
    INFO(text);
    CHECK(raised([&] { host::commands::keep_last(text); }).kind() == Kind::usage);
  }
}

TEST_CASE("rows are written as --format says, else as the name says, else as CSV") {
  CHECK(row_shape("", "a.jsonl", false).format == RowFormat::jsonl);
  CHECK(row_shape("tsv", "a.jsonl", false).format == RowFormat::tsv);
  CHECK(row_shape("", "", false).format == RowFormat::csv);
  CHECK_FALSE(row_shape("", "a.csv", false).packed);
  CHECK(row_shape("", "a.json.gz", false).packed);
  CHECK(row_shape("", "", true).packed);
}

TEST_CASE("what the server's bytes cannot be, and what nobody writes, is refused with the next step") {
  const auto other = raised([] { row_shape("json", "", true); });
  CHECK(other.kind() == Kind::usage);
  CHECK_THAT(other.hint(), Catch::Contains("ends with .gz"));
  CHECK(raised([] { row_shape("xlsx", "", false); }).kind() == Kind::usage);
  CHECK(raised([] { row_shape("", "a.xlsx", false); }).kind() == Kind::usage);
}

TEST_CASE("a table at home has the name that it has on the server, with the end of its format") {
  const std::string stored = "people_20261121t074500_100_synthetic.csv.gz";
  const auto name = [&](RowFormat format, bool packed) {
    return host::commands::home_name(stored, {format, packed});
  };
  CHECK(name(RowFormat::csv, false) == "people_20261121t074500_100_synthetic.csv");
  CHECK(name(RowFormat::csv, true) == stored);
  CHECK(name(RowFormat::jsonl, false) == "people_20261121t074500_100_synthetic.jsonl");
  CHECK(name(RowFormat::json, true) == "people_20261121t074500_100_synthetic.json.gz");
}

TEST_CASE("only the usual output folder is made; any other must be there and be a folder") {
  const WorkFolder here;
  CHECK_NOTHROW(host::commands::check_folder("synthetic_output"));
  CHECK_FALSE(fs::exists("synthetic_output"));
  host::commands::make_folder("synthetic_output");
  CHECK(fs::is_directory("synthetic_output"));
  CHECK_NOTHROW(host::commands::make_folder("synthetic_output"));

  host::commands::make_folder("elsewhere");
  CHECK_FALSE(fs::exists("elsewhere"));
  const auto missing = raised([] { host::commands::check_folder("elsewhere"); });
  CHECK(missing.kind() == Kind::cannot_create);
  CHECK_THAT(missing.hint(), Catch::Contains("--output"));
}

TEST_CASE("a file where the output folder should be is named") {
  const WorkFolder here;
  std::ofstream("synthetic_output") << "a file";
  CHECK(raised([] { host::commands::check_folder("synthetic_output"); }).kind() == Kind::cannot_create);
  CHECK(raised([] { host::commands::make_folder("synthetic_output"); }).kind() == Kind::cannot_create);
}
