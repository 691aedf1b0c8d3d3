#include "server/store/uploads.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/file.h>
#include <sys/wait.h>
#include <unistd.h>

#include <fstream>

#include "common/errors/error.h"
#include "common/files/checksum.h"
#include "tests/catch.h"
#include "tests/raises.h"
#include "tests/server/fresh_store.h"

namespace ctgan::server::store {

using errors::Kind;
using tests::raised;

namespace {

const std::string k_hash = files::sha256_of("12345");

struct WithUsers : tests::FreshStore {
  WithUsers() {
    add_user("alice");
    add_user("bob");
  }
  Uploads& uploads() { return store().uploads(); }
  Upload open(const std::string& name = "a.csv", const std::string& hash = k_hash) {
    return uploads().open("alice", name, 5, hash, 100);
  }
  std::unique_ptr<Store> open_store() { return FreshStore::open(); }
  // As a connection that has ended leaves it.
  Upload leave(const std::string& name, UploadLife life = UploadLife::day) {
    return open_store()->uploads().open("alice", name, 5, k_hash, 100, life);
  }
  void append(const Upload& upload, const std::string& bytes) {
    std::ofstream(uploads().file(upload), std::ios::app) << bytes;
  }
  std::size_t folders() const {
    return static_cast<std::size_t>(
        std::distance(std::filesystem::directory_iterator(Layout(root()).inbox("alice")),
                      std::filesystem::directory_iterator{}));
  }
};

}  // namespace

TEST_CASE("the same file opened again goes on with what is there") {
  WithUsers fresh;
  const Upload first = fresh.open();
  fresh.append(first, "123");
  const Upload again = fresh.open();
  CHECK(again.id == first.id);
  CHECK(fresh.uploads().bytes_on_disk(again) == 3);
  CHECK(fresh.folders() == 1);
}

TEST_CASE("another name, size, hash or user is another upload") {
  WithUsers fresh;
  const Upload first = fresh.open();
  CHECK(fresh.open("b.csv").id != first.id);
  CHECK(fresh.open("a.csv", files::sha256_of("other")).id != first.id);
  CHECK(fresh.uploads().open("alice", "a.csv", 6, k_hash, 100).id != first.id);
  CHECK(fresh.uploads().open("bob", "a.csv", 5, k_hash, 100).id != first.id);
}

TEST_CASE("another user's upload looks like one that does not exist") {
  WithUsers fresh;
  const Upload upload = fresh.open();
  const auto foreign = raised([&] { fresh.uploads().require("bob", upload.id); });
  CHECK(foreign.kind() == Kind::try_again);
  CHECK(foreign.sentence() == "there is no upload '" + upload.id + "' any more");
  CHECK(raised([&] { fresh.uploads().require("bob", "../alice/" + upload.id); }).kind() == Kind::try_again);
}

TEST_CASE("a name never becomes a path", "[fault:24]") {
  WithUsers fresh;
  for (const char* name : {"../../etc/passwd", "/etc/passwd", "a\nb", "..", "-rf", ""}) {
    const Upload upload = fresh.open(name);
    CHECK(upload.name == name);
    CHECK(fresh.uploads().file(upload).parent_path().parent_path() == Layout(fresh.root()).inbox("alice"));
  }
}

TEST_CASE("the announced hash makes an upload complete; another hash drops its bytes") {
  WithUsers fresh;
  const Upload upload = fresh.open();
  fresh.append(upload, "12345");
  fresh.uploads().close(upload, files::sha256_of("12x45"));
  CHECK_FALSE(fresh.uploads().require("alice", upload.id).complete);
  CHECK(fresh.uploads().bytes_on_disk(upload) == 0);
  fresh.append(upload, "12345");
  fresh.uploads().close(upload, k_hash);
  CHECK(fresh.uploads().require("alice", upload.id).complete);
  CHECK(fresh.uploads().bytes_on_disk(upload) == 5);
}

TEST_CASE("what a transfer noted of its bytes is believed until somebody writes to the file") {
  WithUsers fresh;
  const Upload upload = fresh.open();
  fresh.append(upload, "123");
  CHECK(fresh.uploads().sha256(upload) == files::sha256_of("123"));
  fresh.uploads().note_received(upload, "noted");
  CHECK(fresh.uploads().sha256(upload) == "noted");
  fresh.append(upload, "45");
  CHECK(fresh.uploads().sha256(upload) == k_hash);
}

TEST_CASE("a file whose hash is not known yet goes on with the incomplete upload of its name and size") {
  WithUsers fresh;
  const Upload first = fresh.open("a.csv", "");
  CHECK(fresh.open("a.csv", "").id == first.id);
  CHECK(fresh.uploads().open("alice", "a.csv", 6, "", 100).id != first.id);
  Upload announced = first;
  announced.sha256 = k_hash;
  fresh.append(first, "12345");
  fresh.uploads().close(announced, k_hash);
  CHECK(fresh.uploads().require("alice", first.id).sha256 == k_hash);
  CHECK(fresh.open("a.csv", "").id != first.id);
}

TEST_CASE("what was sent whole and never submitted is found again, but not a file that came with scp") {
  WithUsers fresh;
  const auto leave_whole = [&](const std::string& name) {
    Upload upload = fresh.leave(name);
    upload.sha256 = k_hash;
    fresh.append(upload, "12345");
    fresh.uploads().close(upload, k_hash);
    return upload;
  };
  const Upload sent = leave_whole("sent.csv");
  const Upload copied = fresh.leave("copied.csv", UploadLife::connection);
  fresh.uploads().adopt(copied, k_hash);
  fresh.now += 121;
  CHECK(fresh.open("sent.csv", "").id == sent.id);
  CHECK(fresh.open("copied.csv", "").id != copied.id);
}

TEST_CASE("of complete uploads the newest is found by its name, others are suggested") {
  WithUsers fresh;
  const Upload incomplete = fresh.open("people.csv");
  const auto none = raised([&] { fresh.uploads().require_named("alice", "people.csv"); });
  CHECK(none.kind() == Kind::no_input);
  CHECK_THAT(none.hint(), Catch::Contains("scp -O"));
  fresh.uploads().close(incomplete, k_hash);
  CHECK(fresh.uploads().require_named("alice", "people.csv").id == incomplete.id);
  CHECK_THAT(raised([&] { fresh.uploads().require_named("alice", "peple.csv"); }).hint(),
             Catch::Contains("'people.csv'"));
  CHECK(raised([&] { fresh.uploads().require_named("bob", "people.csv"); }).kind() == Kind::no_input);
}

TEST_CASE("a copy with stock scp takes the place of the earlier one of that name") {
  WithUsers fresh;
  const Upload first = fresh.uploads().create("alice", "a.csv", 5, "", 100);
  fresh.uploads().adopt(first, k_hash);
  const Upload second = fresh.uploads().create("alice", "a.csv", 5, "", 100);
  fresh.uploads().adopt(second, k_hash);
  CHECK(fresh.uploads().require_named("alice", "a.csv").id == second.id);
  CHECK_FALSE(std::filesystem::exists(fresh.uploads().file(first)));
  CHECK(fresh.folders() == 1);
}

TEST_CASE("an inbox holds only so many files") {
  WithUsers fresh;
  fresh.uploads().create("alice", "a", 5, "", 2);
  fresh.uploads().create("alice", "b", 5, "", 2);
  CHECK(raised([&] { fresh.uploads().create("alice", "c", 5, "", 2); }).kind() == Kind::cannot_create);
  CHECK(fresh.folders() == 2);
  CHECK_NOTHROW(fresh.uploads().create("bob", "c", 5, "", 2));
}

TEST_CASE("what a connection has opened is given to no other, until it has ended or fallen silent") {
  WithUsers fresh;
  auto other = fresh.open_store();
  const Upload first = other->uploads().open("alice", "a.csv", 5, k_hash, 100);
  const Upload second = fresh.open();
  CHECK(second.id != first.id);
  CHECK(fresh.uploads().is_busy(first));
  CHECK(fresh.open().id == second.id);
  CHECK(fresh.open("b.csv").id != second.id);
  auto third = fresh.open_store();
  CHECK(third->uploads().open("alice", "a.csv", 5, k_hash, 100).id != second.id);
  fresh.now += 121;
  CHECK_FALSE(fresh.uploads().is_busy(first));
  fresh.uploads().touch(first);
  CHECK(fresh.uploads().is_busy(fresh.uploads().require("alice", first.id)));
  other.reset();
  CHECK_FALSE(fresh.uploads().is_busy(first));
  CHECK(fresh.open_store()->uploads().open("alice", "a.csv", 5, k_hash, 100).id == first.id);
}

TEST_CASE("what a transfer is writing is neither given away nor reaped") {
  WithUsers fresh;
  const Upload upload = fresh.leave("a.csv", UploadLife::connection);
  {
    const files::FileHandle writing(::open(fresh.uploads().file(upload).c_str(), O_WRONLY | O_CLOEXEC));
    REQUIRE(flock(writing.get(), LOCK_EX) == 0);
    CHECK(fresh.uploads().is_busy(upload));
    CHECK(fresh.uploads().reap() == 0);
    CHECK(fresh.open().id != upload.id);
  }
  CHECK(fresh.uploads().reap() == 1);
}

TEST_CASE("a fleeting upload goes when its connection has ended, however that was") {
  WithUsers fresh;
  const pid_t child = fork();
  if (child == 0) {
    fresh.open_store()->uploads().open("alice", "killed.csv", 5, "", 100, UploadLife::connection);
    kill(getpid(), SIGKILL);
  }
  waitpid(child, nullptr, 0);
  auto other = fresh.open_store();
  const Upload living = other->uploads().open("alice", "living.csv", 5, "", 100, UploadLife::connection);
  CHECK(fresh.folders() == 2);
  CHECK(fresh.uploads().reap() == 1);
  CHECK(fresh.uploads().reap() == 0);
  CHECK(std::filesystem::exists(fresh.uploads().file(living)));
  other.reset();
  CHECK(fresh.uploads().reap() == 1);
  CHECK(fresh.folders() == 0);
  CHECK(std::filesystem::is_empty(Layout(fresh.root()).connections()));
}

TEST_CASE("a copy with scp belongs to nobody once it is whole, and to its connection before") {
  WithUsers fresh;
  const Upload whole = fresh.leave("whole.csv", UploadLife::connection);
  fresh.uploads().adopt(whole, k_hash);
  fresh.leave("half.csv", UploadLife::connection);
  CHECK(fresh.uploads().reap() == 1);
  CHECK(fresh.uploads().require_named("alice", "whole.csv").id == whole.id);
  CHECK(fresh.uploads().list("alice").size() == 1);
}

TEST_CASE("what nobody touched for a day goes, unless its connection lives") {
  WithUsers fresh;
  const Upload mine = fresh.open("mine.csv");
  const Upload old = fresh.leave("old.csv");
  fresh.now += 24 * 3600;
  const Upload young = fresh.leave("young.csv");
  CHECK(fresh.uploads().reap() == 0);
  fresh.now += 1;
  CHECK(fresh.uploads().reap() == 1);
  CHECK(fresh.folders() == 2);
  CHECK(std::filesystem::exists(fresh.uploads().file(young)));
  CHECK(std::filesystem::exists(fresh.uploads().file(mine)));
  CHECK(raised([&] { fresh.uploads().require("alice", old.id); }).kind() == Kind::try_again);
}

TEST_CASE("a submission that broke off gives its upload back, and is no excuse for keeping it for ever") {
  WithUsers fresh;
  const Upload upload = fresh.leave("moved.csv");
  const Layout layout(fresh.root());
  std::filesystem::rename(layout.upload("alice", upload.id), layout.job(upload.id));
  CHECK(fresh.uploads().reap() == 0);
  CHECK(std::filesystem::exists(fresh.uploads().file(upload)));
  std::filesystem::rename(layout.upload("alice", upload.id), layout.job(upload.id));
  fresh.now += 24 * 3600 + 1;
  CHECK(fresh.uploads().reap() == 1);
  CHECK_FALSE(std::filesystem::exists(layout.job(upload.id)));
  CHECK(fresh.folders() == 0);
}

TEST_CASE("a folder without a row goes, as does a row without a folder") {
  WithUsers fresh;
  const Upload upload = fresh.leave("a.csv");
  std::filesystem::remove_all(Layout(fresh.root()).upload("alice", upload.id));
  files::make_private_folder(Layout(fresh.root()).upload("alice", std::string(32, 'f')));
  CHECK(fresh.uploads().reap() == 2);
  CHECK(fresh.folders() == 0);
  CHECK(fresh.uploads().list("alice").empty());
}

TEST_CASE("the reaper leaves the folder of a job that was made of an upload") {
  WithUsers fresh;
  const Upload upload = fresh.leave("a.csv");
  std::filesystem::rename(Layout(fresh.root()).upload("alice", upload.id),
                          Layout(fresh.root()).job(upload.id));
  fresh.insert_job(upload.id, "alice", "request");
  fresh.now += 48 * 3600;
  fresh.uploads().reap();
  CHECK(std::filesystem::exists(Layout(fresh.root()).job(upload.id)));
}

}  // namespace ctgan::server::store
