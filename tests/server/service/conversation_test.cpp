#include "server/service/conversation.h"

#include <fmt/format.h>
#include <sys/resource.h>

#include <cstdlib>
#include <sstream>

#include "server/service/requests.h"
#include "server/store/passwords.h"
#include "server/store/transfer_mark.h"
#include "tests/catch.h"
#include "tests/server/service/talk.h"

namespace ctgan::server::service {

using errors::Kind;
using tests::FreshStore;
using tests::Talk;

namespace {

struct WithUsers : FreshStore {
  WithUsers() {
    add_user("alice");
    add_user("bob");
  }
};

// The lines "C: ..." and "S: ..." of protocol.md.
std::vector<std::string> examples() {
  std::istringstream text(
      files::read_file(std::string(std::getenv("CTGAN_SOURCE_DIR")) + "/common/protocol/protocol.md"));
  std::vector<std::string> found;
  for (std::string line; std::getline(text, line);) {
    if (line.starts_with("    C: ") || line.starts_with("    S: ")) found.push_back(line.substr(4));
  }
  return found;
}

}  // namespace

TEST_CASE("the conversation in protocol.md is the one that takes place") {
  WithUsers fresh;
  Talk talk(fresh, "alice");
  CHECK(talk.magic == "CTGAN-SERVER 1");
  int answers = 0;
  for (const std::string& line : examples()) {
    const Json said = Json::parse(line.substr(3));
    if (line[0] == 'C') {
      talk.send(said.dump() + "\n");
    } else if (said.at("type") == "hello") {
      for (const auto& [key, value] : said.items()) {
        INFO(key);
        CHECK(talk.hello.contains(key));
        if (key != "commands") CHECK(talk.hello.at(key) == value);
      }
    } else {
      CHECK(talk.read() == said);
      ++answers;
    }
  }
  CHECK(answers >= 4);
  CHECK_FALSE(talk.end().has_value());
}

TEST_CASE("the greeting names every command of the table, and protocol.md describes each") {
  WithUsers fresh;
  Talk talk(fresh, "alice");
  const std::string text =
      files::read_file(std::string(std::getenv("CTGAN_SOURCE_DIR")) + "/common/protocol/protocol.md");
  REQUIRE(talk.hello.at("commands").size() == request_table().size());
  for (const RequestRow& row : request_table()) {
    INFO(row.name);
    CHECK(std::count(talk.hello["commands"].begin(), talk.hello["commands"].end(), row.name) == 1);
    CHECK(text.find(fmt::format("`{}`", row.name)) != std::string::npos);
  }
}

TEST_CASE("the greeting says who decided who the user is") {
  WithUsers fresh;
  CHECK(Talk(fresh, LoginKind::account, "alice").hello.at("login") == "account");
  CHECK(Talk(fresh, LoginKind::key, "alice").hello.at("login") == "key");
  Talk shared(fresh, LoginKind::password, std::nullopt);
  CHECK(shared.hello.at("login") == "password");
  CHECK(shared.hello.at("user").is_null());
}

TEST_CASE("with a shared key every request but the login waits for the login") {
  WithUsers fresh;
  fresh.store().users().set_password("alice", store::hash_password("correct horse"));
  Talk talk(fresh, LoginKind::password, std::nullopt);
  for (const RequestRow& row : request_table()) {
    if (row.name == "login") continue;
    const Json refused = talk.ask(std::string(row.name));
    INFO(row.name);
    CHECK(refused.at("kind") == "permission");
  }
  CHECK(talk.ask("login", {{"user", "alice"}, {"password", "wrong horse"}}).at("kind") == "permission");
  CHECK(talk.ask("whoami").at("kind") == "permission");
  CHECK(talk.ask("login", {{"user", "alice"}, {"password", "correct horse"}}).at("user") == "alice");
  const Json me = talk.ask("whoami");
  CHECK(me.at("user") == "alice");
  CHECK(me.at("login") == "password");
  CHECK(me.at("role") == "normal");
}

TEST_CASE("a login where the key decides is refused: nobody becomes somebody else") {
  WithUsers fresh;
  fresh.store().users().set_password("bob", store::hash_password("correct horse"));
  Talk talk(fresh, "alice");
  CHECK(talk.ask("login", {{"user", "bob"}, {"password", "correct horse"}}).at("kind") == "permission");
  CHECK(talk.ask("whoami").at("user") == "alice");
}

TEST_CASE("an error in a request is an answer, and the conversation goes on") {
  WithUsers fresh;
  Talk talk(fresh, "alice");
  CHECK(talk.ask("no.such.thing").at("kind") == "protocol");
  CHECK(talk.ask("models.delete").at("sentence") == "the field 'name' is missing");
  CHECK(talk.ask("models.delete", {{"name", 5}}).at("kind") == "protocol");
  CHECK(talk.ask("upload.open", {{"name", "a"}, {"bytes", -1}, {"sha256", ""}}).at("kind") == "protocol");
  CHECK(talk.ask("job.list", {{"before", "x"}}).at("kind") == "protocol");
  CHECK(talk.ask("whoami").at("type") == "result");
}

TEST_CASE("unknown keys are passed over") {
  WithUsers fresh;
  Talk talk(fresh, "alice");
  CHECK(talk.ask("whoami", {{"colour", "blue"}, {"user", "bob"}}).at("user") == "alice");
}

TEST_CASE("requests that come in one piece are answered in order, a cut one not at all") {
  WithUsers fresh;
  Talk talk(fresh, "alice");
  std::string lines;
  for (int id = 1; id <= 50; ++id) {
    lines += fmt::format(R"({{"type":"request","id":{},"command":"whoami"}}{}{})", id, '\r', '\n');
  }
  talk.send(lines + R"({"type":"request","id":51,"comm)");
  for (int id = 1; id <= 50; ++id) CHECK(talk.read().at("id") == id);
  CHECK_FALSE(talk.end().has_value());
  CHECK(talk.read_line().empty());
}

TEST_CASE("a line that is no request is answered without an id and ends the conversation") {
  const std::string deep = std::string(1000, '[') + std::string(1000, ']');
  for (const std::string& line :
       {std::string("foo"), std::string("[1]"), std::string("{}"), std::string("5"), std::string(),
        std::string("{\"type\":"), std::string("{\"type\":\"request\"}"),
        std::string("{\"type\":\"request\",\"id\":-1}"), std::string("{\"type\":\"request\",\"id\":\"1\"}"),
        std::string("{\"type\":\"hello\",\"id\":1}"),
        std::string(R"({"type":"request","id":1,"command":"whoami","id":2})"),
        std::string(R"({"type":"request","id":1,"x":)") + deep + "}",
        std::string("\x00\x01\xff\xfe binary", 12),
        std::string("{\"type\":\"request\",\"id\":1,\"command\":\"\xff\"}")}) {
    WithUsers fresh;
    Talk talk(fresh, "alice");
    INFO(line.substr(0, 100));
    talk.send(line + "\n");
    const Json answer = talk.read();
    CHECK(answer.at("type") == "error");
    CHECK(answer.at("kind") == "protocol");
    CHECK_FALSE(answer.contains("id"));
    CHECK(talk.read_line().empty());
    const auto thrown = talk.end();
    REQUIRE(thrown.has_value());
    CHECK(thrown->kind() == Kind::protocol);
  }
}

TEST_CASE("a line of 100 MB is refused early and does not fill the memory", "[fault:23]") {
  WithUsers fresh;
  Talk talk(fresh, "alice");
  rusage before{};
  getrusage(RUSAGE_SELF, &before);
  const std::string piece(std::size_t{1} << 20, 'x');
  try {
    for (int i = 0; i < 100; ++i) talk.send(piece);
  } catch (const errors::Error&) {
    // It has hung up.
  }
  CHECK_THAT(talk.read().at("sentence").get<std::string>(), Catch::Contains("longer than 16777216 bytes"));
  talk.end();
  rusage after{};
  getrusage(RUSAGE_SELF, &after);
#ifdef __SANITIZE_ADDRESS__
  constexpr long k_most = 80 * 1024;  // freed memory stays for a while, to catch who uses it
#else
  constexpr long k_most = 48 * 1024;  // KiB: a line may have 16 MiB
#endif
  CHECK(after.ru_maxrss - before.ru_maxrss < k_most);
}

TEST_CASE("a request that takes long is accompanied by signs of life") {
  WithUsers fresh;
  const auto job = fresh.insert_job(std::string(32, '1'), "alice", std::string(32, '2'));
  std::filesystem::create_directory(store::Layout(fresh.root()).job(job.id));
  fresh.store().jobs().mark_started(job.id, fresh.now);
  Talk talk(fresh, LoginKind::key, "alice", std::chrono::milliseconds(20));
  talk.send(R"({"type":"request","id":1,"command":"job.follow","job":")" + job.id + "\"}\n");
  for (int i = 0; i < 3; ++i) CHECK(talk.read() == Json{{"type", "alive"}});
}

TEST_CASE("whoever goes away while following ends the conversation, and at once", "[fault:6]") {
  WithUsers fresh;
  const auto job = fresh.insert_job(std::string(32, '1'), "alice", std::string(32, '2'));
  std::filesystem::create_directory(store::Layout(fresh.root()).job(job.id));
  Talk talk(fresh, "alice");
  talk.send(R"({"type":"request","id":1,"command":"job.follow","job":")" + job.id + "\"}\n");
  std::this_thread::sleep_for(std::chrono::milliseconds(50));
  const auto start = std::chrono::steady_clock::now();
  talk.end();
  CHECK(std::chrono::steady_clock::now() - start < std::chrono::seconds(1));
}

TEST_CASE("an idle connection says nothing") {
  WithUsers fresh;
  Talk talk(fresh, LoginKind::key, "alice", std::chrono::milliseconds(5));
  std::this_thread::sleep_for(std::chrono::milliseconds(50));
  CHECK(talk.ask("whoami").at("type") == "result");
}

TEST_CASE(
    "a connection on which nothing is asked for a while is told so and ends, but not while a file is on its "
    "way") {
  WithUsers fresh;
  const store::Layout layout(fresh.root());
  files::write_file(layout.settings(), R"({"shared": true, "limits": {"idle_seconds": 1}})",
                    files::AtomicFile::IfExists::replace);
  Talk talk(fresh, "alice");
  {
    const store::TransferMark mark(layout, "alice");
    std::this_thread::sleep_for(std::chrono::milliseconds(1500));
    CHECK(talk.ask("whoami").at("type") == "result");
    std::this_thread::sleep_for(std::chrono::milliseconds(1500));
    CHECK(talk.ask("whoami").at("type") == "result");
  }
  // The front of a line is no request either.
  talk.send("{\"type\":");
  const Json last = talk.read();
  CHECK(last.at("kind") == "try_again");
  CHECK_FALSE(last.contains("id"));
  CHECK_THAT(last.at("sentence").get<std::string>(), Catch::Contains("nothing was asked for 1 seconds"));
  CHECK(talk.read_line().empty());
  CHECK(talk.end()->kind() == Kind::try_again);
}

TEST_CASE("a mark of a transfer is seen of its user alone, and goes with its holder") {
  const WithUsers fresh;
  const store::Layout layout(fresh.root());
  {
    const store::TransferMark one(layout, "alice"), other(layout, "alice");
    CHECK(store::is_transferring(layout, "alice"));
    CHECK_FALSE(store::is_transferring(layout, "bob"));
  }
  CHECK_FALSE(store::is_transferring(layout, "alice"));
}

}  // namespace ctgan::server::service
