// The host's side of the protocol against servers that misbehave, each a few lines of shell. The real server
// is in real_server_test.cpp.
#include "host/session/session.h"

#include "common/errors/error.h"
#include "common/files/file.h"
#include "host/transport/local_transport.h"
#include "tests/catch.h"
#include "tests/host/transport/transport_suite.h"
#include "tests/raises.h"

using namespace ctgan;
using errors::Kind;
using host::session::Json;
using host::session::Login;
using host::session::Session;

namespace {

const std::string k_magic = "echo 'CTGAN-SERVER 1'\n";
const std::string k_hello =
    k_magic + R"(echo '{"type":"hello","version":"0.1.0","protocol":1,"login":"key","user":"alice",)"
              R"("commands":["whoami","models.list","job.follow","login"]}'
)";

// A server that is a shell script.
class Peer {
 public:
  explicit Peer(const std::string& script)
      : transport_(tests::write_script(folder_, script), {std::chrono::seconds(5), {}}) {}
  host::transport::Transport& transport() { return transport_; }
  errors::Error refusal() {
    return tests::raised([this] { const Session session(transport_); });
  }

 private:
  tests::TemporaryFolder folder_;
  host::transport::LocalTransport transport_;
};

}  // namespace

TEST_CASE("the greeting says who the user is and what the server knows") {
  Peer peer(k_hello);
  const Session session(peer.transport());
  CHECK(session.greeting().version == "0.1.0");
  CHECK(session.greeting().login == Login::key);
  CHECK(session.greeting().user == "alice");
  CHECK(session.greeting().commands.size() == 4);
}

TEST_CASE("what the server has to say beside greeting and answer is told, made visible") {
  std::string hello = k_hello;
  hello.replace(hello.find(R"("commands")"), 0, R"("warnings":["soon"],)");
  Peer peer(hello + R"(read -r line; printf '%s\n' '{"type":"result","id":1,"warnings":["a\u001b[2Jb"]}')");
  Session session(peer.transport());
  CHECK(session.greeting().warnings == std::vector<std::string>{"soon"});
  std::vector<std::string> said;
  session.set_warnings([&said](const std::string& text) { said.push_back(text); });
  session.request("whoami");
  REQUIRE(said.size() == 1);
  CHECK(said[0].find('\x1b') == std::string::npos);
}

TEST_CASE(
    "a server that ends while something is asked, or before, is told by its last words and their kind") {
  const std::string words = R"(printf 'ctgan-server: ended by \033[31mroot\n  hint: again\n' >&2; exit 130)";
  for (const char* before : {"read -r line; ", ""}) {
    Peer peer(k_hello + before + words);
    Session session(peer.transport());
    const auto error = tests::raised([&] { session.request("whoami"); });
    CHECK(error.kind() == Kind::interrupted);
    CHECK(error.sentence() == "ended by \\x1b[31mroot");
    CHECK(error.hint() == "again");
    // Asked again it has ended all the same.
    CHECK(tests::raised([&] { session.request("whoami"); }).kind() == Kind::interrupted);
  }
  Peer silent(k_hello + "read -r line; exit 130");
  Session session(silent.transport());
  CHECK(tests::raised([&] { session.request("whoami"); }).kind() == Kind::try_again);
}

TEST_CASE("what a remote shell prints before the magic line is skipped, with or without a line end") {
  Peer peer("echo 'Welcome to big!'; echo; printf 'last login: today '\n" + k_hello);
  CHECK(Session(peer.transport()).greeting().user == "alice");
}

TEST_CASE(
    "a shell that prints noise and never starts the server is quoted, its control characters made visible") {
  Peer peer("echo; printf 'This account is \\033[31mclosed\\n'; echo more");
  const auto error = peer.refusal();
  CHECK(error.kind() == Kind::protocol);
  CHECK_THAT(error.sentence(), Catch::EndsWith("the other end said 'This account is \\x1b[31mclosed'"));
}

TEST_CASE("a server that says nothing at all, and one whose words are only on standard error") {
  CHECK_THAT(Peer("exit 0").refusal().sentence(), Catch::EndsWith("the other end said nothing"));
  CHECK_THAT(Peer("echo 'no route' >&2; exit 1").refusal().sentence(), Catch::EndsWith("said 'no route'"));
}

TEST_CASE("a server that is killed before its first word is a line that broke, and can be tried again") {
  CHECK(Peer("kill -9 $$").refusal().kind() == Kind::try_again);
}

TEST_CASE("noise without an end is given up") {
  CHECK(Peer("yes").refusal().kind() == Kind::protocol);
  CHECK(Peer("yes | tr -d '\\n'").refusal().kind() == Kind::protocol);
}

TEST_CASE("a missing ctgan-server is named, with what to do") {
  for (const char* code : {"126", "127"}) {
    const auto error =
        Peer(std::string("echo 'bash: ctgan-server: command not found' >&2; exit ") + code).refusal();
    CHECK(error.kind() == Kind::unavailable);
    CHECK_THAT(error.sentence(), Catch::Contains("has no 'ctgan-server'"));
    CHECK_THAT(error.hint(), Catch::Contains("remote_program"));
  }
}

TEST_CASE("what the server itself says when it cannot start keeps its kind and its hint") {
  Peer peer("printf 'motd\\nctgan-server: the store is shared\\n  hint: use --user\\n' >&2; exit 77");
  const auto error = peer.refusal();
  CHECK(error.kind() == Kind::permission);
  CHECK(error.sentence() == "the store is shared");
  CHECK(error.hint() == "use --user");
}

TEST_CASE("another version of the protocol is refused, naming both", "[fault:22]") {
  Peer peer(k_magic +
            R"(echo '{"type":"hello","version":"9","protocol":2,"login":"key","user":"a","commands":[]}')");
  const auto error = peer.refusal();
  CHECK(error.kind() == Kind::protocol);
  CHECK_THAT(error.sentence(), Catch::Contains("version 2") && Catch::Contains("version 1"));
}

TEST_CASE("a greeting that is no greeting is refused") {
  for (const char* line :
       {"not json", R"({"type":"result"})", R"({"type":"hello","version":"1","protocol":1,"login":"x"})",
        R"({"type":"hello","version":"1","protocol":1,"login":"key"})", "[]", R"({"a":1,"a":2})"}) {
    INFO(line);
    CHECK(Peer(k_magic + "echo '" + line + "'").refusal().kind() == Kind::protocol);
  }
}

TEST_CASE("a line without an end and a document without a bottom are refused in little memory",
          "[fault:23]") {
  CHECK(Peer(k_magic + "yes | tr -d '\\n'").refusal().kind() == Kind::protocol);
  CHECK(Peer(k_magic + "head -c 900000 /dev/zero | tr '\\0' '['; echo").refusal().kind() == Kind::protocol);
}

TEST_CASE("an answer belongs to its request; signs of life before it are skipped") {
  Peer peer(k_hello + R"(read line; echo '{"type":"alive"}'; echo '{"type":"alive"}'
echo '{"type":"result","id":1,"user":"alice","more":{"of":"it"}}'; read line)");
  Session session(peer.transport());
  CHECK(session.request("whoami")["user"] == "alice");
}

TEST_CASE("an answer to another request is refused") {
  Peer peer(k_hello + R"(read line; echo '{"type":"result","id":7}'; read line)");
  Session session(peer.transport());
  CHECK(tests::raised([&] { session.request("whoami"); }).kind() == Kind::protocol);
}

TEST_CASE("an error keeps kind and words, without the power to steer a terminal") {
  Peer peer(k_hello + R"(read line
echo '{"type":"error","id":1,"kind":"no_input","sentence":"no \u001b[2Jmodel","hint":"look\u0007"}'; read line)");
  Session session(peer.transport());
  const auto error = tests::raised([&] { session.request("whoami"); });
  CHECK(error.kind() == Kind::no_input);
  CHECK(error.sentence() == "no \\x1b[2Jmodel");
  CHECK(error.hint() == "look\\x07");
}

TEST_CASE("a server that goes away in the middle of a request can be tried again", "[fault:1]") {
  Peer peer(k_hello + "read line; exit 0");
  Session session(peer.transport());
  CHECK(tests::raised([&] { session.request("whoami"); }).kind() == Kind::try_again);
}

TEST_CASE("a command that the server does not know is not even sent") {
  Peer peer(k_hello + "read line; exit 0");
  Session session(peer.transport());
  const auto error = tests::raised([&] { session.request("fit.submit"); });
  CHECK(error.kind() == Kind::protocol);
  CHECK_THAT(error.sentence(), Catch::Contains("'fit.submit'"));
}

TEST_CASE("a list is read page by page, each asked for with what the last one gave") {
  Peer peer(k_hello +
            R"(read line; echo '{"type":"result","id":1,"items":[{"name":"c"},{"name":"b"}],"next":"b"}'
read line; case $line in *'"before":"b"'*) echo '{"type":"result","id":2,"items":[{"name":"a"}]}';; esac; read line)");
  Session session(peer.transport());
  const auto items = session.list("models.list");
  REQUIRE(items.size() == 3);
  CHECK(items[2]["name"] == "a");
}

TEST_CASE("following a job hands out its events in order and then the job") {
  Peer peer(k_hello + R"(read line
echo '{"type":"event","id":1,"seq":1,"event":"state","state":"running"}'; echo '{"type":"alive"}'
echo '{"type":"event","id":1,"seq":2,"event":"rows","rows":5,"of":10}'
echo '{"type":"result","id":1,"job":"0f","kind":"fit","state":"failed","error":{"kind":"io","sentence":"disk full"}}'
read line)");
  Session session(peer.transport());
  std::string seen;
  const auto job =
      session.follow("0f", 0, [&](const Json& event) { seen += event["event"].get<std::string>() + " "; });
  CHECK(seen == "state rows ");
  CHECK(job.state == "failed");
  REQUIRE(job.error.has_value());
  CHECK(job.error->kind() == Kind::io);
}

TEST_CASE("the password travels inside the channel, once") {
  tests::TemporaryFolder folder;
  Peer peer("echo \"$@\" >" + (folder / "arguments").string() + "\n" + k_hello +
            "read line; printf %s \"$line\" >" + (folder / "line").string() +
            R"(; echo '{"type":"result","id":1,"user":"bob"}'; read line)");
  Session session(peer.transport());
  session.login("bob", secrets::Secret("hunter2"));
  CHECK(session.greeting().user == "bob");
  CHECK_THAT(files::read_file(folder / "line"), Catch::Contains("hunter2"));
  CHECK(files::read_file(folder / "arguments") == "serve\n");
}
