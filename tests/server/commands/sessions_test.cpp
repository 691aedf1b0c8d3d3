// Connections as sshd starts them are seen and ended on the server.
#include <algorithm>

#include "common/files/checksum.h"
#include "tests/server/commands/server_program.h"

namespace ctgan::server::commands {

using tests::Outcome;
using tests::ServerProgram;
using Json = ServerProgram::Json;

namespace {

std::string rest_of(int descriptor) {
  files::DescriptorSource source(descriptor);
  std::string text;
  char buffer[4096];
  while (const std::size_t got = source.read(buffer)) text.append(buffer, got);
  return text;
}

struct Sentence {
  int code = -1;
  std::string words;
};

Sentence end_of(process::ChildProcess& child) {
  const std::string words = rest_of(child.error());
  return {child.wait().code.value_or(-1), words};
}

}  // namespace

TEST_CASE("an administrator sees on the server who is connected, and ends one session or all of a user") {
  const ServerProgram server;
  server.make_shared({"alice", "bob"});
  CHECK(server.run({"user", "sessions"}).out == "nobody is connected\n");
  auto first = server.connect("alice"), second = server.connect("alice"), bobs = server.connect("bob");
  const Outcome list = server.run({"user", "sessions"});
  INFO(list);
  CHECK_THAT(list.out, Catch::Contains("alice") && Catch::Contains("bob") &&
                           Catch::Contains("this machine") && Catch::Contains("key"));
  const Outcome json = server.run({"user", "sessions", "bob", "--json"});
  CHECK(Json::parse(json.out).at("user") == "bob");

  const std::string all = server.run({"user", "sessions", "alice", "--json"}).out;
  CHECK(std::count(all.begin(), all.end(), '\n') == 2);
  const Json items = first.ask("sessions.list").at("items");
  const Json& mine = items[0].contains("own") ? items[0] : items[1];
  const std::string id = mine.at("session");
  CHECK(server.run({"user", "end-sessions", "alice", "--session", "x"}).code == 66);
  const Outcome one = server.run({"user", "end-sessions", "alice", "--session", id.substr(0, 12)});
  INFO(one);
  CHECK(one.out == "ended " + id + " of alice\n");
  const Sentence said = end_of(first.child());
  CHECK(said.code == 130);
  CHECK_THAT(said.words,
             Catch::StartsWith("ctgan-server: this session was ended on the server, by its account"));

  CHECK(server.run({"user", "end-sessions", "alice"}).code == 0);
  CHECK(end_of(second.child()).code == 130);
  CHECK(server.run({"user", "end-sessions", "alice"}).out == "there was no session to end\n");
  CHECK(bobs.ask("whoami").at("user") == "bob");
  CHECK(server.run({"user", "end-sessions"}).code == 64);
  CHECK(server.run({"user", "end-sessions", "bob", "--all-users"}).code == 64);
  CHECK(server.run({"user", "end-sessions", "dora"}).code == 66);
  CHECK(server.run({"user", "end-sessions", "--all-users"}).code == 0);
  CHECK(end_of(bobs.child()).code == 130);
  CHECK_THAT(server.run({"audit", "--user", "alice"}).out, Catch::Contains("sessions.end"));
}

TEST_CASE("who is locked or deleted is out at once, and hears why") {
  const ServerProgram server;
  server.make_shared({"alice", "bob"});
  auto alice = server.connect("alice"), bob = server.connect("bob");
  CHECK(server.run({"user", "lock", "alice"}).code == 0);
  const Sentence locked = end_of(alice.child());
  CHECK(locked.code == 77);
  CHECK_THAT(locked.words, Catch::Contains("the user 'alice' is locked"));
  CHECK(server.run({"user", "delete", "bob", "--yes"}).code == 0);
  const Sentence deleted = end_of(bob.child());
  CHECK(deleted.code == 77);
  CHECK_THAT(deleted.words, Catch::Contains("the user 'bob' was deleted"));
}

TEST_CASE("an upload ends with the session that asked for it, and what came of it stays for the next try") {
  const ServerProgram server;
  server.make_shared({"alice"});
  auto alice = server.connect("alice"), other = server.connect("alice");
  const std::string content(100'000, 'x');
  const Json announced{{"name", "a.csv"}, {"bytes", content.size()}, {"sha256", files::sha256_of(content)}};
  const std::string upload = alice.ask("upload.open", announced).at("upload");
  const std::string ticket = alice.ask("upload.ticket", {{"upload", upload}, {"offset", 0}}).at("ticket");
  const std::string late = alice.ask("upload.ticket", {{"upload", upload}, {"offset", 0}}).at("ticket");
  process::ChildProcess transfer(server.argv({"transfer"}));
  files::DescriptorSink out(transfer.input());
  files::DescriptorSource in(transfer.output());
  char byte = 1;
  out.write(ticket + "\n");
  REQUIRE(in.read({&byte, 1}) == 1);
  out.write("C0600 100000 a.csv\n");
  REQUIRE(in.read({&byte, 1}) == 1);
  out.write(content.substr(0, 50'000));

  const Json items = other.ask("sessions.list").at("items");
  REQUIRE(items.size() == 2);
  const Json& busy = items[0].contains("own") ? items[1] : items[0];
  CHECK(busy.at("transfers") == 1);
  CHECK(other.ask("sessions.end", {{"session", busy.at("session")}}).at("ended").size() == 1);
  CHECK(end_of(alice.child()).code == 130);
  const Sentence said = end_of(transfer);
  CHECK(said.code == 130);
  CHECK_THAT(said.words, Catch::Contains("this session was ended by 'alice'"));

  process::ChildProcess void_ticket(server.argv({"transfer"}));
  files::DescriptorSink(void_ticket.input()).write(late + "\n");
  CHECK(end_of(void_ticket).code == 75);
  CHECK(other.ask("upload.open", announced).at("upload") == upload);
}

}  // namespace ctgan::server::commands
