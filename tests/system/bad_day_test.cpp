// Servers that are not there, not ours, noisy or full: the message, the exit code, and nothing half-written.
#include <sys/mount.h>

#include <fstream>

#include "common/files/file.h"
#include "tests/catch.h"
#include "tests/small_disk.h"
#include "tests/system/laptop.h"
#include "tests/system/remote_server.h"

namespace ctgan::tests {
namespace {

namespace fs = std::filesystem;

std::string without_pin(std::string credentials) {
  const std::size_t at = credentials.find(",\"host_key_fingerprint\"");
  credentials.erase(at, credentials.find('"', credentials.find("SHA256:")) + 1 - at);
  return credentials;
}

}  // namespace

TEST_CASE("an unknown host key is refused without a terminal, with its fingerprint and the next step",
          "[fault:20]") {
  PersonalServer server;
  const Laptop laptop;
  laptop.write_credentials(without_pin(server.credentials()));
  const Outcome outcome = laptop.run({"manage", "whoami", "--batch"});
  INFO(outcome);
  CHECK(outcome.code == 77);
  CHECK_THAT(outcome.err, Catch::Contains(server.sshd().fingerprint()));
  CHECK_THAT(outcome.err, Catch::Contains("host_key_fingerprint"));
  CHECK_FALSE(fs::exists(laptop.home() / ".ssh/known_hosts"));
}

TEST_CASE("a host key that is not the pinned one is refused", "[fault:20]") {
  PersonalServer server;
  const Laptop laptop;
  laptop.write_credentials(server.credentials());
  CHECK(laptop.run({"manage", "whoami", "--batch"}).code == 0);
  server.sshd().change_host_key();
  const Outcome outcome = laptop.run({"manage", "whoami", "--batch"});
  INFO(outcome);
  CHECK(outcome.code == 77);
  CHECK_THAT(outcome.err, Catch::Contains(server.sshd().fingerprint()));
}

TEST_CASE("a changed host key is refused even where the user's ssh configuration would take it",
          "[fault:20]") {
  PersonalServer server;
  const Laptop laptop;
  laptop.write_credentials(without_pin(server.credentials()));
  fs::create_directories(laptop.home() / ".ssh");
  std::ofstream(laptop.home() / ".ssh/known_hosts") << server.sshd().known_hosts_line();
  std::ofstream(laptop.home() / ".ssh/config") << "Host *\n  StrictHostKeyChecking no\n";
  const Outcome known = laptop.run({"manage", "whoami", "--batch"});
  INFO(known);
  CHECK(known.code == 0);
  server.sshd().change_host_key();
  const Outcome outcome = laptop.run({"manage", "whoami", "--batch"});
  INFO(outcome);
  CHECK(outcome.code == 77);
  CHECK_THAT(outcome.err, Catch::Contains("ssh-keygen -R"));
}

TEST_CASE("a server without ctgan-server is named as that", "[fault:22]") {
  PersonalServer server("/nonexistent");
  const Laptop laptop;
  laptop.write_credentials(server.credentials());
  const Outcome outcome = laptop.run({"manage", "whoami", "--batch"});
  INFO(outcome);
  CHECK(outcome.code == 69);
  CHECK_THAT(outcome.err, Catch::Contains("'ctgan-server'") && Catch::Contains("PATH"));
}

TEST_CASE("a remote shell that prints noise is skipped, or quoted when nothing else comes", "[fault:22]") {
  SharedServer server;
  server.admin({"user", "add", "alice"});
  const fs::path key = server.sshd().make_key("alice");
  server.sshd().authorize("command=\"echo Welcome to big; exec " + bin("ctgan-server") + " --root " +
                              server.root().string() + " serve --user alice\"",
                          key);
  const Laptop laptop;
  laptop.write_credentials(server.credentials(key));
  const Outcome skipped = laptop.run({"manage", "whoami", "--batch"});
  INFO(skipped);
  CHECK(skipped.code == 0);
  CHECK_THAT(skipped.out, Catch::Contains("alice"));

  const fs::path noisy = server.sshd().make_key("noisy");
  server.sshd().authorize("command=\"echo This account is closed\"", noisy);
  laptop.write_credentials(server.credentials(noisy));
  const Outcome quoted = laptop.run({"manage", "whoami", "--batch"});
  INFO(quoted);
  CHECK(quoted.code == 76);
  CHECK_THAT(quoted.err, Catch::Contains("This account is closed"));
}

TEST_CASE("a server that does not listen is exit 75 and says where it was looked for", "[fault:1]") {
  PersonalServer server;
  std::string credentials = server.credentials();
  credentials.replace(credentials.find("\"port\":"), 7 + std::to_string(server.sshd().port()).size(),
                      "\"port\":1");
  const Laptop laptop;
  laptop.write_credentials(credentials);
  const Outcome outcome = laptop.run({"manage", "whoami", "--batch"});
  INFO(outcome);
  CHECK(outcome.code == 75);
  CHECK_THAT(outcome.err, Catch::Contains("127.0.0.1"));
}

TEST_CASE("a key that the server does not know is exit 77") {
  SharedServer server;
  const Laptop laptop;
  laptop.write_credentials(server.credentials(server.sshd().make_key("stranger")));
  const Outcome outcome = laptop.run({"manage", "whoami", "--batch"});
  INFO(outcome);
  CHECK(outcome.code == 77);
}

TEST_CASE("a credentials file that others can read is refused with the command that mends it", "[fault:21]") {
  PersonalServer server;
  const Laptop laptop;
  laptop.write_credentials(server.credentials());
  const fs::path file = laptop.home() / ".config/ctgan/credentials.json";
  fs::permissions(file, fs::perms::group_read, fs::perm_options::add);
  const Outcome outcome = laptop.run({"manage", "whoami", "--batch"});
  INFO(outcome);
  CHECK(outcome.code == 78);
  CHECK_THAT(outcome.err, Catch::Contains("chmod 600"));
}

TEST_CASE(
    "a full disk on the server is said, leaves nothing there, and the same fit works once there is room",
    "[fault:12]") {
  const TemporaryFolder mountpoint;
  const Laptop laptop;
  const fs::path data = laptop.home() / ".local/share";
  const std::string file = laptop.write_table("people.csv", small_table(60000));
  {
    const SmallDisk disk(data, "size=600k");
    if (!disk) {
      WARN("skipped: needs the right to mount a small tmpfs");
      return;
    }
    const Outcome full = laptop.run(quick_fit(file));
    INFO(full);
    CHECK(full.code == 74);
    CHECK_THAT(full.err, Catch::Contains("no space left"));
    for (const std::string& name : files_under(data)) {
      INFO(name);
      CHECK(name.find("part") == std::string::npos);
    }
  }
  const Outcome fit = laptop.run(quick_fit(laptop.write_table("people.csv", small_table(500))));
  INFO(fit);
  CHECK(fit.code == 0);
}

TEST_CASE("a full disk on the laptop is said, and leaves no part of the table", "[fault:12]") {
  const Laptop laptop;
  REQUIRE(laptop.run(quick_fit(laptop.write_table("people.csv", small_table(400)))).code == 0);
  const SmallDisk disk(laptop.work() / "small", "size=64k");
  if (!disk) {
    WARN("skipped: needs the right to mount a small tmpfs");
    return;
  }
  const Outcome full =
      laptop.run({"sample", "latest", "-n", "20000", "--output", "small/out.csv", "--batch"});
  INFO(full);
  CHECK(full.code == 74);
  CHECK_THAT(full.err, Catch::Contains("no space left"));
  CHECK(files_under(laptop.work() / "small").empty());
}

TEST_CASE("an output that exists is refused before the server is asked for anything", "[fault:40]") {
  const Laptop laptop;
  REQUIRE(laptop.run(quick_fit(laptop.write_table("people.csv", small_table(400)))).code == 0);
  std::ofstream(laptop.work() / "out.csv") << "mine";
  const Outcome outcome = laptop.run({"sample", "latest", "-n", "20", "--output", "out.csv", "--batch"});
  INFO(outcome);
  CHECK(outcome.code == 73);
  CHECK(files::read_file(laptop.work() / "out.csv") == "mine");
  CHECK(laptop.run({"manage", "data", "list", "--batch"}).out.find("_synthetic") == std::string::npos);
}

}  // namespace ctgan::tests
