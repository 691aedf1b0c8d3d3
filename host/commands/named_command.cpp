#include "host/commands/named_command.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <string>
#include <string_view>
#include <vector>

#include "common/command_line/completion.h"
#include "common/command_line/man_page.h"
#include "common/errors/error.h"
#include "host/commands/command_line.h"
#include "host/commands/completion_command.h"
#include "host/commands/download_command.h"
#include "host/commands/fit_command.h"
#include "host/commands/manage_command.h"
#include "host/commands/sample_command.h"
#include "host/commands/settings_manual.h"

namespace ctgan::host::commands {
namespace {

struct NamedCommand {
  std::string_view name;
  int (*run)(int argc, const char* const* argv);
  const char* description;
};

constexpr std::array<NamedCommand, 5> k_commands{
    {{"fit", fit, "train a model of a table"},
     {"sample", sample, "draw rows from a model"},
     {"download", download, "fetch again what was made"},
     {"manage", manage, "look after what is on the server"},
     {"completion", completion, "let a shell complete these commands"}}};

const NamedCommand* find_command(std::string_view name) {
  const auto found = std::find_if(k_commands.begin(), k_commands.end(),
                                  [name](const NamedCommand& command) { return command.name == name; });
  return found == k_commands.end() ? nullptr : &*found;
}

std::string_view last_part(std::string_view path) {
  return path.substr(path.rfind('/') + 1);  // npos + 1 is 0
}

// "ctgan --complete-words fit ..." is "fit --complete-words ...".
int complete(const NamedCommand& command, int argc, const char* const* argv) {
  std::vector<const char*> words{argv[2], argv[1]};
  words.insert(words.end(), argv + 3, argv + argc);
  return command.run(static_cast<int>(words.size()), words.data());
}

int run_umbrella(int argc, const char* const* argv) {
  const CommandLine line{k_umbrella, "Synthetic tables, made where the computing power is.",
                         "  ctgan fit people.csv\n"
                         "  ctgan sample latest -n 1000\n"
                         "  ctgan download --list\n"
                         "  ctgan manage whoami\n"
                         "  ctgan fit --help\n"};
  // Commands that are there were taken before: what is left is help, and what is wrong.
  const auto declare = [](CLI::App& app) {
    app.require_subcommand(1);
    for (const NamedCommand& command : k_commands)
      app.add_subcommand(std::string(command.name), command.description);
  };
  if (argc == 3 && argv[1] == command_line::k_man_page_word) {
    const std::string page = settings_manual(argv[2]);
    fmt::print("{}", page);
    return page.empty() ? errors::exit_code(errors::Kind::usage) : 0;
  }
  std::vector<const char*> words(argv, argv + argc);
  if (argc == 1) words.push_back("--help");
  return run_command(line, static_cast<int>(words.size()), words.data(), SharedFlags{}, declare, [] {});
}

}  // namespace

int run_named(int argc, const char* const* argv) {
  if (argc == 0) return run_umbrella(1, std::array<const char*, 1>{k_umbrella}.data());
  if (const NamedCommand* command = find_command(last_part(argv[0]))) return command->run(argc, argv);
  if (argc > 3 && argv[1] == command_line::k_complete_word) {
    if (const NamedCommand* command = find_command(argv[2])) return complete(*command, argc, argv);
  }
  const NamedCommand* command = argc > 1 ? find_command(argv[1]) : nullptr;
  if (command == nullptr) return run_umbrella(argc, argv);
  std::vector<const char*> words(argv + 1, argv + argc);
  const std::string name = std::string(k_umbrella) + " " + argv[1];
  words[0] = name.c_str();
  return command->run(argc - 1, words.data());
}

}  // namespace ctgan::host::commands
