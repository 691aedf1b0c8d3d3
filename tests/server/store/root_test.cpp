#include "server/store/root.h"

#include <sys/stat.h>
#include <unistd.h>

#include <cstdlib>

#include "common/errors/error.h"
#include "common/files/file.h"
#include "tests/catch.h"
#include "tests/raises.h"
#include "tests/temporary_folder.h"

namespace ctgan::server::store {

using errors::Kind;
using tests::raised;

namespace {

// Sets variables for one test.
class Environment {
 public:
  void set(const char* name, const std::string& value) {
    const char* before = std::getenv(name);
    before_.emplace_back(name, before == nullptr ? std::optional<std::string>() : before);
    setenv(name, value.c_str(), 1);
  }
  ~Environment() {
    for (const auto& [name, value] : before_) value ? setenv(name, value->c_str(), 1) : unsetenv(name);
  }

 private:
  std::vector<std::pair<const char*, std::optional<std::string>>> before_;
};

}  // namespace

TEST_CASE("the root is the flag, else $CTGAN_SERVER_ROOT, else the user's data folder") {
  Environment environment;
  environment.set("HOME", "/home/a");
  environment.set("XDG_DATA_HOME", "");
  environment.set("CTGAN_SERVER_ROOT", "");
  CHECK(choose_root("") == "/home/a/.local/share/ctgan-server");
  environment.set("XDG_DATA_HOME", "/data");
  CHECK(choose_root("") == "/data/ctgan-server");
  environment.set("XDG_DATA_HOME", "relative");
  CHECK(choose_root("") == "/home/a/.local/share/ctgan-server");
  environment.set("CTGAN_SERVER_ROOT", "/srv/ctgan");
  CHECK(choose_root("") == "/srv/ctgan");
  CHECK(choose_root("/flag/x/../y") == "/flag/y");
  CHECK(choose_root("r") == std::filesystem::current_path() / "r");
}

TEST_CASE("a made root has its folders, closed to others, and making it again changes nothing") {
  const tests::TemporaryFolder folder;
  const Layout layout(folder.path() / "deep/root");
  make_folders(layout);
  files::write_file(layout.jobs() / "kept", "x", files::AtomicFile::IfExists::refuse);
  make_folders(layout);
  check_root(layout);
  CHECK(files::read_file(layout.jobs() / "kept") == "x");
  for (const auto& entry : std::filesystem::directory_iterator(layout.root())) {
    CHECK(entry.status().permissions() == std::filesystem::perms::owner_all);
  }
  CHECK_FALSE(is_initialised(layout));
}

TEST_CASE("a root that others can enter is refused with the command that closes it") {
  const tests::TemporaryFolder folder;
  const Layout layout(folder.path() / "root");
  make_folders(layout);
  for (const mode_t mode : {0755, 0710, 0701, 0777}) {
    REQUIRE(chmod(layout.root().c_str(), mode) == 0);
    const auto error = raised([&] { check_root(layout); });
    CHECK(error.kind() == Kind::configuration);
    CHECK(error.hint() == "close it with 'chmod 700 " + layout.root().string() + "'");
  }
  REQUIRE(chmod(layout.root().c_str(), 0700) == 0);
  check_root(layout);
}

TEST_CASE("another account's root is refused", "[fault:13]") {
  if (geteuid() != 0) {
    WARN("skipped: only root can give a folder away");
    return;
  }
  const tests::TemporaryFolder folder;
  const Layout layout(folder.path() / "root");
  make_folders(layout);
  REQUIRE(chown(layout.root().c_str(), 12345, 12345) == 0);
  const auto error = raised([&] { check_root(layout); });
  CHECK(error.kind() == Kind::configuration);
  CHECK_THAT(error.sentence(), Catch::Contains("another account"));
}

TEST_CASE("a missing root, and a file in its place, are named") {
  const tests::TemporaryFolder folder;
  const auto missing = raised([&] { check_root(Layout(folder / "none")); });
  CHECK(missing.kind() == Kind::no_input);
  CHECK_THAT(missing.hint(), Catch::Contains("ctgan-server init"));
  files::write_file(folder / "file", "", files::AtomicFile::IfExists::refuse);
  CHECK(raised([&] { check_root(Layout(folder / "file")); }).kind() == Kind::configuration);
}

}  // namespace ctgan::server::store
