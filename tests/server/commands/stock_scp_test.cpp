// The real OpenSSH client at the other end: `scp -O -S PROGRAM`, where PROGRAM stands in for ssh and does
// what sshd does with a forced command.
#include <sys/stat.h>

#include <fstream>

#include "server/store/store.h"
#include "tests/server/commands/server_program.h"

namespace ctgan::server::commands {

using tests::Outcome;
using tests::ServerProgram;

namespace {

const std::string k_data = "a_20261121t074500_10_synthetic.csv.gz";

struct WithScp : ServerProgram {
  WithScp() {
    make_shared({"alice", "bob"});
    const auto program = folder() / "as-sshd";
    std::ofstream(program)
        << "#!/bin/sh\nfor last; do :; done\nSSH_CONNECTION='1 2 3 4' SSH_ORIGINAL_COMMAND=\"$last\" exec "
        << tests::bin("ctgan-server") << " --root " << root().string() << " serve --user alice\n";
    chmod(program.c_str(), 0700);
    std::filesystem::create_directory(here());
    files::write_file(root() / "synthetic_csv_database/alice" / k_data, "rows",
                      files::AtomicFile::IfExists::refuse);
    files::write_file(root() / "synthetic_csv_database/bob/b_20261121t074500_10_synthetic.csv.gz",
                      "bob's rows", files::AtomicFile::IfExists::refuse);
  }
  std::filesystem::path here() const { return folder() / "here"; }
  void write(const std::string& name, const std::string& content) const {
    std::ofstream(here() / name, std::ios::binary) << content;
  }
  Outcome scp(std::vector<std::string> arguments) const {
    arguments.insert(arguments.begin(), {"/usr/bin/scp", "-O", "-S", (folder() / "as-sshd").string()});
    tests::Surroundings around;
    around.folder = here();
    return tests::run_program(arguments, around);
  }
  // What alice's inbox holds under that name.
  std::string held(const std::string& name) const {
    store::Store store(root());
    return files::read_file(store.uploads().file(store.uploads().require_named("alice", name)));
  }
  bool inbox_is_empty() const { return tests::files_under(root() / "inbox").empty(); }
};

bool has_scp() {
  if (std::filesystem::exists("/usr/bin/scp")) return true;
  WARN("skipped: no scp");
  return false;
}

}  // namespace

TEST_CASE("stock scp brings files into the inbox, odd names and sizes included") {
  if (!has_scp()) return;
  const WithScp server;
  for (const std::string name : {"people.csv", "odd name (1).csv", "it's \"quoted\".csv", "\xc3\xbcml;rm.csv",
                                 "a$HOME.csv", "*.csv"}) {
    server.write(name, "content of " + name);
    const Outcome outcome = server.scp({"--", name, "host:"});
    INFO(name << ": " << outcome);
    CHECK(outcome.code == 0);
    CHECK(server.held(name) == "content of " + name);
  }
  server.write("large.csv", std::string(3'000'000, 'x'));
  server.write("empty.csv", "");
  const Outcome several = server.scp({"-p", "-q", "large.csv", "empty.csv", "host:."});
  INFO(several);
  CHECK(several.code == 0);
  CHECK(server.held("large.csv").size() == 3'000'000);
  CHECK(server.held("empty.csv").empty());
  CHECK(server.scp({"people.csv", "host:renamed.csv"}).code == 0);
  CHECK(server.held("renamed.csv") == "content of people.csv");
}

TEST_CASE("stock scp fetches the user's own files, and shows why it gets no others") {
  if (!has_scp()) return;
  const WithScp server;
  const Outcome fetched = server.scp({"host:" + k_data, "."});
  INFO(fetched);
  CHECK(fetched.code == 0);
  CHECK(files::read_file(server.here() / k_data) == "rows");
  for (const std::string name :
       {"b_20261121t074500_10_synthetic.csv.gz", "*", "ctgan.sqlite", "../ctgan.sqlite", "/etc/passwd",
        "bob/b_20261121t074500_10_synthetic.csv.gz"}) {
    const Outcome outcome = server.scp({"host:" + name, "got"});
    INFO(name << ": " << outcome);
    CHECK(outcome.code != 0);
    CHECK_FALSE(outcome.err.empty());
    CHECK_FALSE(std::filesystem::exists(server.here() / "got"));
  }
}

TEST_CASE("stock scp shows why it may not leave the inbox or bring folders") {
  if (!has_scp()) return;
  const WithScp server;
  server.write("a.csv", "x");
  std::filesystem::create_directory(server.here() / "folder");
  server.write("folder/a.csv", "x");
  for (const std::vector<std::string>& arguments :
       std::vector<std::vector<std::string>>{{"a.csv", "host:../x"},
                                             {"a.csv", "host:/etc/x"},
                                             {"a.csv", "host:folder/x"},
                                             {"-r", "folder", "host:"},
                                             {"a.csv", "folder/a.csv", "host:name"}}) {
    const Outcome outcome = server.scp(arguments);
    INFO(arguments.back() << ": " << outcome);
    CHECK(outcome.code != 0);
    CHECK_FALSE(outcome.err.empty());
  }
  CHECK(server.inbox_is_empty());
}

TEST_CASE("sftp, which scp uses without -O, is pointed to -O") {
  if (!has_scp()) return;
  const WithScp server;
  const Outcome outcome = server.forced("alice", "/usr/lib/openssh/sftp-server");
  CHECK_THAT(outcome.err, Catch::Contains("use 'scp -O'"));
}

}  // namespace ctgan::server::commands
