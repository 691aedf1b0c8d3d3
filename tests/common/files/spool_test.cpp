#include "common/files/spool.h"

#include <sys/stat.h>

#include <cstdlib>

#include "common/errors/error.h"
#include "tests/catch.h"
#include "tests/raises.h"
#include "tests/temporary_folder.h"

namespace ctgan::files {
namespace {

// $TMPDIR for one test.
class TmpDir {
 public:
  explicit TmpDir(const std::filesystem::path& folder) { setenv("TMPDIR", folder.c_str(), 1); }
  ~TmpDir() { unsetenv("TMPDIR"); }
};

}  // namespace

TEST_CASE("a spool can be read as often as wanted while it lives, and has no name") {
  const tests::TemporaryFolder folder;
  const TmpDir there(folder.path());
  Spool spool;
  spool.write("a,b\n");
  spool.write("1,2\n");
  CHECK(read_file(spool.path()) == "a,b\n1,2\n");
  CHECK(read_file(spool.path()) == "a,b\n1,2\n");
  CHECK(FileSource(spool.path()).size() == 8);
  CHECK(folder.entries() == 0);
  struct stat status {};
  REQUIRE(stat(spool.path().c_str(), &status) == 0);
  CHECK((status.st_mode & 0777U) == 0600);
}

TEST_CASE("a private folder is for us alone and goes with what is in it") {
  const tests::TemporaryFolder folder;
  const TmpDir there(folder.path());
  {
    const PrivateFolder made;
    struct stat status {};
    REQUIRE(stat(made.path().c_str(), &status) == 0);
    CHECK((status.st_mode & 0777U) == 0700);
    write_file(made.path() / "a", "b", AtomicFile::IfExists::refuse);
    CHECK(made.path().parent_path() == folder.path());
  }
  CHECK(folder.entries() == 0);
}

TEST_CASE("a place that does not exist is refused with the variable that names another") {
  const TmpDir there("/nowhere/at/all");
  for (const auto& error : {tests::raised([] { Spool(); }), tests::raised([] { PrivateFolder(); })}) {
    CHECK(error.kind() == errors::Kind::cannot_create);
    CHECK_THAT(error.sentence(), Catch::Contains("'/nowhere/at/all'"));
    CHECK_THAT(error.hint(), Catch::Contains("TMPDIR"));
  }
}

TEST_CASE("without TMPDIR the place is one that keeps large files") {
  unsetenv("TMPDIR");
  CHECK(spool_folder() == "/var/tmp");
}

}  // namespace ctgan::files
