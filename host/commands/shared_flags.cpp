#include "host/commands/shared_flags.h"

namespace ctgan::host::commands {
namespace {

std::unique_ptr<progress::Progress> make_progress(const SharedFlags& flags) {
  progress::Streams streams;
  if (flags.rows_on_stdout) streams.result = streams.conversation;
  if (flags.quiet) return progress::make_quiet_progress(flags.json, streams);
  return flags.json ? progress::make_json_progress(streams) : progress::make_text_progress(streams);
}

}  // namespace

void add_shared_flags(CLI::App& app, SharedFlags& flags) {
  app.add_option("--server", flags.server, "[user@]host[:port], or 'local' for a child process")
      ->type_name("HOST")
      ->group("Server");
  app.add_option("--user", flags.user, "user name on a server that asks for a password")
      ->type_name("NAME")
      ->group("Server");
  app.add_option("--config", flags.config,
                 "settings file (config/settings.json before ~/.config/ctgan/settings.json)")
      ->type_name("FILE")
      ->group("Server");
  app.add_option("--credentials", flags.credentials,
                 "credentials file, mode 0600 ($CTGAN_CREDENTIALS, config/credentials.json, "
                 "~/.config/ctgan/credentials.json)")
      ->type_name("FILE")
      ->group("Server");
  app.add_flag("--batch", flags.batch, "never ask: a missing answer is an error that names the flag")
      ->group("Conversation");
  app.add_flag("--json", flags.json, "one JSON object a line, the last one the result or the error")
      ->group("Conversation");
  app.add_flag("-q,--quiet", flags.quiet, "nothing but errors, and what was asked to be shown")
      ->group("Conversation");
  app.add_option("--lock", flags.lock,
                 "a name of your choice: exit 75 at once while another command with that name runs")
      ->type_name("NAME")
      ->group("Conversation");
}

settings::Flags settings_flags(const SharedFlags& flags) {
  settings::Flags out;
  if (!flags.server.empty()) out.server = flags.server;
  if (!flags.user.empty()) out.user = flags.user;
  if (!flags.config.empty()) out.config = flags.config;
  if (!flags.credentials.empty()) out.credentials = flags.credentials;
  return out;
}

CommandContext::CommandContext(const SharedFlags& flags)
    : progress_(make_progress(flags)), console_(flags.batch, [this] { tick(); }) {}

}  // namespace ctgan::host::commands
