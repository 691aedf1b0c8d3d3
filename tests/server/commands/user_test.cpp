#include <signal.h>
#include <sys/stat.h>

#include <algorithm>
#include <chrono>
#include <thread>

#include "server/accounts/authorized_keys.h"
#include "tests/raises.h"
#include "tests/server/commands/server_program.h"
#include "tests/terminal_talk.h"

namespace ctgan::server::commands {

using namespace accounts;  // NOLINT(google-build-using-namespace)

using errors::Kind;
using tests::Outcome;
using tests::raised;
using tests::ServerProgram;

namespace {

const std::string k_blob = "AAAAC3NzaC1lZDI1NTE5AAAAICOr89eQeZFUntocAWtU7KM7M1erQfSrXSAqXS4hbYK0";
const std::string k_key = "ssh-ed25519 " + k_blob + " alice@laptop";
const std::string k_other =
    "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";
// What ssh-keygen -l says of the first.
const std::string k_fingerprint = "SHA256:Qf2gCRj+VT4yZhw7gp6kG+eigMxMUwiKNX0tmUZq5o0";

struct WithKey : ServerProgram {
  WithKey() {
    make_shared({"alice", "bob"});
    files::write_file(folder() / "alice.pub", k_key + "\n", files::AtomicFile::IfExists::refuse);
  }
  std::string key_file() const { return (folder() / "alice.pub").string(); }
  std::filesystem::path authorized() const { return folder() / ".ssh/authorized_keys"; }
  Outcome authorize(std::vector<std::string> more) const {
    more.insert(more.begin(), {"user", "authorize"});
    more.insert(more.end(), {"--key", key_file()});
    return run(more);
  }
};

}  // namespace

TEST_CASE("users are added with or without a password, listed and deleted") {
  const ServerProgram server;
  server.make_shared({"alice"});
  CHECK_THAT(server.run({"user", "add", "bob", "--password-stdin"}, "correct horse\n").out,
             Catch::Contains("with a password"));
  const Outcome list = server.run({"user", "list", "--json"});
  CHECK_THAT(list.out, Catch::Contains(R"("password":false)") && Catch::Contains(R"("password":true)") &&
                           Catch::Contains(R"("user":"alice")") && Catch::Contains(R"("user":"bob")"));
  CHECK(server.run({"user", "delete", "bob", "--yes"}).code == 0);
  CHECK(server.run({"user", "list"}).out.find("bob") == std::string::npos);
  const Outcome twice = server.run({"user", "add", "alice"});
  CHECK(twice.code == 73);
  const Outcome unknown = server.run({"user", "delete", "alise"});
  CHECK(unknown.code == 66);
  CHECK_THAT(unknown.err, Catch::Contains("did you mean 'alice'?"));
}

TEST_CASE("a bad password or name adds nobody") {
  const ServerProgram server;
  server.make_shared({});
  CHECK(server.run({"user", "add", "alice", "--password-stdin"}, "short\n").code == 64);
  CHECK(server.run({"user", "add", "alice", "--password-stdin"}, "").code == 64);
  CHECK(server.run({"user", "add", "alice", "--password-stdin"}, std::string(5000, 'x')).code == 64);
  CHECK(server.run({"user", "add", "../alice"}).code == 64);
  CHECK(server.run({"user", "list", "--json"}).out.empty());
}

TEST_CASE("a password is asked for twice at a terminal, unseen; two different ones are refused") {
  const ServerProgram server;
  server.make_shared({});
  const auto add = [&](const std::string& name, const std::vector<std::string>& typed) {
    tests::TerminalTalk talk(server.argv({"user", "add", name}), "/", {});
    // What is typed before the echo is off is thrown away: wait for the whole prompt.
    for (std::size_t i = 0; i < typed.size(); ++i) {
      CHECK(talk.expect(i == 0 ? "a key only): " : "The same again: "));
      talk.type(typed[i] + "\n");
    }
    const int code = talk.end();
    return std::pair(code, talk.said());
  };
  const auto [code, said] = add("alice", {"correct horse", "correct horse"});
  INFO(said);
  CHECK(code == 0);
  CHECK_THAT(said, Catch::Contains("with a password"));
  CHECK(said.find("correct horse") == std::string::npos);
  CHECK(add("bob", {"correct horse", "correct house"}).first == 64);
  CHECK_THAT(add("carol", {""}).second, Catch::Contains("key only"));
}

TEST_CASE("a changed password counts at once, the old one no more") {
  const ServerProgram server;
  server.make_shared({});
  REQUIRE(server.run({"user", "add", "alice", "--password-stdin"}, "correct horse\n").code == 0);
  REQUIRE(server.run({"user", "password", "alice", "--password-stdin"}, "another horse\n").code == 0);
  const auto login = [&](const std::string& password) {
    return server
        .run({"serve", "--login"},
             R"({"type":"request","id":1,"command":"login","user":"alice","password":")" + password + "\"}\n")
        .out;
  };
  CHECK_THAT(login("correct horse"), Catch::Contains(R"("kind":"permission")"));
  CHECK_THAT(login("another horse"), Catch::Contains(R"("type":"result")"));
  const Outcome silent = server.run({"user", "password", "alice"});
  CHECK(silent.code == 64);
  CHECK_THAT(silent.err, Catch::Contains("--password-stdin"));
}

TEST_CASE("a user is deleted after a question, or with --yes, never unasked") {
  const WithKey server;
  const auto model = server.root() / "model_database/alice/a_20261121t074500_model.gz";
  files::write_file(model, "x", files::AtomicFile::IfExists::refuse);
  const Outcome unasked = server.run({"user", "delete", "alice"});
  INFO(unasked);
  CHECK(unasked.code == 64);
  CHECK_THAT(unasked.err, Catch::Contains("--yes"));
  for (const auto& [answer, code] : std::vector<std::pair<std::string, int>>{{"no", 130}, {"yes", 0}}) {
    CHECK(std::filesystem::exists(model));
    tests::TerminalTalk talk(server.argv({"user", "delete", "alice", "--file", server.authorized().string()}),
                             "/", {});
    CHECK(talk.expect("1 model, "));
    CHECK(talk.expect("(yes/no)"));
    talk.type(answer + "\n");
    CHECK(talk.end() == code);
  }
  CHECK_FALSE(std::filesystem::exists(model.parent_path()));
}

TEST_CASE("a deleted user leaves nothing: no key, no job, no table, no model; others keep theirs") {
  const WithKey server;
  const std::string file = server.authorized().string();
  REQUIRE(server.authorize({"alice", "--file", file}).code == 0);
  const std::string others =
      "# mine\n" + k_other + " somebody\n" +
      forced_command_line(tests::bin("ctgan-server"), server.root(), "bob", parse_public_key(k_other)) +
      "\n" +
      forced_command_line(tests::bin("ctgan-server"), "/another/store", "alice", parse_public_key(k_other)) +
      "\n";
  files::write_file(server.authorized(), files::read_file(file) + others,
                    files::AtomicFile::IfExists::replace);
  {
    auto alice = server.connect("alice");
    server.upload(alice, "people.csv", "a,b\n1,2\n");
    for (const char* name : {"model_database/alice/a_20261121t074500_model.gz",
                             "report_database/alice/a_20261121t074500_report.html",
                             "synthetic_csv_database/alice/a_20261121t074501_1_synthetic.csv.gz",
                             "model_database/bob/a_20261121t074500_model.gz"})
      files::write_file(server.root() / name, "x", files::AtomicFile::IfExists::refuse);
    REQUIRE(
        alice
            .ask("sample.submit",
                 {{"request_id", std::string(32, 'a')}, {"model", "a_20261121t074500_model.gz"}, {"rows", 5}})
            .at("type") == "result");
    const Outcome gone = server.run({"user", "delete", "alice", "--yes", "--file", file});
    INFO(gone);
    CHECK(gone.code == 0);
    CHECK_THAT(gone.out, Catch::Contains("1 key, 1 model, 1 synthetic table, 1 upload, 1 job"));
    CHECK(alice.end().code == 77);
  }
  CHECK(files::read_file(file) == others);
  const auto left = tests::files_under(server.root());
  CHECK(std::count_if(left.begin(), left.end(), [](const std::string& name) {
          return name.find("alice") != std::string::npos || name.starts_with("jobs/");
        }) == 0);
  CHECK(std::filesystem::exists(server.root() / "model_database/bob/a_20261121t074500_model.gz"));
  REQUIRE(server.run({"user", "add", "alice"}).code == 0);
  auto alice = server.connect("alice");
  for (const char* list : {"models.list", "data.list", "job.list", "inbox.list"})
    CHECK(alice.ask(list).at("items").empty());
}

TEST_CASE("a running job of a user who is deleted is stopped") {
  const WithKey server;
  auto alice = server.connect("alice");
  std::string table = "a,b\n";
  for (int i = 0; i < 2000; ++i) table += std::to_string(i % 7) + "," + std::to_string(i % 11) + "\n";
  const std::string upload = server.upload(alice, "people.csv", table);
  const std::string job = alice
                              .ask("fit.submit", {{"request_id", std::string(32, 'a')},
                                                  {"upload", upload},
                                                  {"name", "people.csv"},
                                                  {"options", {{"epochs", 100'000}}}})
                              .at("job");
  const auto lock = server.root() / "jobs" / job / "lock";
  for (int i = 0; i < 3000 && !(std::filesystem::exists(lock) && std::filesystem::file_size(lock) > 0); ++i)
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  const pid_t worker = std::stoi(files::read_file(lock));
  REQUIRE(kill(worker, 0) == 0);
  const Outcome gone =
      server.run({"user", "delete", "alice", "--yes", "--file", server.authorized().string()});
  INFO(gone);
  CHECK(gone.code == 0);
  CHECK_THAT(gone.out, Catch::Contains("1 job (1 running)"));
  for (int i = 0; i < 500 && kill(worker, 0) == 0; ++i)
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  CHECK(kill(worker, 0) != 0);
  CHECK(std::filesystem::is_empty(server.root() / "jobs"));
}

TEST_CASE(
    "a key is taken away by its user's name or by its fingerprint; doctor asks for that, and for nobody "
    "back") {
  const WithKey server;
  const std::string file = server.authorized().string();
  const auto revoke = [&](const std::string& whose) {
    return server.run({"user", "revoke", whose, "--file", file});
  };
  for (const std::string& whose : {std::string("alice"), k_fingerprint}) {
    REQUIRE(server.authorize({"alice", "--file", file}).code == 0);
    CHECK(revoke("bob").code == 66);
    CHECK(revoke("").code == 64);
    const Outcome gone = revoke(whose);
    INFO(gone);
    CHECK(gone.code == 0);
    CHECK(gone.out == "took away " + k_fingerprint + " of alice\n");
    CHECK(files::read_file(file).empty());
    CHECK(revoke(whose).code == 66);
  }
  REQUIRE(server.authorize({"--login", "--file", file}).code == 0);
  CHECK_THAT(revoke(k_fingerprint).out, Catch::Contains("everybody with a password"));
}

TEST_CASE("authorize writes a line that allows one thing, once, into a file closed to others") {
  const WithKey server;
  const std::string line = "restrict,command=\"" + tests::bin("ctgan-server") + " --root " +
                           server.root().string() + " serve --user alice --fingerprint " + k_fingerprint +
                           "\" " + k_key + "\n";
  CHECK(server.authorize({"alice", "--print"}).out == line);
  CHECK_FALSE(std::filesystem::exists(server.authorized()));
  for (int i = 0; i < 2; ++i) {
    const Outcome outcome = server.authorize({"alice", "--file", server.authorized().string()});
    INFO(outcome);
    CHECK(outcome.code == 0);
    CHECK(files::read_file(server.authorized()) == line);
  }
  struct stat status {};
  REQUIRE(stat(server.authorized().c_str(), &status) == 0);
  CHECK((status.st_mode & 0777U) == 0600);
  REQUIRE(stat(server.authorized().parent_path().c_str(), &status) == 0);
  CHECK((status.st_mode & 0777U) == 0700);
}

TEST_CASE("a key that is there with another meaning is refused: sshd takes the first line") {
  const WithKey server;
  const std::string file = server.authorized().string();
  REQUIRE(server.authorize({"alice", "--file", file}).code == 0);
  const std::string before = files::read_file(file);
  for (const std::vector<std::string>& other : std::vector<std::vector<std::string>>{{"bob"}, {"--login"}}) {
    std::vector<std::string> arguments = other;
    arguments.insert(arguments.end(), {"--file", file});
    const Outcome outcome = server.authorize(arguments);
    INFO(outcome);
    CHECK(outcome.code == 73);
    CHECK(files::read_file(file) == before);
  }
}

TEST_CASE("lines that are there stay, also without a last line end") {
  const WithKey server;
  files::make_private_folder(server.authorized().parent_path());
  files::write_file(server.authorized(), "# mine\nssh-rsa AAAA somebody",
                    files::AtomicFile::IfExists::refuse);
  REQUIRE(server.authorize({"--login", "--file", server.authorized().string()}).code == 0);
  CHECK_THAT(files::read_file(server.authorized()),
             Catch::StartsWith("# mine\nssh-rsa AAAA somebody\nrestrict,command=") &&
                 Catch::Contains(" serve --login --fingerprint " + k_fingerprint + "\" "));
}

TEST_CASE("authorize wants a user or --login, and a user that exists") {
  const WithKey server;
  CHECK(server.authorize({"--print"}).code == 64);
  CHECK(server.authorize({"alice", "--login", "--print"}).code == 64);
  CHECK(server.authorize({"alise", "--print"}).code == 66);
  CHECK(server.run({"user", "authorize", "alice", "--key", "none.pub"}).code == 66);
  CHECK_THAT(server.run({"user", "authorize", "alice", "--key", "-", "--print"}, k_key).out,
             Catch::Contains(k_blob));
}

TEST_CASE("only one plain public key is taken as a key") {
  const PublicKey key = parse_public_key("  " + k_key + "\r\n");
  CHECK(key.type == "ssh-ed25519");
  CHECK(key.blob == k_blob);
  CHECK(key.comment == "alice@laptop");
  CHECK(parse_public_key("ssh-ed25519 " + k_blob).comment.empty());
  for (const std::string& bad : std::vector<std::string>{
           std::string(), std::string("ssh-ed25519"), "ssh-rsa " + k_blob, "ssh-dss " + k_blob,
           "command=\"sh\" " + k_key, "no-pty " + k_key, k_key + "\n" + k_key, "ssh-ed25519 AAAA",
           "ssh-ed25519 " + k_blob + "!",
           std::string("-----BEGIN OPENSSH PRIVATE KEY-----\nAAAA\n-----END OPENSSH PRIVATE KEY-----"),
           "ssh-ed25519 " + k_blob + " a\x01" + "b", "ssh-ed25519 " + k_blob.substr(0, 20)}) {
    INFO(bad);
    const auto error = raised([&] { parse_public_key(bad); });
    CHECK(error.kind() == Kind::bad_data);
    CHECK_THAT(error.sentence(), Catch::StartsWith("this is not a public key"));
  }
}

TEST_CASE("paths that sshd's shell would read as more than a path do not get into the file") {
  const PublicKey key = parse_public_key(k_key);
  for (const char* path :
       {"/a b", "/a\"b", "/a;b", "/a$b", "/a`b", "/a\\b", "/a\nb", "/a'b", "/a*b", "/a&b", "relative", ""}) {
    INFO(path);
    CHECK(raised([&] { forced_command_line(path, "/root", "alice", key); }).kind() == Kind::configuration);
    CHECK(raised([&] { forced_command_line("/bin/ctgan-server", path, "alice", key); }).kind() ==
          Kind::configuration);
  }
}

TEST_CASE("a line is safe only when nothing but serve can be run by it") {
  const PublicKey key = parse_public_key(k_key);
  CHECK(is_forced_to_serve(forced_command_line("/bin/ctgan-server", "/srv", "alice", key)));
  CHECK(is_forced_to_serve(forced_command_line("/bin/ctgan-server", "/srv", "", key)));
  for (const std::string& line : std::vector<std::string>{
           k_key, "command=\"/bin/ctgan-server --root /srv serve --user a\" " + k_key,
           "restrict,command=\"/bin/sh\" " + k_key, "restrict " + k_key,
           "restrict,command=\"/bin/ctgan-server --root /srv serve --user a; sh\" " + k_key,
           "restrict,pty,command=\"/bin/ctgan-server --root /srv serve --user a\" " + k_key}) {
    INFO(line);
    CHECK_FALSE(is_forced_to_serve(line));
  }
}

TEST_CASE("a line of before, and one with another last day, become the new one; sshd never sees both") {
  const WithKey server;
  const std::string file = server.authorized().string();
  files::make_private_folder(server.authorized().parent_path());
  files::write_file(file,
                    "# mine\nrestrict,command=\"" + tests::bin("ctgan-server") + " --root " +
                        server.root().string() + " serve --user alice\" " + k_key + "\n",
                    files::AtomicFile::IfExists::refuse);
  for (const std::string day : {"2099-12-31", "2100-01-01"}) {
    REQUIRE(server.authorize({"alice", "--file", file, "--expires", day}).code == 0);
    const auto lines = authorized_lines(file);
    REQUIRE(lines.size() == 1);
    CHECK(is_forced_to_serve(lines[0]));
    const auto key = forced_key(lines[0]);
    REQUIRE(key.has_value());
    CHECK(key->expiry == expiry_of(day));
    CHECK(key->user == "alice");
    CHECK(key->fingerprint == k_fingerprint);
    CHECK(key->comment == "alice@laptop");
  }
  CHECK_THAT(files::read_file(file), Catch::StartsWith("# mine\n"));
  CHECK_THAT(
      server.run({"user", "keys", "alice", "--file", file}).out,
      Catch::Contains(k_fingerprint) && Catch::Contains("2100-01-01 23:59") && Catch::Contains("never"));
  CHECK(server.authorize({"alice", "--file", file, "--expires", "tomorrow"}).code == 64);
  CHECK(server.authorize({"alice", "--file", file, "--expires", "2099-02-29"}).code == 64);
  const auto over = server.authorize({"alice", "--file", file, "--expires", "2020-01-01"});
  CHECK(over.code == 64);
  CHECK_THAT(over.err, Catch::Contains("2020-01-01 23:59 is over"));
  CHECK(authorized_lines(file).size() == 1);
}

TEST_CASE("a key has expired from the minute on after which sshd takes it no more") {
  ForcedKey key;
  CHECK_FALSE(has_expired(key, "209912312359"));
  key.expiry = expiry_of("2026-11-30");
  CHECK_FALSE(has_expired(key, "202611302359"));
  CHECK(has_expired(key, "202612010000"));
}

TEST_CASE("an expiry in front of the command is nothing else in disguise") {
  const std::string rest = "command=\"/bin/ctgan-server --root /srv serve --user a\" " + k_key;
  CHECK(is_forced_to_serve("restrict,expiry-time=\"202612312359\"," + rest));
  for (const char* before :
       {"restrict,expiry-time=\"2026\",", "restrict,expiry-time=\"20261231235x\",",
        "restrict,expiry-time=\"202612312359\",pty,", "expiry-time=\"202612312359\",restrict,pty,"})
    CHECK_FALSE(is_forced_to_serve(before + rest));
}

TEST_CASE("an administrator on the server makes administrators, limits, locks, and reads what was done") {
  const ServerProgram server;
  server.make_shared({"alice"});
  const Outcome added = server.run({"user", "add", "root", "--admin", "--generate-password"});
  INFO(added);
  REQUIRE(added.code == 0);
  const std::string password = added.out.substr(added.out.rfind(' ') + 1, 23);
  auto root = server.connect("root");
  CHECK(root.ask("users.list").at("items").size() == 2);
  REQUIRE(server.run({"user", "limit", "alice", "--models", "20", "--bytes", "10G"}).code == 0);
  const Outcome limits = server.run({"user", "limit", "alice"});
  CHECK_THAT(limits.out, Catch::Contains("10000000000") && Catch::Contains("own") &&
                             Catch::Contains("limits.job_minutes"));
  CHECK(server.run({"user", "limit", "alice", "--models", "few"}).code == 64);
  CHECK(server.run({"user", "limit", "alice", "--running", "0"}).code == 64);
  CHECK(server.run({"user", "limit", "alise", "--models", "3"}).code == 66);
  CHECK(server.run({"user", "role", "alice", "king"}).code == 64);
  auto alice = server.connect("alice");
  REQUIRE(server.run({"user", "lock", "alice"}).code == 0);
  CHECK(alice.end().code == 77);
  const Outcome locked = server.forced("alice", "ctgan-server serve");
  CHECK(locked.code == 77);
  CHECK_THAT(locked.err, Catch::Contains("the user 'alice' is locked"));
  CHECK(server.forced("alice", "scp -t a.csv").code == 77);
  CHECK_THAT(server.run({"user", "list"}).out, Catch::Contains("admin") && Catch::Contains("alice"));
  REQUIRE(server.run({"user", "unlock", "alice"}).code == 0);
  auto again = server.connect("alice");
  CHECK(again.ask("models.list").at("type") == "result");

  const Outcome all = server.run({"audit"});
  CHECK_THAT(all.out, Catch::Contains("users.add") && Catch::Contains("root admin") &&
                          Catch::Contains("os:") && Catch::Contains("alice bytes=10000000000 models=20"));
  CHECK(all.out.find(password) == std::string::npos);
  const Outcome of_alice = server.run({"audit", "--user", "alice", "--json"});
  CHECK(of_alice.out.find("root admin") == std::string::npos);
  CHECK_THAT(
      of_alice.out,
      Catch::Contains(R"("what":"login","subject":"alice","result":"the user 'alice' is locked","code":77)"));
  CHECK(server.run({"audit", "--since", "2099-01-01"}).out == "nothing was noted\n");
  CHECK(server.run({"audit", "--until", "2001-01-01"}).out == "nothing was noted\n");
  CHECK(server.run({"audit", "--since", "yesterday"}).code == 64);
}

TEST_CASE("a copy stands in the log with its name, its bytes and where it came from") {
  const ServerProgram server;
  server.make_shared({"alice"});
  {
    auto alice = server.connect("alice");
    server.upload(alice, "people.csv", "a,b\n1,2\n");
  }
  REQUIRE(
      server.forced("alice", "scp -t a.csv", std::string("C0600 4 a.csv\n") + "a,b\n" + std::string(1, '\0'))
          .code == 0);
  const std::string log = files::read_file(server.root() / "audit.jsonl");
  CHECK_THAT(log, Catch::Contains(
                      R"("user":"alice","what":"upload","subject":"people.csv","bytes":8,"result":"ok")"));
  CHECK_THAT(log,
             Catch::Contains(R"("user":"alice","from":"1","what":"upload","subject":"a.csv","bytes":4)"));
  CHECK(server.run({"transfer"}, std::string(32, '0') + "\n").code == 77);
  CHECK_THAT(files::read_file(server.root() / "audit.jsonl"), Catch::Contains(R"("what":"transfer")"));
}

}  // namespace ctgan::server::commands
