#include "server/commands/manual.h"

#include <sstream>

#include "common/command_line/man_page.h"
#include "common/files/file.h"

namespace ctgan::server::commands {

std::string manual_sections() {
  return "files:\n"
         "  ~/.local/share/ctgan-server  the store; --root and $CTGAN_SERVER_ROOT name another\n"
         "  ROOT/settings.json  what holds for everybody: ctgan-server-settings(5)\n"
         "  ROOT/audit.jsonl  who did what: 'ctgan-server audit' reads it\n"
         "  ~/.ssh/authorized_keys  the keys of 'user authorize', each with a forced command\n"
         "environment:\n"
         "  CTGAN_SERVER_ROOT  the store\n"
         "  XDG_DATA_HOME  instead of ~/.local/share\n"
         "see also:\n"
         "  ctgan(1), fit(1), sample(1), download(1), manage(1), ctgan-server-settings(5), sshd(8)\n";
}

std::string settings_manual(const std::filesystem::path& example) {
  std::istringstream lines(files::read_file(example));
  command_line::SettingsPage page{
      .name = "ctgan-server-settings",
      .summary = "what an administrator of a ctgan-server decides",
      .description =
          "The file settings.json in the store's root: one JSON object, in which comments are allowed. Below "
          "stands every key with its default. 'ctgan-server doctor' says what is wrong with it.",
      .keys = {},
      .example = {},
      .see_also = "ctgan-server(1)"};
  for (std::string line; std::getline(lines, line);) page.example.push_back(line);
  return command_line::example_page(page, CTGAN_VERSION);
}

}  // namespace ctgan::server::commands
