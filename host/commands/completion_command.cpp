#include "host/commands/completion_command.h"

#include <fmt/format.h>

#include <string>

#include "common/command_line/completion.h"
#include "host/commands/command_line.h"
#include "host/commands/complete_value.h"

namespace ctgan::host::commands {

int completion(int argc, const char* const* argv) {
  std::string shell;
  const CommandLine line{
      "completion", "Prints what makes a shell complete these commands.",
      "  source <(ctgan completion bash)                 # in ~/.bashrc\n"
      "  source <(ctgan completion zsh)                  # in ~/.zshrc, after compinit\n"
      "  ctgan completion fish | source                  # in ~/.config/fish/config.fish\n"};
  return run_command(
      line, argc, argv, SharedFlags{},
      [&](CLI::App& app) {
        app.add_option("SHELL", shell, "bash, zsh or fish")->type_name("bash|zsh|fish")->required();
      },
      [&] { fmt::print("{}", command_line::completion_script(shell, completed_programs())); });
}

}  // namespace ctgan::host::commands
