#include "common/files/file.h"

#include <fcntl.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

#include <fstream>
#include <functional>

#include "common/errors/error.h"
#include "common/files/checksum.h"
#include "tests/catch.h"
#include "tests/raises.h"
#include "tests/temporary_folder.h"

namespace ctgan::files {

using errors::Kind;
using tests::raised;
using tests::TemporaryFolder;
using IfExists = AtomicFile::IfExists;

TEST_CASE("an atomic file appears with commit, private, and leaves nothing beside it") {
  const TemporaryFolder folder;
  AtomicFile file(folder / "a.csv", IfExists::refuse);
  file.write("one\n");
  CHECK_FALSE(std::filesystem::exists(folder / "a.csv"));
  file.commit();
  CHECK(read_file(folder / "a.csv") == "one\n");
  CHECK(folder.entries() == 1);
  struct stat status {};
  stat((folder / "a.csv").c_str(), &status);
  CHECK((status.st_mode & 0777U) == 0600);
}

TEST_CASE("an atomic file that is not committed leaves nothing") {
  const TemporaryFolder folder;
  { AtomicFile(folder / "a.csv", IfExists::refuse).write("half"); }
  CHECK(folder.entries() == 0);
}

TEST_CASE(
    "what a killed writer left goes with the next file of that name, what a living one writes does not") {
  const tests::TemporaryFolder folder;
  const auto left = folder / part_name("a.csv");
  const auto others = folder / part_name("b.csv");
  for (const auto& path : {left, others}) std::ofstream(path) << "half";
  AtomicFile living(folder / "a.csv", IfExists::replace);
  living.write("first");
  CHECK_FALSE(std::filesystem::exists(left));
  CHECK(std::filesystem::exists(others));
  write_file(folder / "a.csv", "second", IfExists::replace);
  living.commit();
  CHECK(read_file(folder / "a.csv") == "first");
  CHECK(remove_abandoned_parts(folder.path()) == 1);
  CHECK(folder.entries() == 1);
  CHECK(remove_abandoned_parts(folder / "none") == 0);
}

TEST_CASE("a file takes the place of another, whose time it has, unless that is gone") {
  const tests::TemporaryFolder folder;
  const auto path = folder / "a";
  write_file(path, "old", IfExists::refuse);
  const timespec times[2] = {{1'700'000'000, 0}, {1'700'000'000, 5}};
  REQUIRE(utimensat(AT_FDCWD, path.c_str(), times, 0) == 0);
  const auto replaced = [&](const std::function<void()>& meanwhile) {
    const FileHandle old(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
    AtomicFile file(path, IfExists::replace);
    file.write("new");
    meanwhile();
    return file.commit_in_place_of(old);
  };
  CHECK(replaced([] {}));
  CHECK(read_file(path) == "new");
  struct stat status {};
  REQUIRE(stat(path.c_str(), &status) == 0);
  CHECK(status.st_mtim.tv_sec == 1'700'000'000);
  CHECK(status.st_mtim.tv_nsec == 5);
  CHECK(folder.entries() == 1);
  SECTION("deleted meanwhile") {
    CHECK_FALSE(replaced([&] { std::filesystem::remove(path); }));
    CHECK(folder.entries() == 0);
  }
  SECTION("replaced meanwhile") {
    CHECK_FALSE(replaced([&] { write_file(path, "another's", IfExists::replace); }));
    CHECK(read_file(path) == "another's");
    CHECK(folder.entries() == 1);
  }
}

TEST_CASE("a part file says what it will be; other names are what they are") {
  const tests::TemporaryFolder folder;
  const AtomicFile file(folder / "a.part-b.csv", IfExists::refuse);
  const auto part = std::filesystem::directory_iterator(folder.path())->path().filename().string();
  CHECK(part != "a.part-b.csv");
  CHECK(final_name(part) == "a.part-b.csv");
  for (const char* name : {"a.csv", ".a.csv", "a.part-b.csv", "", ".part-", "attempt-1"})
    CHECK(final_name(name) == name);
}

TEST_CASE("an existing file is refused before anything is written, and also when it appears meanwhile") {
  const TemporaryFolder folder;
  write_file(folder / "old", "old", IfExists::refuse);
  const auto error = raised([&] { AtomicFile(folder / "old", IfExists::refuse); });
  CHECK(error.kind() == Kind::cannot_create);
  CHECK_THAT(error.sentence(), Catch::Contains("exists already"));

  AtomicFile late(folder / "late", IfExists::refuse);
  late.write("mine");
  write_file(folder / "late", "theirs", IfExists::refuse);
  CHECK(raised([&] { late.commit(); }).kind() == Kind::cannot_create);
  CHECK(read_file(folder / "late") == "theirs");
}

TEST_CASE("replace swaps the whole content at once") {
  const TemporaryFolder folder;
  write_file(folder / "a", "old", IfExists::refuse);
  write_file(folder / "a", "new", IfExists::replace);
  CHECK(read_file(folder / "a") == "new");
  CHECK(folder.entries() == 1);
}

TEST_CASE("a missing folder is named, with the next step") {
  const auto error = raised([] { AtomicFile("/nonexistent/folder/a", IfExists::refuse); });
  CHECK(error.kind() == Kind::cannot_create);
  CHECK_THAT(error.sentence(), Catch::Contains("/nonexistent/folder/a"));
  CHECK_THAT(error.hint(), Catch::Contains("folder does not exist"));
}

TEST_CASE("a full disk is an io error that says so, and leaves nothing half-written") {
  const TemporaryFolder folder;
  if (mount("tmpfs", folder.path().c_str(), "tmpfs", 0, "size=64k") != 0) {
    WARN("skipped: needs the right to mount a small tmpfs");
    return;
  }
  {
    AtomicFile file(folder / "big", IfExists::refuse);
    const auto error = raised([&] { file.write(std::string(1 << 20, 'x')); });
    CHECK(error.kind() == Kind::io);
    CHECK_THAT(error.sentence(), Catch::Contains("no space left"));
  }
  CHECK(folder.entries() == 0);
  umount(folder.path().c_str());
}

TEST_CASE("reading names what is wrong with the path") {
  const TemporaryFolder folder;
  CHECK(raised([&] { FileSource(folder / "none"); }).kind() == Kind::no_input);
  CHECK(raised([&] { FileSource source(folder.path()); }).kind() == Kind::bad_data);
  write_file(folder / "big", std::string(2000, 'x'), IfExists::refuse);
  CHECK(raised([&] { read_file(folder / "big", 1000); }).kind() == Kind::bad_data);
}

TEST_CASE("a source can start at an offset") {
  const TemporaryFolder folder;
  write_file(folder / "a", "0123456789", IfExists::refuse);
  FileSource source(folder / "a", 4);
  char buffer[20];
  CHECK(std::string(buffer, source.read(buffer)) == "456789");
  CHECK(source.size() == 10);
}

TEST_CASE("a rename to a new name never takes one that is taken, and is the only thing that changes") {
  const tests::TemporaryFolder folder;
  write_file(folder / "a", "mine", AtomicFile::IfExists::refuse);
  write_file(folder / "b", "theirs", AtomicFile::IfExists::refuse);
  CHECK(raised([&] { rename_to_new(folder / "a", folder / "b"); }).kind() == Kind::cannot_create);
  CHECK(read_file(folder / "a") == "mine");
  CHECK(read_file(folder / "b") == "theirs");
  rename_to_new(folder / "a", folder / "c");
  CHECK(read_file(folder / "c") == "mine");
  CHECK(folder.entries() == 2);
}

TEST_CASE("a file that is larger than anybody expects is refused before it is read") {
  const tests::TemporaryFolder folder;
  write_file(folder / "a", std::string(100, 'x'), AtomicFile::IfExists::refuse);
  CHECK(read_file(folder / "a", 100).size() == 100);
  const errors::Error error = raised([&] { read_file(folder / "a", 99); });
  CHECK(error.kind() == Kind::bad_data);
  CHECK_THAT(error.sentence(), Catch::Contains("a'"));
}

TEST_CASE("a handle closes its file once, and gives it away whole") {
  FileHandle file(::open("/dev/null", O_RDONLY | O_CLOEXEC));
  const int number = file.get();
  FileHandle moved(std::move(file));
  CHECK(moved.get() == number);
  const int released = moved.release();
  CHECK_FALSE(moved);
  CHECK(fcntl(released, F_GETFD) >= 0);
  { const FileHandle last(released); }
  CHECK(fcntl(released, F_GETFD) < 0);
}

TEST_CASE("private folders are made with their parents, for the owner only") {
  const TemporaryFolder folder;
  make_private_folder(folder.path() / "a" / "b" / "c");
  make_private_folder(folder.path() / "a" / "b" / "c");
  struct stat status {};
  stat((folder.path() / "a" / "b").c_str(), &status);
  CHECK((status.st_mode & 0777U) == 0700);
  write_file(folder / "file", "", IfExists::refuse);
  CHECK(raised([&] { make_private_folder((folder / "file") / "x"); }).kind() == Kind::cannot_create);
}

TEST_CASE("checksums are those of the standard, whole and of a prefix") {
  CHECK(sha256_of("abc") == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  CHECK(sha256_of("") == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  const TemporaryFolder folder;
  write_file(folder / "a", "abcdef", IfExists::refuse);
  CHECK(sha256_of_file(folder / "a") == sha256_of("abcdef"));
  CHECK(sha256_of_file(folder / "a", 3) == sha256_of("abc"));
  CHECK(raised([&] { sha256_of_file(folder / "a", 7); }).kind() == Kind::bad_data);
}

TEST_CASE("a running checksum can be read at any time") {
  Sha256 hash;
  hash.write("ab");
  CHECK(hash.hex() == sha256_of("ab"));
  hash.write("c");
  CHECK(hash.hex() == sha256_of("abc"));
}

}  // namespace ctgan::files
