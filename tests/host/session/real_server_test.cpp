// Transfers with the real ctgan-server as a child process: what arrives, what is resumed, what remains.
#include <sys/file.h>
#include <sys/mount.h>
#include <sys/stat.h>

#include <cstdlib>
#include <fstream>
#include <vector>

#include "common/errors/error.h"
#include "common/files/checksum.h"
#include "common/files/file.h"
#include "common/files/gzip.h"
#include "host/session/download.h"
#include "host/session/upload.h"
#include "host/transport/local_transport.h"
#include "tests/catch.h"
#include "tests/files_under.h"
#include "tests/host/transport/transport_suite.h"
#include "tests/memory_streams.h"
#include "tests/raises.h"
#include "tests/run_program.h"
#include "tests/small_disk.h"

using namespace ctgan;
using errors::Kind;
using host::session::Form;
using host::session::Json;
using host::session::Session;
namespace fs = std::filesystem;

namespace {

const std::string k_stored = "people_20260101t000000_5_synthetic.csv.gz";

// Remembers where tasks began and what was noted.
class Witness : public progress::Progress {
 public:
  void note(std::string_view type, const Json& /*fields*/, std::string_view text) override {
    notes += std::string(type) + ": " + std::string(text) + "\n";
  }
  void status(const progress::Status& /*status*/) override {}
  void start(const progress::Task& task) override { starts.push_back(task.start); }
  void update(std::uint64_t done) override { last = done; }
  void finish() override { ++finished; }
  void abandon() override { ++abandoned; }
  void result(const Json& /*fields*/, std::string_view /*text*/) override {}

  std::string notes;
  std::vector<std::uint64_t> starts;
  std::uint64_t last = 0;
  int finished = 0;
  int abandoned = 0;
};

std::string random_text(std::size_t bytes) {
  std::string text(bytes, ' ');
  std::uint32_t state = 1;
  for (char& c : text) {
    state = state * 1664525U + 1013904223U;
    c = static_cast<char>('!' + (state >> 24U) % 90U);
  }
  return text;
}

// A personal server of the test's own; `transfer` may be led through a shell line in which $server stands for
// the program.
class Server {
 public:
  Server() {
    setenv("HOME", folder_.path().c_str(), 1);
    setenv("XDG_DATA_HOME", (folder_ / "data").c_str(), 1);
    fs::create_directories(folder_ / "laptop");
    lead_transfer("exec $server transfer");
  }
  void lead_transfer(const std::string& line) {
    tests::write_script(folder_, "server=" + tests::bin("ctgan-server") +
                                     "\nif [ \"$1\" = serve ]; then exec $server serve; fi\n" + line);
  }
  host::transport::LocalTransport transport() const {
    return {folder_ / "ctgan-server", {std::chrono::seconds(20), {}}};
  }

  fs::path store() const { return folder_ / "data/ctgan-server"; }
  fs::path laptop() const { return folder_ / "laptop"; }
  // Puts a synthetic table on the user's shelf; returns its content.
  std::string shelve(std::size_t bytes) const {
    std::string content = random_text(bytes);
    tests::MemorySink packed;
    files::GzipSink gzip(packed, 1);
    gzip.write(content);
    gzip.finish();
    shelve_bytes(packed.content);
    return content;
  }
  void shelve_bytes(const std::string& bytes) const {
    auto reached = transport();
    const std::string user = *Session(reached).greeting().user;
    const fs::path shelf = store() / "synthetic_csv_database" / user;
    fs::create_directories(shelf);
    std::ofstream(shelf / k_stored, std::ios::binary) << bytes;
  }
  fs::path write(const std::string& name, const std::string& content) const {
    std::ofstream(laptop() / name, std::ios::binary) << content;
    return laptop() / name;
  }

 private:
  tests::TemporaryFolder folder_;
};

std::string upload(const Server& server, const fs::path& file, Witness& witness) {
  auto transport = server.transport();
  Session session(transport);
  return host::session::upload(session, file, file.filename().string(), witness,
                               host::session::UploadUse::fit);
}

void download(const Server& server, const fs::path& target, Form form, Witness& witness) {
  auto transport = server.transport();
  Session session(transport);
  host::session::download(session, {"data", k_stored}, {target}, form, witness);
}

}  // namespace

TEST_CASE("an uploaded file lies on the server byte for byte, and the comparison is said") {
  const Server server;
  const std::string content = random_text(3'000'000);
  Witness witness;
  upload(server, server.write("people.csv", content), witness);
  CHECK(witness.notes == "integrity: Data integrity check PASSED\n");
  CHECK(witness.starts == std::vector<std::uint64_t>{0});
  CHECK(witness.last == content.size());
  CHECK(witness.finished == 1);
  bool found = false;
  for (const auto& [name, held] : tests::contents_under(server.store() / "inbox")) {
    found = found || held == content;
  }
  CHECK(found);
}

TEST_CASE("an upload that broke off goes on where it stopped", "[fault:2]") {
  Server server;
  const fs::path file = server.write("people.csv", random_text(3'000'000));
  server.lead_transfer("stdbuf -o0 head -c 1500000 | $server transfer");
  Witness broken;
  CHECK(tests::raised([&] { upload(server, file, broken); }).kind() == Kind::try_again);
  CHECK(broken.abandoned == 1);
  server.lead_transfer("exec $server transfer");
  Witness witness;
  upload(server, file, witness);
  REQUIRE(witness.starts.size() == 1);
  CHECK(witness.starts[0] > 1'000'000);
  CHECK(witness.starts[0] < 1'500'000);
  CHECK_THAT(witness.notes, Catch::Contains("PASSED"));
}

TEST_CASE("what an earlier try left of another file is not gone on with", "[fault:3]") {
  Server server;
  server.lead_transfer("stdbuf -o0 head -c 1500000 | $server transfer");
  Witness broken;
  const fs::path file = server.write("people.csv", random_text(3'000'000));
  CHECK(tests::raised([&] { upload(server, file, broken); }).kind() == Kind::try_again);
  server.lead_transfer("exec $server transfer");
  std::string other = random_text(3'000'000);
  other[10] = '\n';
  Witness witness;
  upload(server, server.write("people.csv", other), witness);
  CHECK(witness.starts == std::vector<std::uint64_t>{0});
  CHECK_THAT(witness.notes, Catch::Contains("PASSED"));
}

TEST_CASE("a byte that changes on the way is found out, and the next try starts afresh", "[fault:4]") {
  Server server;
  const fs::path file = server.write("people.csv", random_text(300'000));
  server.lead_transfer("stdbuf -o0 tr '~' '!' | $server transfer");
  Witness witness;
  // The file is full of '!'..'z'; one '~' makes the difference.
  std::string content = files::read_file(file);
  content[200'000] = '~';
  server.write("people.csv", content);
  const auto error = tests::raised([&] { upload(server, file, witness); });
  CHECK(error.kind() == Kind::bad_data);
  CHECK_THAT(error.sentence(), Catch::Contains("data integrity check FAILED"));
  server.lead_transfer("exec $server transfer");
  Witness again;
  upload(server, file, again);
  CHECK(again.starts == std::vector<std::uint64_t>{0});
}

TEST_CASE("a disk that is full on the server is said with its reason", "[fault:12]") {
  const Server server;
  const tests::SmallDisk disk(server.store().parent_path(), "size=1m");
  if (!disk) {
    WARN("skipped: needs the right to mount a small tmpfs");
    return;
  }
  Witness witness;
  const auto error =
      tests::raised([&] { upload(server, server.write("p.csv", random_text(3'000'000)), witness); });
  CHECK(error.kind() == Kind::io);
  CHECK_THAT(error.sentence(), Catch::Contains("no space left on device"));
}

TEST_CASE("a shell that prints noise disturbs neither an upload nor a download") {
  Server server;
  const std::string content = server.shelve(100'000);
  server.lead_transfer("echo 'Welcome!'; printf 'C you: '; exec $server transfer");
  Witness witness;
  upload(server, server.write("people.csv", random_text(100'000)), witness);
  download(server, server.laptop() / "out.csv", Form::unpacked, witness);
  CHECK(files::read_file(server.laptop() / "out.csv") == content);
}

TEST_CASE("a transfer that cannot start says what the other end said") {
  Server server;
  server.lead_transfer("echo 'fork: out of memory' >&2; exit 1");
  Witness witness;
  const auto error = tests::raised([&] { upload(server, server.write("people.csv", "a\n1\n"), witness); });
  CHECK(error.kind() == Kind::try_again);
  CHECK_THAT(error.sentence(), Catch::Contains("fork: out of memory"));
}

TEST_CASE(
    "a download is byte for byte what the server holds, or what zcat gives of it, and nothing else stays") {
  const Server server;
  const std::string content = server.shelve(3'000'000);
  Witness witness;
  download(server, server.laptop() / "as.gz", Form::as_stored, witness);
  download(server, server.laptop() / "unpacked.csv", Form::unpacked, witness);
  CHECK(files::read_file(server.laptop() / "unpacked.csv") == content);
  for (const auto& [name, held] : tests::contents_under(server.store() / "synthetic_csv_database")) {
    CHECK(held == files::read_file(server.laptop() / "as.gz"));
  }
  CHECK(tests::files_under(server.laptop()).size() == 2);
}

TEST_CASE("a download that broke off keeps its bytes and goes on behind them", "[fault:2]") {
  Server server;
  const std::string content = server.shelve(3'000'000);
  server.lead_transfer("$server transfer | stdbuf -o0 head -c 1000000");
  const fs::path target = server.laptop() / "out.csv";
  Witness broken;
  CHECK(tests::raised([&] { download(server, target, Form::unpacked, broken); }).kind() == Kind::try_again);
  CHECK_FALSE(fs::exists(target));
  REQUIRE(fs::exists(server.laptop() / ("." + k_stored + ".part")));
  server.lead_transfer("exec $server transfer");
  Witness witness;
  download(server, target, Form::unpacked, witness);
  REQUIRE(witness.starts.size() == 1);
  CHECK(witness.starts[0] > 900'000);
  CHECK(files::read_file(target) == content);
  CHECK(tests::files_under(server.laptop()).size() == 1);
}

TEST_CASE("part of another file in the way is dropped, not gone on with", "[fault:3]") {
  const Server server;
  const std::string content = server.shelve(1'000'000);
  const std::vector<std::string> lefts{std::string(1000, 'x'), random_text(9'000'000)};
  for (const std::string& left : lefts) {
    server.write("." + k_stored + ".part", left);
    fs::remove(server.laptop() / "out.csv");
    Witness witness;
    download(server, server.laptop() / "out.csv", Form::unpacked, witness);
    CHECK(witness.starts == std::vector<std::uint64_t>{0});
    CHECK(files::read_file(server.laptop() / "out.csv") == content);
  }
  CHECK(tests::files_under(server.laptop()).size() == 1);
}

TEST_CASE("a download whose bytes change on the way is refused and leaves nothing", "[fault:4]") {
  Server server;
  server.shelve_bytes(random_text(100'000) + "~");
  server.lead_transfer("$server transfer | stdbuf -o0 tr '~' '!'");
  Witness witness;
  const auto error =
      tests::raised([&] { download(server, server.laptop() / "a.gz", Form::as_stored, witness); });
  CHECK(error.kind() == Kind::bad_data);
  CHECK_THAT(error.sentence(), Catch::Contains("data integrity check FAILED"));
  CHECK(tests::files_under(server.laptop()).empty());
}

TEST_CASE("what is no gzip cannot be unpacked and leaves nothing, but comes as it is stored") {
  const Server server;
  server.shelve_bytes("plain text");
  Witness witness;
  const auto error =
      tests::raised([&] { download(server, server.laptop() / "a.csv", Form::unpacked, witness); });
  CHECK(error.kind() == Kind::bad_data);
  CHECK(tests::files_under(server.laptop()).empty());
  download(server, server.laptop() / "a.gz", Form::as_stored, witness);
  CHECK(files::read_file(server.laptop() / "a.gz") == "plain text");
}

TEST_CASE("a full disk on the laptop is said with its reason and leaves nothing", "[fault:12]") {
  const Server server;
  server.shelve(3'000'000);
  const tests::SmallDisk disk(server.laptop() / "small", "size=512k");
  if (!disk) {
    WARN("skipped: needs the right to mount a small tmpfs");
    return;
  }
  Witness witness;
  const auto error =
      tests::raised([&] { download(server, server.laptop() / "small/out.csv", Form::unpacked, witness); });
  CHECK(error.kind() == Kind::io);
  CHECK_THAT(error.sentence(), Catch::Contains("no space left on device"));
  CHECK(tests::files_under(server.laptop() / "small").empty());
}

TEST_CASE("a target that exists, or whose folder does not, is refused before anything is asked") {
  const Server server;
  server.shelve(1000);
  server.write("mine.csv", "mine");
  fs::create_symlink("nowhere", server.laptop() / "link.csv");
  Witness witness;
  for (const char* name : {"mine.csv", "link.csv", "none/out.csv"}) {
    const auto error =
        tests::raised([&] { download(server, server.laptop() / name, Form::unpacked, witness); });
    CHECK(error.kind() == Kind::cannot_create);
  }
  CHECK(witness.starts.empty());
  CHECK(files::read_file(server.laptop() / "mine.csv") == "mine");
}

TEST_CASE("a name that could leave its folder is refused whatever the server says", "[fault:24]") {
  const Server server;
  auto transport = server.transport();
  Session session(transport);
  Witness witness;
  for (const char* name : {"../x.gz", "/etc/passwd", ".hidden", "-rf", "a\nb", ""}) {
    const auto error = tests::raised([&] {
      host::session::download(session, {"data", name}, {server.laptop() / "out"}, Form::as_stored, witness);
    });
    CHECK(error.kind() == Kind::protocol);
  }
}

TEST_CASE("two downloads of one name into one folder do not mix") {
  const Server server;
  server.shelve(1000);
  const fs::path part = server.write("." + k_stored + ".part", "");
  const files::FileHandle held(open(part.c_str(), O_RDWR));
  REQUIRE(flock(held.get(), LOCK_EX | LOCK_NB) == 0);
  Witness witness;
  const auto error =
      tests::raised([&] { download(server, server.laptop() / "out.csv", Form::unpacked, witness); });
  CHECK(error.kind() == Kind::try_again);
  CHECK_THAT(error.sentence(), Catch::Contains("is being downloaded"));
}

TEST_CASE("a file of another user looks like one that does not exist") {
  const Server server;
  Witness witness;
  const auto error =
      tests::raised([&] { download(server, server.laptop() / "out.csv", Form::unpacked, witness); });
  CHECK(error.kind() == Kind::no_input);
  CHECK(tests::files_under(server.laptop()).empty());
}
