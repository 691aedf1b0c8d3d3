#include "host/commands/settings_manual.h"

#include "common/command_line/man_page.h"
#include "host/settings/host_settings.h"

namespace ctgan::host::commands {

std::string settings_manual(std::string_view about) {
  if (about == "settings")
    return command_line::settings_page(
        {.name = "ctgan-settings",
         .summary = "which server ctgan works with",
         .description = "The file that '--config' names, or config/settings.json in the current folder, with "
                        "~/.config/ctgan/settings.json behind it: one JSON object. It holds no secrets, and "
                        "must be yours or "
                        "root's. The one of the current folder cannot say what program runs. Flags and "
                        "credentials come before "
                        "it; what it says of a server is used for that server only.",
         .keys = settings::settings_keys(),
         .example = {R"({"host": "big.example.org", "ssh_user": "ctgan", "server": "required"})"},
         .see_also = "ctgan(1), ctgan-credentials(5)"},
        CTGAN_VERSION);
  if (about == "credentials")
    return command_line::settings_page(
        {.name = "ctgan-credentials",
         .summary = "how ctgan logs in to its server",
         .description =
             "The first found of the file that '--credentials' names, $CTGAN_CREDENTIALS, "
             "config/credentials.json in "
             "the current folder and ~/.config/ctgan/credentials.json: one JSON object. The file must be "
             "yours, with "
             "mode 0600. Flags come before it; what it says is used for the server that it names only.",
         .keys = settings::credentials_keys(),
         .example = {R"({"host": "big.example.org", "ssh_user": "ctgan", "key": "~/.ssh/id_ed25519"})"},
         .see_also = "ctgan(1), ctgan-settings(5)"},
        CTGAN_VERSION);
  return {};
}

}  // namespace ctgan::host::commands
