// The SSH transport against a real sshd.
#include "host/transport/ssh_transport.h"

#include <sys/stat.h>

#include <cstdlib>
#include <fstream>

#include "common/console/console.h"
#include "common/errors/error.h"
#include "common/files/checksum.h"
#include "common/files/file.h"
#include "tests/catch.h"
#include "tests/host/transport/transport_suite.h"
#include "tests/private_sshd.h"
#include "tests/raises.h"
#include "tests/run_program.h"
#include "tests/terminal_talk.h"

using namespace ctgan;
using errors::Kind;
using host::settings::SshServer;
using host::transport::connect_by_ssh;
using host::transport::Patience;
using host::transport::Program;
using tests::PrivateSshd;

namespace {

// A laptop without agent whose ~/.ssh is a folder of the test.
class Client {
 public:
  explicit Client(const PrivateSshd& sshd) : sshd_(sshd) {
    unsetenv("SSH_AUTH_SOCK");
    std::filesystem::create_directories(folder());
    std::filesystem::permissions(folder(), std::filesystem::perms::owner_all);
  }
  std::filesystem::path folder() const { return folder_ / "ssh"; }
  // Everything but a key and the host's fingerprint.
  SshServer bare() const {
    SshServer server;
    server.host = "127.0.0.1";
    server.port = static_cast<std::uint16_t>(sshd_.port());
    server.ssh_user = sshd_.login();
    server.ssh_folder = folder();
    return server;
  }
  SshServer pinned(const std::filesystem::path& key) const {
    SshServer server = bare();
    server.key = key;
    server.host_key_fingerprint = sshd_.fingerprint();
    return server;
  }
  void write(const std::string& name, const std::string& text) const {
    std::ofstream(folder() / name) << text;
    chmod((folder() / name).c_str(), 0600);
  }

 private:
  const PrivateSshd& sshd_;
  tests::TemporaryFolder folder_;
};

errors::Error refusal(const SshServer& server) {
  return tests::raised([&] { connect_by_ssh(server, console::Console(true), {}); });
}

void connects(const SshServer& server) {
  CHECK_NOTHROW(connect_by_ssh(server, console::Console(true), {}));
}

std::size_t occurrences(std::string_view text, std::string_view words) {
  std::size_t count = 0;
  for (std::size_t at = text.find(words); at != std::string_view::npos; at = text.find(words, at + 1))
    ++count;
  return count;
}

// What connecting says at a terminal: "connected", or the error.
int connect_at_terminal(const SshServer& server) {
  try {
    connect_by_ssh(server, console::Console(false), {});
    std::printf("connected\n");
  } catch (const errors::Error& error) {
    std::printf("refused: %s\n", error.what());
  }
  std::fflush(stdout);
  return 0;
}

}  // namespace

TEST_CASE("the SSH transport keeps the promises of every transport") {
  const PrivateSshd sshd;
  const Client client(sshd);
  const auto key = sshd.make_key("me");
  sshd.authorize("", key);
  tests::check_transport([&](const std::filesystem::path& program, Patience patience) {
    SshServer server = client.pinned(key);
    server.remote_program = program.string();
    return connect_by_ssh(server, console::Console(true), std::move(patience));
  });
}

TEST_CASE("what is asked of the server is 'ctgan-server serve' and 'ctgan-server transfer', word for word") {
  const PrivateSshd sshd;
  const Client client(sshd);
  const auto key = sshd.make_key("me");
  sshd.authorize("restrict,command=\"printf %s \\\"$SSH_ORIGINAL_COMMAND\\\"\"", key);
  const auto transport = connect_by_ssh(client.pinned(key), console::Console(true), {});
  CHECK(tests::read_to_end(*transport->open(Program::serve)) == "ctgan-server serve");
  CHECK(tests::read_to_end(*transport->open(Program::transfer)) == "ctgan-server transfer");
  CHECK(transport->place() == "'127.0.0.1'");
}

TEST_CASE("a program that is missing over there ends with status 127") {
  const PrivateSshd sshd({"SetEnv PATH=/nonexistent"});
  const Client client(sshd);
  const auto key = sshd.make_key("me");
  sshd.authorize("", key);
  const auto transport = connect_by_ssh(client.pinned(key), console::Console(true), {});
  const auto channel = transport->open(Program::serve);
  CHECK(tests::read_to_end(*channel).empty());
  CHECK(channel->exit_code() == 127);
  CHECK_THAT(channel->error_text(), Catch::Contains("ctgan-server"));
}

TEST_CASE(
    "an unknown host key is refused without a person, with its fingerprint and the setting, and is not "
    "noted") {
  const PrivateSshd sshd;
  const Client client(sshd);
  const auto error = refusal(client.bare());
  CHECK(error.kind() == Kind::permission);
  CHECK_THAT(error.sentence(), Catch::Contains(sshd.fingerprint()));
  CHECK_THAT(error.hint(), Catch::Contains("host_key_fingerprint"));
  CHECK_FALSE(std::filesystem::exists(client.folder() / "known_hosts"));
}

TEST_CASE("a host key that is in known_hosts, or pinned, passes") {
  const PrivateSshd sshd;
  const Client client(sshd);
  const auto key = sshd.make_key("me");
  sshd.authorize("", key);
  SshServer server = client.pinned(key);
  connects(server);
  server.host_key_fingerprint.reset();
  client.write("known_hosts", sshd.known_hosts_line());
  connects(server);
}

TEST_CASE("another key than the pinned one is refused, even when known_hosts has it") {
  const PrivateSshd sshd;
  const Client client(sshd);
  client.write("known_hosts", sshd.known_hosts_line());
  SshServer server = client.bare();
  server.host_key_fingerprint = "SHA256:" + std::string(43, 'A');
  const auto error = refusal(server);
  CHECK(error.kind() == Kind::permission);
  CHECK_THAT(error.sentence(),
             Catch::Contains(sshd.fingerprint()) && Catch::Contains(*server.host_key_fingerprint));
}

TEST_CASE(
    "a changed host key is refused, also where ssh_config says not to look, and at a terminal without a "
    "question") {
  PrivateSshd sshd;
  const Client client(sshd);
  client.write("known_hosts", sshd.known_hosts_line());
  client.write("config", "Host *\n  StrictHostKeyChecking no\n");
  sshd.change_host_key();
  const auto error = refusal(client.bare());
  CHECK(error.kind() == Kind::permission);
  CHECK_THAT(error.sentence(), Catch::Contains("has changed") && Catch::Contains(sshd.fingerprint()));
  CHECK_THAT(error.hint(),
             Catch::Contains("ssh-keygen -R '[127.0.0.1]:" + std::to_string(sshd.port()) + "'"));
  tests::TerminalTalk talk([&] { return connect_at_terminal(client.bare()); });
  CHECK(talk.expect("refused: the host key of '127.0.0.1' has changed"));
  CHECK(talk.said().find("yes/no") == std::string::npos);
}

TEST_CASE("a key of another type than the known one counts as changed", "[fault:20]") {
  const PrivateSshd sshd;
  const Client client(sshd);
  const tests::TemporaryFolder folder;
  const std::string file = folder / "rsa";
  REQUIRE(tests::run_program({"/usr/bin/ssh-keygen", "-q", "-t", "rsa", "-N", "", "-f", file}).code == 0);
  client.write("known_hosts",
               "[127.0.0.1]:" + std::to_string(sshd.port()) + " " + files::read_file(folder / "rsa.pub"));
  CHECK_THAT(refusal(client.bare()).sentence(), Catch::Contains("has changed"));
}

TEST_CASE("a revoked host key is refused, known and pinned or not", "[fault:20]") {
  const PrivateSshd sshd;
  const Client client(sshd);
  client.write("known_hosts", sshd.known_hosts_line() + "@revoked * " +
                                  sshd.known_hosts_line().substr(sshd.known_hosts_line().find(' ') + 1));
  SshServer server = client.bare();
  CHECK_THAT(refusal(server).sentence(), Catch::Contains("revoked"));
  server.host_key_fingerprint = sshd.fingerprint();
  CHECK_THAT(refusal(server).sentence(), Catch::Contains("revoked"));
}

TEST_CASE("at a terminal an unknown host key is shown and, once trusted, remembered", "[fault:20]") {
  const PrivateSshd sshd;
  const Client client(sshd);
  const auto key = sshd.make_key("me");
  sshd.authorize("", key);
  SshServer server = client.pinned(key);
  server.host_key_fingerprint.reset();
  {
    tests::TerminalTalk talk([&] { return connect_at_terminal(server); });
    REQUIRE(talk.expect(sshd.fingerprint()));
    REQUIRE(talk.expect("(yes/no): "));
    talk.type("no\n");
    CHECK(talk.expect("refused: the host key of '127.0.0.1' was not trusted"));
    CHECK_FALSE(std::filesystem::exists(client.folder() / "known_hosts"));
  }
  {
    tests::TerminalTalk talk([&] { return connect_at_terminal(server); });
    REQUIRE(talk.expect("(yes/no): "));
    talk.type("yes\n");
    CHECK(talk.expect("connected"));
  }
  connects(server);
}

TEST_CASE(
    "without a key, or with one that the server does not know, nobody gets in, and what was tried is said",
    "[fault:18]") {
  const PrivateSshd sshd;
  const Client client(sshd);
  const auto stranger = sshd.make_key("stranger");
  SshServer server = client.pinned(stranger);
  const auto error = refusal(server);
  CHECK(error.kind() == Kind::permission);
  CHECK_THAT(error.sentence(),
             Catch::Contains("tried the key") && Catch::Contains(stranger.filename().string()));
  server.key.reset();
  CHECK_THAT(refusal(server).sentence(), Catch::Contains("there was no key to try"));
}

TEST_CASE("a usual key in ~/.ssh is found without being named; one that others can read is not used") {
  const PrivateSshd sshd;
  const Client client(sshd);
  const auto key = sshd.make_key("me");
  sshd.authorize("", key);
  SshServer server = client.pinned(key);
  server.key.reset();
  client.write("id_ed25519", files::read_file(key));
  connects(server);
  chmod((client.folder() / "id_ed25519").c_str(), 0644);
  CHECK(refusal(server).kind() == Kind::permission);
}

TEST_CASE("user, port and key may come from ssh_config, and what was chosen wins over it") {
  const PrivateSshd sshd;
  const Client client(sshd);
  const auto key = sshd.make_key("me");
  sshd.authorize("", key);
  client.write("config", "Host big\n  HostName 127.0.0.1\n  Port " + std::to_string(sshd.port()) +
                             "\n  User " + sshd.login() + "\n  IdentityFile " + key.string() + "\n");
  SshServer server;
  server.host = "big";
  server.ssh_folder = client.folder();
  server.host_key_fingerprint = sshd.fingerprint();
  connects(server);
  client.write("config",
               "Host *\n  Port 1\n  User nobody\n  ConnectTimeout 1\n  UserKnownHostsFile /dev/null\n");
  connects(client.pinned(key));
}

TEST_CASE(
    "a named key that is missing, readable by others, or no key is a configuration error that names it") {
  const PrivateSshd sshd;
  const Client client(sshd);
  CHECK_THAT(refusal(client.pinned("/nowhere/key")).sentence(),
             Catch::Contains("'/nowhere/key' cannot be read"));
  const auto key = sshd.make_key("open");
  chmod(key.c_str(), 0640);
  const auto open = refusal(client.pinned(key));
  CHECK(open.kind() == Kind::configuration);
  CHECK_THAT(open.hint(), Catch::Contains("chmod 600"));
  client.write("text", "not a key\n");
  CHECK_THAT(refusal(client.pinned(client.folder() / "text")).sentence(),
             Catch::Contains("is no private key"));
}

TEST_CASE("a key with a passphrase is asked for at a terminal and refused without one") {
  const PrivateSshd sshd;
  const Client client(sshd);
  const auto key = sshd.make_key("locked");
  sshd.authorize("", key);
  REQUIRE(tests::run_program({"/usr/bin/ssh-keygen", "-q", "-p", "-P", "", "-N", "open sesame", "-f", key})
              .code == 0);
  const auto error = refusal(client.pinned(key));
  CHECK(error.kind() == Kind::permission);
  CHECK_THAT(error.sentence(), Catch::Contains("passphrase"));
  CHECK_THAT(error.hint(), Catch::Contains("ssh-add"));
  tests::TerminalTalk talk([&] { return connect_at_terminal(client.pinned(key)); });
  REQUIRE(talk.expect("Passphrase of"));
  REQUIRE(talk.expect(": "));
  talk.type("open sesame\n");
  CHECK(talk.expect("connected"));
  tests::TerminalTalk wrong([&] { return connect_at_terminal(client.pinned(key)); });
  REQUIRE(wrong.expect("Passphrase of"));
  REQUIRE(wrong.expect(": "));
  wrong.type("no\n");
  CHECK(wrong.expect("refused: the passphrase of"));
}

TEST_CASE("the named key is tried before an agent that would use up the server's patience", "[fault:18]") {
  const PrivateSshd sshd;
  const Client client(sshd);
  const auto key = sshd.make_key("me");
  sshd.authorize("", key);
  const tests::TemporaryFolder folder;
  const std::string socket = folder / "agent";
  const tests::Outcome agent = tests::run_program({"/usr/bin/ssh-agent", "-s", "-a", socket});
  REQUIRE(agent.code == 0);
  const int pid = std::stoi(agent.out.substr(agent.out.find("SSH_AGENT_PID=") + 14));
  tests::Surroundings with_agent;
  with_agent.environment = {"SSH_AUTH_SOCK=" + socket};
  for (int i = 0; i < 7; ++i) {
    const auto other = sshd.make_key("other" + std::to_string(i));
    tests::run_program({"/usr/bin/ssh-add", "-q", other}, with_agent);
  }
  setenv("SSH_AUTH_SOCK", socket.c_str(), 1);
  connects(client.pinned(key));
  SshServer agent_only = client.pinned(key);
  agent_only.key.reset();
  const auto error = refusal(agent_only);
  CHECK(error.kind() == Kind::permission);
  CHECK_THAT(error.sentence(), Catch::Contains("oo many authentication failures"));
  tests::run_program({"/usr/bin/ssh-add", "-q", "-D"}, with_agent);
  tests::run_program({"/usr/bin/ssh-add", "-q", key}, with_agent);
  connects(agent_only);
  unsetenv("SSH_AUTH_SOCK");
  kill(pid, SIGTERM);
}

TEST_CASE("a server that is not there, and one that does not speak SSH, are named") {
  const PrivateSshd sshd;
  const Client client(sshd);
  SshServer server = client.bare();
  server.port = 1;
  const auto refused = refusal(server);
  CHECK(refused.kind() == Kind::try_again);
  CHECK_THAT(refused.sentence(), Catch::Contains("'127.0.0.1' port 1"));
  server.host = "no-such-host.invalid";
  const auto unknown = refusal(server);
  CHECK((unknown.kind() == Kind::unavailable || unknown.kind() == Kind::try_again));
  CHECK_THAT(unknown.sentence(), Catch::Contains("'no-such-host.invalid' cannot be found"));
}

TEST_CASE("an sshd that allows one channel only is named with its setting, and the connection stays") {
  const PrivateSshd sshd({"MaxSessions 1"});
  const Client client(sshd);
  const auto key = sshd.make_key("k");
  sshd.authorize("command=\"cat\"", key);
  const auto transport = connect_by_ssh(client.pinned(key), console::Console(true), {});
  const auto first = transport->open(Program::serve);
  const auto error = tests::raised([&] { transport->open(Program::transfer); });
  CHECK(error.kind() == Kind::unavailable);
  CHECK_THAT(error.hint(), Catch::Contains("'MaxSessions' must be at least 2"));
  first->write("still there");
  first->close_write();
  CHECK(tests::read_to_end(*first) == "still there");
}

TEST_CASE("a connection that breaks in the middle is a lost connection, at once", "[fault:1]") {
  auto sshd = std::make_unique<PrivateSshd>();
  const Client client(*sshd);
  const auto key = sshd->make_key("me");
  const tests::TemporaryFolder folder;
  const auto script = tests::write_script(folder, "echo $PPID; exec cat");
  sshd->authorize("", key);
  SshServer server = client.pinned(key);
  server.remote_program = script.string();
  const auto transport = connect_by_ssh(server, console::Console(true), {});
  const auto channel = transport->open(Program::serve);
  std::string pid(32, '\0');
  pid.resize(channel->read(pid));
  kill(std::stoi(pid), SIGKILL);
  const auto error = tests::raised([&] {
    tests::read_to_end(*channel);
    channel->write("more");
    tests::read_to_end(*channel);
  });
  CHECK(error.kind() == Kind::try_again);
  CHECK_THAT(error.sentence(), Catch::Contains("the connection to '127.0.0.1' was lost"));
}

TEST_CASE(
    "the cipher is AES in Galois mode where the processor computes AES, and what ssh_config says otherwise") {
  const PrivateSshd sshd({"LogLevel DEBUG1"});
  const Client client(sshd);
  const auto key = sshd.make_key("me");
  sshd.authorize("", key);
  connects(client.pinned(key));
  const bool fast = files::read_file("/proc/cpuinfo").find(" aes ") != std::string::npos;
  CHECK_THAT(sshd.log(),
             Catch::Contains(fast ? "cipher: aes128-gcm@openssh.com" : "cipher: chacha20-poly1305"));
  client.write("config", "Host *\n  Ciphers aes128-ctr\n");
  connects(client.pinned(key));
  CHECK(sshd.log().find("compression: zlib@openssh.com") == std::string::npos);
  CHECK_THAT(sshd.log(), Catch::Contains("client->server cipher: aes128-ctr") &&
                             Catch::Contains("server->client cipher: aes128-ctr"));
}

TEST_CASE("bytes pass unchanged while either end changes the keys again and again") {
  const std::string who = GENERATE("client", "server");
  const PrivateSshd sshd(who == "server" ? std::vector<std::string>{"LogLevel DEBUG1", "RekeyLimit 1M"}
                                         : std::vector<std::string>{"LogLevel DEBUG1"});
  const Client client(sshd);
  const auto key = sshd.make_key("me");
  sshd.authorize("restrict,command=\"cat\"", key);
  if (who == "client") client.write("config", "Host *\n  RekeyLimit 1M\n");
  const auto transport = connect_by_ssh(client.pinned(key), console::Console(true), {});
  const auto channel = transport->open(Program::transfer);
  std::string sent(std::size_t{256} << 10, '\0');
  for (int round = 0; round < 24; ++round) {
    for (std::size_t i = 0; i < sent.size(); ++i)
      sent[i] = static_cast<char>((i * 31 + i / 251) % 256 + round);
    channel->write(sent);
    std::string back(sent.size(), '\0');
    for (std::size_t got = 0; got < back.size();)
      got += channel->read({back.data() + got, back.size() - got});
    REQUIRE(back == sent);
  }
  channel->close_write();
  CHECK(tests::read_to_end(*channel).empty());
  CHECK(occurrences(sshd.log(), "kex: client->server cipher") >= 4);
}

TEST_CASE("a ProxyCommand of ssh_config carries the connection, and its failure is said") {
  const PrivateSshd sshd;
  const Client client(sshd);
  const auto key = sshd.make_key("me");
  sshd.authorize("", key);
  const std::string jump =
      "ssh -F none -o BatchMode=yes -o StrictHostKeyChecking=no -o UserKnownHostsFile=/dev/null -i " +
      key.string() + " -p " + std::to_string(sshd.port()) + " -W 127.0.0.1:" + std::to_string(sshd.port()) +
      " " + sshd.login() + "@127.0.0.1";
  client.write("config", "Host big\n  ProxyCommand " + jump + "\n");
  SshServer server = client.pinned(key);
  server.host = "big";
  server.remote_program = "/bin/cat";
  const auto transport = connect_by_ssh(server, console::Console(true), {});
  CHECK(transport->place() == "'big'");
  client.write("config", "Host big\n  ProxyCommand /bin/false\n");
  const auto error = refusal(server);
  CHECK_THAT(error.sentence(), Catch::Contains("'big'"));
}

TEST_CASE("'Compression yes' of ssh_config packs what is sent") {
  const PrivateSshd sshd({"LogLevel DEBUG1"});
  const Client client(sshd);
  const auto key = sshd.make_key("me");
  sshd.authorize("restrict,command=\"sha256sum\"", key);
  client.write("config", "Host *\n  Compression yes\n");
  const auto transport = connect_by_ssh(client.pinned(key), console::Console(true), {});
  const auto channel = transport->open(Program::transfer);
  const std::string bytes(std::size_t{3} << 20, 'x');
  channel->write(bytes);
  channel->close_write();
  CHECK(tests::read_to_end(*channel).substr(0, 64) == files::sha256_of(bytes));
  CHECK_THAT(sshd.log(), Catch::Contains("compression: zlib@openssh.com"));
}
