#include "server/store/sqlite.h"

#include <fcntl.h>
#include <sys/mount.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <functional>
#include <optional>
#include <thread>

#include "common/errors/error.h"
#include "common/files/file.h"
#include "server/store/schema.h"
#include "tests/catch.h"
#include "tests/raises.h"
#include "tests/server/fresh_store.h"
#include "tests/small_disk.h"
#include "tests/temporary_folder.h"

namespace ctgan::server::store {

using errors::Kind;
using tests::raised;

namespace {

std::string answer(Database& database, const std::string& question) {
  Statement query(database, question);
  return query.step() ? query.text(0) : "";
}

}  // namespace

TEST_CASE("a new database is closed to others and has the settings that survive a crash") {
  const tests::TemporaryFolder folder;
  Database database(folder / "a.sqlite");
  struct stat status {};
  REQUIRE(stat((folder / "a.sqlite").c_str(), &status) == 0);
  CHECK((status.st_mode & 0777U) == 0600);
  CHECK(answer(database, "PRAGMA journal_mode") == "delete");
  CHECK(answer(database, "PRAGMA synchronous") == "2");
  CHECK(answer(database, "PRAGMA foreign_keys") == "1");
  CHECK(answer(database, "PRAGMA busy_timeout") == "10000");
  CHECK(answer(database, "PRAGMA trusted_schema") == "0");
}

TEST_CASE("texts, numbers and nothing come back as they went in") {
  const tests::TemporaryFolder folder;
  Database database(folder / "a.sqlite");
  database.execute("CREATE TABLE t(a, b, c, d)");
  const std::string odd("quote' \0 \xc3\xa4", 11);
  Statement(database, "INSERT INTO t VALUES(?, ?, ?, ?)", odd, std::int64_t{-5}, std::optional<std::string>(),
            "")
      .run();
  CHECK(database.changes() == 1);
  Statement query(database, "SELECT a, b, c, d FROM t");
  REQUIRE(query.step());
  CHECK(query.text(0) == odd);
  CHECK(query.integer(1) == -5);
  CHECK_FALSE(query.optional_text(2).has_value());
  CHECK(query.optional_text(3) == "");
  CHECK_FALSE(query.step());
}

TEST_CASE("a transaction that is not committed leaves nothing") {
  const tests::TemporaryFolder folder;
  Database database(folder / "a.sqlite");
  database.execute("CREATE TABLE t(a)");
  {
    const Transaction transaction(database);
    Statement(database, "INSERT INTO t VALUES(1)").run();
  }
  CHECK(answer(database, "SELECT count(*) FROM t") == "0");
  Transaction transaction(database);
  Statement(database, "INSERT INTO t VALUES(1)").run();
  transaction.commit();
  CHECK(answer(database, "SELECT count(*) FROM t") == "1");
}

TEST_CASE("many writers at once lose nothing and see no busy database", "[fault:17]") {
  const tests::TemporaryFolder folder;
  {
    Database database(folder / "a.sqlite");
    database.execute("CREATE TABLE t(a)");
  }
  std::vector<std::thread> writers;
  for (int writer = 0; writer < 8; ++writer) {
    writers.emplace_back([&] {
      Database own(folder / "a.sqlite");
      for (int i = 0; i < 20; ++i) {
        Transaction transaction(own);
        Statement(own, "INSERT INTO t VALUES(1)").run();
        transaction.commit();
      }
    });
  }
  for (std::thread& writer : writers) writer.join();
  Database database(folder / "a.sqlite");
  CHECK(answer(database, "SELECT count(*) FROM t") == "160");
}

TEST_CASE("what the system refuses is said as that: no inodes, no bytes, a disk that cannot be written",
          "[fault:12]") {
  const tests::TemporaryFolder folder;
  const auto path = folder / "disk/a.sqlite";
  const auto insert = [](Database& database) {
    return raised([&] { database.execute("INSERT INTO t VALUES(zeroblob(100000))"); });
  };
  {
    const tests::SmallDisk disk(folder / "disk", "nr_inodes=8");
    if (!disk) {
      WARN("skipped: needs the right to mount a small tmpfs");
      return;
    }
    {
      Database database(path);
      database.execute("CREATE TABLE t(a)");
      for (int i = 0; i < 8; ++i)
        files::FileHandle(creat((folder / "disk" / std::to_string(i)).c_str(), 0600));
      const auto error = insert(database);
      CHECK(error.kind() == Kind::io);
      CHECK_THAT(error.sentence(), Catch::Contains("a.sqlite") && Catch::Contains("no inodes left"));
      std::filesystem::remove(folder / "disk/0");
      CHECK_NOTHROW(database.execute("INSERT INTO t VALUES(1)"));
    }
    REQUIRE(mount(nullptr, (folder / "disk").c_str(), nullptr, MS_REMOUNT | MS_RDONLY, nullptr) == 0);
    Database database(path);
    const auto closed = insert(database);
    CHECK(closed.kind() == Kind::io);
    CHECK_THAT(closed.sentence(), Catch::Contains("a.sqlite") && Catch::Contains("read-only file system"));
  }
  const tests::SmallDisk disk(folder / "disk", "size=64k");
  Database database(path);
  database.execute("CREATE TABLE t(a)");
  const auto full = insert(database);
  CHECK(full.kind() == Kind::io);
  CHECK_THAT(full.sentence(), Catch::Contains("a.sqlite") && Catch::Contains("no space left on device") &&
                                  !Catch::Contains("inodes"));
}

TEST_CASE("a process that may open no more files is told so, not that something is missing or not its own") {
  tests::FreshStore fresh;
  fresh.add_user("alice");
  fresh.put(Shelf::models, "alice", "m_20261121t074500_model.gz");
  rlimit before{};
  REQUIRE(getrlimit(RLIMIT_NOFILE, &before) == 0);
  const files::FileHandle next(dup(0));
  const rlimit none{static_cast<rlim_t>(next.get()), before.rlim_max};
  const auto without_files = [&](const std::function<void()>& deed) {
    setrlimit(RLIMIT_NOFILE, &none);
    std::optional<errors::Error> error;
    try {
      deed();
    } catch (const errors::Error& caught) {
      error = caught;
    }
    setrlimit(RLIMIT_NOFILE, &before);
    REQUIRE(error.has_value());
    CHECK(error->kind() == Kind::io);
    CHECK_THAT(error->sentence(), Catch::Contains("too many open files"));
  };
  without_files([&] { fresh.store().shelves().open(Shelf::models, "alice", "m_20261121t074500_model.gz"); });
  without_files([&] { fresh.store().shelves().list(Shelf::models, "alice"); });
  without_files([&] { fresh.store().database().execute("DELETE FROM users"); });
  without_files([&] { fresh.store().uploads().open("alice", "a", 5, "", 10); });
}

TEST_CASE("a second connection of one process does not cost the first one its locks") {
  const tests::TemporaryFolder folder;
  Database first(folder / "a.sqlite");
  first.execute("CREATE TABLE t(a)");
  Transaction transaction(first);
  { Database second(folder / "a.sqlite"); }
  const pid_t child = fork();
  if (child == 0) {
    // SQLite's byte for whoever is about to write.
    constexpr off_t k_reserved = 0x40000001;
    struct flock wanted {};
    wanted.l_type = F_WRLCK;
    wanted.l_start = k_reserved;
    wanted.l_len = 1;
    const int file = open((folder / "a.sqlite").c_str(), O_RDWR | O_CLOEXEC);
    _exit(fcntl(file, F_GETLK, &wanted) == 0 && wanted.l_type != F_UNLCK ? 0 : 1);
  }
  int status = 1;
  REQUIRE(waitpid(child, &status, 0) == child);
  CHECK(status == 0);
  transaction.commit();
}

TEST_CASE("a file that is no database is an error that names it") {
  const tests::TemporaryFolder folder;
  files::write_file(folder / "a.sqlite", std::string(5000, 'x'), files::AtomicFile::IfExists::refuse);
  const auto error = raised([&] { Database(folder / "a.sqlite"); });
  CHECK(error.kind() == Kind::io);
  CHECK_THAT(error.sentence(), Catch::Contains("a.sqlite") && Catch::Contains("damaged"));
}

TEST_CASE("a database in the place of a link is refused") {
  const tests::TemporaryFolder folder;
  files::write_file(folder / "target", "", files::AtomicFile::IfExists::refuse);
  std::filesystem::create_symlink(folder / "target", folder / "a.sqlite");
  CHECK_THROWS_AS(Database(folder / "a.sqlite"), errors::Error);
}

TEST_CASE("every older version is brought to the newest, once, and keeps its rows") {
  const std::vector<std::string_view> steps{"CREATE TABLE t(a); INSERT INTO t VALUES('kept')",
                                            "ALTER TABLE t ADD COLUMN b DEFAULT 'new'"};
  const tests::TemporaryFolder folder;
  Database database(folder / "a.sqlite");
  migrate(database, std::span(steps).first(1));
  CHECK(answer(database, "PRAGMA user_version") == "1");
  migrate(database, steps);
  migrate(database, steps);
  CHECK(answer(database, "PRAGMA user_version") == "2");
  CHECK(answer(database, "SELECT a || b FROM t") == "keptnew");
  CHECK(answer(database, "SELECT count(*) FROM t") == "1");
}

TEST_CASE("a step that fails leaves the older version as it was") {
  const std::vector<std::string_view> steps{"CREATE TABLE t(a)", "CREATE TABLE u(a); no such statement"};
  const tests::TemporaryFolder folder;
  Database database(folder / "a.sqlite");
  migrate(database, std::span(steps).first(1));
  CHECK_THROWS_AS(migrate(database, steps), errors::Error);
  CHECK(answer(database, "PRAGMA user_version") == "1");
  CHECK(answer(database, "SELECT count(*) FROM sqlite_schema WHERE name = 'u'") == "0");
}

TEST_CASE("a store of a newer program is left alone") {
  const tests::TemporaryFolder folder;
  Database database(folder / "a.sqlite");
  database.execute("PRAGMA user_version=99");
  const auto error = raised([&] { migrate(database); });
  CHECK(error.kind() == Kind::configuration);
  CHECK_THAT(error.sentence(), Catch::Contains("newer") && Catch::Contains("99"));
}

TEST_CASE("two programs that make the store at the same moment make one") {
  const tests::TemporaryFolder folder;
  std::vector<std::thread> makers;
  for (int i = 0; i < 6; ++i) {
    makers.emplace_back([&] {
      Database own(folder / "a.sqlite");
      migrate(own);
    });
  }
  for (std::thread& maker : makers) maker.join();
  Database database(folder / "a.sqlite");
  CHECK(answer(database, "SELECT count(*) FROM sqlite_schema WHERE name = 'users'") == "1");
}

TEST_CASE("a started program does not inherit the database") {
  const tests::TemporaryFolder folder;
  Database database(folder / "a.sqlite");
  migrate(database);
  for (const auto& entry : std::filesystem::directory_iterator("/proc/self/fd")) {
    std::error_code gone;
    if (std::filesystem::read_symlink(entry.path(), gone) != folder / "a.sqlite") continue;
    CHECK((fcntl(std::stoi(entry.path().filename()), F_GETFD) & FD_CLOEXEC) != 0);
  }
}

}  // namespace ctgan::server::store
