// Who may do what: no identity reaches another user's data or a shell, whatever the command line says.
#include <chrono>
#include <fstream>

#include "common/files/file.h"
#include "tests/catch.h"
#include "tests/system/laptop.h"
#include "tests/system/remote_server.h"

namespace ctgan::tests {
namespace {

namespace fs = std::filesystem;

struct TwoUsers {
  SharedServer server;
  fs::path alice_key = server.add_user_with_key("alice");
  fs::path bob_key = server.add_user_with_key("bob");
  Laptop alice, bob;
  std::string model, table;

  TwoUsers() {
    alice.write_credentials(server.credentials(alice_key));
    bob.write_credentials(server.credentials(bob_key));
    const Outcome fit = alice.run(quick_fit(alice.write_table("secret.csv", small_table(400))));
    INFO(fit);
    REQUIRE(fit.code == 0);
    model = last_line(fit.out);
    const Outcome sample = alice.run({"sample", model, "-n", "20", "--no-download", "--batch"});
    INFO(sample);
    REQUIRE(sample.code == 0);
    table = last_line(sample.out);
  }
};

}  // namespace

TEST_CASE("two users never see each other's names, and another's name looks like one that does not exist",
          "[fault:16]") {
  const TwoUsers two;
  REQUIRE_THAT(two.table, Catch::EndsWith("_synthetic.csv.gz"));
  for (const std::vector<std::string>& command :
       std::vector<std::vector<std::string>>{{"manage", "models", "list", "--batch"},
                                             {"manage", "data", "list", "--batch"},
                                             {"download", "--list"}}) {
    const Outcome outcome = two.bob.run(command);
    INFO(outcome);
    CHECK(outcome.code == 0);
    CHECK((outcome.out + outcome.err).find("secret") == std::string::npos);
    CHECK_THAT(outcome.err, Catch::Contains("to ") && Catch::Contains("@127.0.0.1 as bob"));
  }
  std::string unknown_model = two.model;
  unknown_model.replace(0, 6, "secreT");
  const auto answer = [&two](std::vector<std::string> command, const std::string& name) {
    command.insert(command.end(), {name, "--batch"});
    if (command[0] == "sample") command.insert(command.end(), {"-n", "5", "--seed", "1"});
    const Outcome outcome = two.bob.run(command);
    INFO(outcome);
    CHECK(outcome.code == 66);
    std::string said = outcome.err;
    for (std::size_t at; (at = said.find(name)) != std::string::npos;) said.replace(at, name.size(), "X");
    return said;
  };
  CHECK(answer({"sample"}, two.model) == answer({"sample"}, unknown_model));
  CHECK(answer({"download", "--models"}, two.model) == answer({"download", "--models"}, unknown_model));
  CHECK(answer({"manage", "models", "delete"}, two.model) ==
        answer({"manage", "models", "delete"}, unknown_model));
  CHECK(answer({"download"}, two.table) == answer({"download"}, "secreT" + two.table.substr(6)));
  CHECK(two.alice.run({"download", two.table, "--batch"}).code == 0);
}

TEST_CASE("a key with a forced command gives neither a shell nor another user, whatever is asked for") {
  const TwoUsers two;
  const fs::path proof = two.server.root().parent_path() / "proof";
  const std::vector<std::string> command_lines{
      "",
      "id",
      "bash -i",
      "/bin/sh -c id",
      "touch " + proof.string(),
      "ctgan-server serve; touch " + proof.string(),
      "ctgan-server serve && id",
      "ctgan-server serve | id",
      "ctgan-server serve $(touch " + proof.string() + ")",
      "ctgan-server serve `id`",
      "ctgan-server serve\nid",
      "ctgan-server serve --user alice",
      "ctgan-server serve --login",
      "ctgan-server --root / serve",
      "ctgan-server transfer --user alice",
      "ctgan-server user list",
      "ctgan-server user add mallory",
      "ctgan-server inspect /etc/passwd",
      "/usr/lib/openssh/sftp-server",
      "internal-sftp",
      "scp -t /etc/cron.d/x",
      "scp -f /etc/passwd",
      "scp -f ../alice/" + two.model,
      "scp -f alice/" + two.model,
      "scp -f " + two.model,
      "scp -f " + two.table,
      "scp -f *",
      "scp -r -f .",
      "scp -t -f x",
      "scp -f -- -o",
      "scp",
      "rsync --server --sender . /",
      "env",
  };
  for (const std::string& line : command_lines) {
    const Outcome outcome = two.server.ssh(two.bob_key, line, std::string(1, '\0') + "\n");
    INFO("command line: " << line << "\n" << outcome);
    const std::string said = outcome.out + outcome.err;
    CHECK(outcome.code != 0);
    CHECK(said.find("uid=") == std::string::npos);
    CHECK(said.find("root:x:") == std::string::npos);
    CHECK(said.find("\"user\":\"alice\"") == std::string::npos);
    CHECK(said.find("C0600") == std::string::npos);
    CHECK_FALSE(fs::exists(proof));
  }
  CHECK(two.server.admin({"user", "list"}).out.find("mallory") == std::string::npos);
}

TEST_CASE(
    "a wrong password is exit 77 and looks like an unknown user; three in a row slow down; the right one "
    "still works") {
  SharedServer server;
  server.add_user_with_password("alice", "correct horse");
  const fs::path key = server.make_shared_key();
  const Laptop laptop;
  const auto attempt = [&](const std::string& user, const std::string& password) {
    laptop.write_credentials(
        server.credentials(key, R"(,"user":")" + user + R"(","password":")" + password + "\""));
    return laptop.run({"manage", "whoami", "--batch"});
  };
  const Outcome wrong = attempt("alice", "wrong");
  const Outcome unknown = attempt("nobody", "wrong");
  INFO(wrong << unknown);
  CHECK(wrong.code == 77);
  CHECK(unknown.code == 77);
  CHECK(wrong.err == unknown.err);
  CHECK(attempt("alice", "correct horse").code == 0);

  const auto timed = [&] {
    const auto start = std::chrono::steady_clock::now();
    const Outcome outcome = attempt("alice", "wrong");
    CHECK(outcome.code != 0);
    return std::pair(std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count(),
                     outcome.err);
  };
  const auto first = timed();
  timed();
  timed();
  const auto fourth = timed();
  INFO(fourth.second);
  CHECK((fourth.first > first.first + 0.8 || fourth.second.find("wait") != std::string::npos));
}

TEST_CASE("the password is nowhere: not in the store, not in the logs, not in the audit", "[fault:19]") {
  SharedServer server;
  server.add_user_with_password("alice", "correct horse battery");
  const Laptop laptop;
  laptop.write_credentials(
      server.credentials(server.make_shared_key(), R"(,"user":"alice","password":"correct horse battery")"));
  const Outcome fit = laptop.run(quick_fit(laptop.write_table("people.csv", small_table(400))));
  INFO(fit);
  REQUIRE(fit.code == 0);
  for (const auto& [name, held] : contents_under(server.root())) {
    INFO(name);
    CHECK(held.find("correct horse") == std::string::npos);
  }
  CHECK((fit.out + fit.err).find("correct horse") == std::string::npos);
}

TEST_CASE(
    "stock scp puts files into the inbox, fit trains on them, and stock scp fetches results; odd names "
    "included") {
  SharedServer server;
  const fs::path key = server.add_user_with_key("alice");
  const Laptop laptop;
  laptop.write_credentials(server.credentials(key));
  const TemporaryFolder here;
  for (const std::string name :
       {"people.csv", "odd name (1).csv", "it's \"quoted\".csv", "ümläut;rm.csv", "a$HOME.csv"}) {
    std::ofstream(here / name) << small_table(400);
    const Outcome put = server.scp(key, {"--", (here / name).string(), "HOST:"}, here.path());
    INFO(name << ": " << put);
    REQUIRE(put.code == 0);
    std::vector<std::string> command = quick_fit("inbox:" + name);
    const Outcome fit = laptop.run(command);
    INFO(name << ": " << fit);
    REQUIRE(fit.code == 0);
    const std::string model = last_line(fit.out);
    const Outcome got = server.scp(key, {"HOST:" + model, "."}, here.path());
    INFO(name << ": " << got);
    CHECK(got.code == 0);
    CHECK(fs::exists(here / model));
  }
  const Outcome none = laptop.run(quick_fit("inbox:none.csv"));
  INFO(none);
  CHECK(none.code == 66);
}

TEST_CASE("stock scp cannot leave the inbox or take folders, and shows the reason", "[fault:24]") {
  SharedServer server;
  const fs::path key = server.add_user_with_key("alice");
  const TemporaryFolder here;
  fs::create_directories(here.path() / "folder");
  std::ofstream(here / "a.csv") << "x";
  const std::vector<std::vector<std::string>> refused{
      {"a.csv", "HOST:../../x"}, {"a.csv", "HOST:/etc/x"},   {"-r", "folder", "HOST:"},
      {"HOST:*", "."},           {"HOST:ctgan.sqlite", "."}, {"HOST:../ctgan.sqlite", "."}};
  for (const auto& arguments : refused) {
    const Outcome outcome = server.scp(key, arguments, here.path());
    INFO(arguments[0] << " " << arguments[1] << ": " << outcome);
    CHECK(outcome.code != 0);
    CHECK_FALSE((outcome.out + outcome.err).empty());
  }
  CHECK(files_under(server.root() / "inbox").empty());
  CHECK_FALSE(fs::exists(here / "ctgan.sqlite"));
}

}  // namespace ctgan::tests
