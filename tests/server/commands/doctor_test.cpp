#include <sys/stat.h>

#include <algorithm>
#include <fstream>
#include <set>
#include <sstream>

#include "server/accounts/authorized_keys.h"
#include "server/commands/doctor_checks.h"
#include "tests/server/commands/server_program.h"

namespace ctgan::server::commands {

using namespace accounts;  // NOLINT(google-build-using-namespace)

using tests::Outcome;
using tests::ServerProgram;

namespace {

const std::string k_key =
    "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAICOr89eQeZFUntocAWtU7KM7M1erQfSrXSAqXS4hbYK0 alice@laptop";

Finding worst(const Findings& findings) {
  REQUIRE_FALSE(findings.empty());
  return *std::max_element(findings.begin(), findings.end(),
                           [](const Finding& a, const Finding& b) { return a.level < b.level; });
}

Findings keys_of(const ServerProgram& server, const std::string& content) {
  const auto file = server.folder() / "authorized_keys";
  files::write_file(file, content, files::AtomicFile::IfExists::replace);
  OpenStore open(server.root());
  return check_keys(open, file);
}

std::string line_for(const ServerProgram& server, const std::string& user) {
  return forced_command_line(tests::bin("ctgan-server"), server.root(), user, parse_public_key(k_key)) + "\n";
}

}  // namespace

TEST_CASE("a store in order has nothing to remedy") {
  const ServerProgram server;
  server.make_shared({"alice"});
  for (const Finding& finding : check_store(server.root())) {
    INFO(finding.subject << ": " << finding.text);
    CHECK(finding.level == Level::ok);
    CHECK(finding.remedy.empty());
  }
}

TEST_CASE("what is wrong with a store is found, each with its remedy") {
  const ServerProgram server;
  CHECK_THAT(worst(check_store(server.root())).remedy, Catch::Contains("ctgan-server init"));
  server.make_shared({});
  CHECK(worst(check_store(server.root())).level == Level::warning);
  CHECK_THAT(worst(check_store(server.root())).remedy, Catch::Contains("user add"));
  REQUIRE(chmod(server.root().c_str(), 0750) == 0);
  CHECK_THAT(worst(check_store(server.root())).remedy, Catch::Contains("chmod 700"));
  REQUIRE(chmod(server.root().c_str(), 0700) == 0);
  files::write_file(server.root() / "settings.json", R"({"shred": true})",
                    files::AtomicFile::IfExists::replace);
  CHECK_THAT(worst(check_store(server.root())).text, Catch::Contains("'shred'"));
}

TEST_CASE("a damaged database is found") {
  const ServerProgram server;
  server.make_shared({"alice"});
  {
    std::fstream file(server.root() / "ctgan.sqlite", std::ios::in | std::ios::out | std::ios::binary);
    file.seekp(4096);
    file << std::string(4096, 'x');
  }
  const Finding finding = worst(check_store(server.root()));
  CHECK(finding.level == Level::error);
  CHECK(finding.subject == "database");
  CHECK_FALSE(finding.remedy.empty());
}

TEST_CASE("keys of a shared store: each bound to serve is well, any other is an error") {
  const ServerProgram server;
  server.make_shared({"alice"});
  CHECK(worst(keys_of(server, "")).level == Level::warning);
  CHECK(worst(keys_of(server, "# nothing\n\n")).level == Level::warning);
  CHECK(worst(keys_of(server, line_for(server, "alice") + line_for(server, ""))).level == Level::ok);
  const Finding open_door = worst(keys_of(server, line_for(server, "alice") + k_key + "\n"));
  CHECK(open_door.level == Level::error);
  CHECK_THAT(open_door.text, Catch::Contains("1 of 2 keys"));
  const Finding stranger = worst(keys_of(server, line_for(server, "mallory")));
  CHECK(stranger.level == Level::warning);
  CHECK_THAT(stranger.text, Catch::Contains("'mallory'"));
  CHECK_THAT(stranger.remedy, Catch::Contains("user revoke mallory") && !Catch::Contains("add"));
  const std::string gone =
      forced_command_line("/gone/ctgan-server", server.root(), "alice", parse_public_key(k_key));
  CHECK_THAT(worst(keys_of(server, gone)).text, Catch::Contains("/gone/ctgan-server"));
}

TEST_CASE("keys of a personal store are its owner's business") {
  const ServerProgram server;
  REQUIRE(server.run({"init"}).code == 0);
  CHECK(worst(keys_of(server, k_key + "\n")).level == Level::ok);
}

TEST_CASE("the reference BLAS is warned about with the package that is fast") {
  const tests::TemporaryFolder alternatives;
  CHECK(check_blas(alternatives.path()).level == Level::warning);
  std::filesystem::create_symlink("/usr/lib/x86_64-linux-gnu/blas/libblas.so.3",
                                  alternatives / "libblas.so.3-x86_64-linux-gnu");
  const Finding slow = check_blas(alternatives.path());
  CHECK(slow.level == Level::warning);
  CHECK_THAT(slow.remedy, Catch::Contains("libopenblas0-openmp"));
  std::filesystem::remove(alternatives / "libblas.so.3-x86_64-linux-gnu");
  std::filesystem::create_symlink("/usr/lib/x86_64-linux-gnu/openblas-openmp/libblas.so.3",
                                  alternatives / "libblas.so.3-x86_64-linux-gnu");
  CHECK(check_blas(alternatives.path()).level == Level::ok);
}

TEST_CASE(
    "the program says ok, warning or error for each, the counts last, and exits 78 when there is an error") {
  const ServerProgram server;
  const Outcome nothing = server.run({"doctor"});
  INFO(nothing);
  CHECK(nothing.code == 78);
  CHECK_THAT(nothing.out, Catch::Contains("error    data root: there is no store"));
  server.make_shared({"alice"});
  const Outcome json = server.run({"doctor", "--json"});
  INFO(json);
  std::istringstream lines(json.out);
  std::set<std::string> subjects;
  nlohmann::json last;
  int errors = 0;
  for (std::string line; std::getline(lines, line);) {
    last = nlohmann::json::parse(line);
    if (last.contains("subject")) subjects.insert(last["subject"].get<std::string>());
    if (last.value("level", "") == "error") ++errors;
  }
  CHECK(subjects == std::set<std::string>{"data root", "settings", "database", "users", "leftovers", "runner",
                                          "audit log", "privacy ledger", "encryption", "keys", "login shell",
                                          "sshd", "sshd settings", "clock", "disk", "file system", "XGBoost",
                                          "libtorch", "BLAS"});
  CHECK(last.at("message_type") == "result");
  CHECK(last.at("errors") == errors);
  CHECK(json.code == (errors > 0 ? 78 : 0));
}

}  // namespace ctgan::server::commands
