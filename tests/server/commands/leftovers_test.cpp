// What dies, and what of it is left for whom.
#include <signal.h>

#include <chrono>
#include <functional>
#include <memory>
#include <set>
#include <thread>

#include "server/commands/open_store.h"
#include "server/jobs/job_folder.h"
#include "tests/server/commands/server_program.h"

namespace ctgan::server::commands {

using tests::files_under;
using tests::Outcome;
using tests::ServerProgram;
using Json = nlohmann::json;

namespace {

const std::string k_table = "a,b\n1,2\n";

struct WithAlice : ServerProgram {
  WithAlice() { make_shared({"alice"}); }
  std::vector<std::string> inbox() const { return files_under(root() / "inbox/alice"); }
  // Sends a table that is to go with the connection.
  void send_fleeting(Connection& connection) const {
    const std::string id = upload(connection, "people.csv", k_table);
    REQUIRE(connection
                .ask("upload.open", {{"name", "people.csv"},
                                     {"bytes", k_table.size()},
                                     {"sha256", files::sha256_of(k_table)},
                                     {"fleeting", true}})
                .at("upload") == id);
  }
  // A job whose worker has begun to read its table, and was killed. Returns the table.
  std::filesystem::path die_reading(char id) const {
    store::Job job;
    job.id = std::string(32, id);
    job.user = "alice";
    job.request_id = job.id;
    OpenStore open(root());
    job.created = open.store.clock()();
    open.store.jobs().insert(job);
    const jobs::JobFolder folder(open.store.layout().job(job.id));
    files::make_private_folder(folder.path());
    for (const auto& path : {folder.work_file("table"), folder.attempt(1), folder.lock()})
      files::write_file(path, k_table, files::AtomicFile::IfExists::refuse);
    folder.write_status({jobs::JobState::running, nullptr, nullptr, {}});
    return folder.work_file("table");
  }
  // Everybody who may come next.
  std::vector<std::pair<std::string, std::function<void()>>> visitors() const {
    return {{"serve", [this] { CHECK(connect("alice").end().code == 0); }},
            {"transfer", [this] { CHECK(run({"transfer"}, "0\n").code == 77); }},
            {"scp in", [this] { forced("alice", "scp -t ."); }},
            {"scp out", [this] { forced("alice", "scp -f x"); }},
            {"reap", [this] { CHECK_THAT(run({"reap"}).out, Catch::Contains("removed what was left: 1 ")); }},
            {"doctor",
             [this] { CHECK_THAT(run({"doctor"}).out, Catch::Contains("removed what was left: 1 ")); }}};
  }
};

}  // namespace

TEST_CASE("a signal that ends serve takes along at once what was to go with the connection") {
  for (const int signal : {SIGTERM, SIGHUP, SIGINT}) {
    const WithAlice server;
    auto connection = server.connect("alice");
    server.send_fleeting(connection);
    CHECK(server.inbox().size() == 1);
    kill(connection.child().pid(), signal);
    CHECK(connection.child().wait().signal == signal);
    CHECK(server.inbox().empty());
  }
}

TEST_CASE("what a killed serve had to itself goes with whoever comes next; what lives stays", "[fault:7]") {
  const WithAlice server;
  auto living = server.connect("alice");
  living.ask("upload.open", {{"name", "mine.csv"}, {"bytes", 5}, {"fleeting", true}});
  for (const auto& [name, visit] : server.visitors()) {
    INFO(name);
    auto connection = server.connect("alice");
    server.send_fleeting(connection);
    kill(connection.child().pid(), SIGKILL);
    CHECK(connection.child().wait().signal == SIGKILL);
    CHECK(server.inbox().size() == 2);
    visit();
    CHECK(server.inbox().size() == 1);
  }
}

TEST_CASE("the table of a worker that was killed while it read goes with whoever comes next", "[fault:8]") {
  const WithAlice server;
  char id = 'a';
  for (const auto& [name, visit] : server.visitors()) {
    INFO(name);
    const auto table = server.die_reading(id++);
    REQUIRE(std::filesystem::exists(table));
    visit();
    CHECK_FALSE(std::filesystem::exists(table));
  }
  const auto table = server.die_reading('9');
  const std::string job(32, '8');
  files::make_private_folder(server.root() / "jobs" / job);
  std::filesystem::rename(server.root() / "ctgan.sqlite", server.root() / "away");
  server.run({"work", job});
  CHECK_FALSE(std::filesystem::exists(table));
}

TEST_CASE("a copy with scp that is killed leaves nothing for longer than until the next connection") {
  const WithAlice server;
  setenv("SSH_ORIGINAL_COMMAND", "scp -t .", 1);
  for (const int signal : {SIGTERM, SIGKILL}) {
    process::ChildProcess copy(server.argv({"serve", "--user", "alice"}));
    files::DescriptorSink(copy.input()).write("C0600 1000 people.csv\n1234");
    for (int i = 0; i < 1000 && server.inbox().empty(); ++i)
      std::this_thread::sleep_for(std::chrono::milliseconds(5));
    CHECK(server.inbox().size() == 1);
    kill(copy.pid(), signal);
    CHECK(copy.wait().signal == signal);
    CHECK(server.inbox().size() == (signal == SIGKILL ? 1 : 0));
  }
  unsetenv("SSH_ORIGINAL_COMMAND");
  CHECK(server.connect("alice").end().code == 0);
  CHECK(server.inbox().empty());
}

TEST_CASE("eight connections that send one file at one moment have eight uploads, and all succeed",
          "[fault:15]") {
  const WithAlice server;
  std::vector<std::unique_ptr<ServerProgram::Connection>> connections;
  std::set<std::string> uploads;
  for (int i = 0; i < 8; ++i)
    connections.push_back(
        std::make_unique<ServerProgram::Connection>(server.argv({"serve", "--user", "alice"})));
  for (const auto& connection : connections) {
    uploads.insert(connection->ask("upload.open", {{"name", "people.csv"}, {"bytes", k_table.size()}})
                       .at("upload")
                       .get<std::string>());
  }
  CHECK(uploads.size() == 8);
  std::set<std::string> jobs;
  for (std::size_t i = 0; i < connections.size(); ++i) {
    const std::string id = server.upload(*connections[i], "people.csv", k_table);
    jobs.insert(connections[i]
                    ->ask("fit.submit", {{"request_id", std::string(32, static_cast<char>('0' + i))},
                                         {"upload", id},
                                         {"name", "people.csv"}})
                    .at("job")
                    .get<std::string>());
  }
  CHECK(jobs.size() == 8);
}

}  // namespace ctgan::server::commands
