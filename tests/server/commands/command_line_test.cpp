#include "server/commands/command_line.h"

#include "tests/server/commands/server_program.h"

namespace ctgan::server::commands {

using tests::Outcome;
using tests::ServerProgram;

TEST_CASE("every command explains itself with examples, and says where the exit codes are") {
  const ServerProgram server;
  for (const std::vector<std::string>& command :
       std::vector<std::vector<std::string>>{{},
                                             {"init"},
                                             {"serve"},
                                             {"transfer"},
                                             {"work"},
                                             {"user"},
                                             {"user", "add"},
                                             {"user", "delete"},
                                             {"user", "list"},
                                             {"user", "password"},
                                             {"user", "authorize"},
                                             {"budget"},
                                             {"budget", "list"},
                                             {"budget", "show"},
                                             {"budget", "set"},
                                             {"budget", "verify"},
                                             {"budget", "acknowledge"},
                                             {"inspect"},
                                             {"doctor"}}) {
    std::vector<std::string> arguments = command;
    arguments.emplace_back("--help");
    const Outcome help = server.run(arguments);
    INFO(help);
    CHECK(help.code == 0);
    CHECK(help.err.empty());
    CHECK_THAT(help.out, Catch::Contains("examples:\n  ctgan-server ") &&
                             Catch::Contains("Exit code 0 is success; 'man ctgan-server' has the others"));
    for (const std::string& word : command) CHECK_THAT(help.out, Catch::Contains(word));
  }
  CHECK_FALSE(std::filesystem::exists(server.root()));
}

TEST_CASE("a wrong command line is exit 64 with what is wrong and where help is; nothing is made") {
  const ServerProgram server;
  struct Case {
    std::vector<std::string> arguments;
    std::string sentence, hint;
  };
  for (const Case& c : std::vector<Case>{
           {{}, "a subcommand is required", "'ctgan-server --help'"},
           {{"seve"}, "there is no command 'ctgan-server seve'", "'serve'"},
           {{"user", "ad"}, "there is no command 'ctgan-server user ad'", "'add'"},
           {{"user"}, "a subcommand is required", "'ctgan-server user --help'"},
           {{"init", "--shard"}, "--shard", "'ctgan-server init --help'"},
           {{"serve", "--user", "a", "--login"}, "--login", "serve --help"},
           {{"user", "add"}, "NAME is required", "user add --help"},
           {{"work"}, "JOB is required", "work --help"},
           {{"user", "authorize", "alice"}, "--key is required", "authorize --help"},
       }) {
    const Outcome outcome = server.run(c.arguments);
    INFO(outcome);
    CHECK(outcome.code == 64);
    CHECK(outcome.out.empty());
    CHECK_THAT(outcome.err, Catch::Contains(c.sentence) && Catch::Contains(c.hint));
  }
  CHECK_FALSE(std::filesystem::exists(server.root()));
}

TEST_CASE("with --json an error is one JSON line on standard output") {
  const ServerProgram server;
  const Outcome outcome = server.run({"user", "list", "--json"});
  INFO(outcome);
  CHECK(outcome.code == 66);
  const auto line = nlohmann::json::parse(outcome.out);
  CHECK(line.at("message_type") == "error");
  CHECK(line.at("exit_code") == 66);
}

TEST_CASE("--version names the program and its version") {
  CHECK_THAT(ServerProgram().run({"--version"}).out, Catch::StartsWith("ctgan-server "));
}

TEST_CASE("a full standard output is exit 74, not silence", "[fault:12]") {
  const ServerProgram server;
  process::ChildProcess shell(
      {"/bin/sh", "-c", "exec \"$0\" --help >/dev/full 2>/dev/null", tests::bin("ctgan-server")});
  CHECK(shell.wait().code == 74);
}

}  // namespace ctgan::server::commands
