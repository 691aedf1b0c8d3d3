#include "host/commands/server_command.h"

#include <fmt/format.h>

#include <memory>
#include <sstream>

#include "common/errors/error.h"
#include "host/commands/connection.h"
#include "host/session/remote_install.h"
#include "host/session/session.h"
#include "host/settings/host_settings.h"
#include "host/settings/installed_servers.h"

namespace ctgan::host::commands {
namespace {

using errors::Error;
using errors::Kind;
using session::InstalledServer;
using session::RemoteInstall;

const std::string k_shown_place = "~/" + std::string(session::k_installed_program);

// The transport and what is done through it, for one command.
class Visit {
 public:
  Visit(const SharedFlags& shared, const std::string& host, CommandContext& context) : context_(context) {
    SharedFlags flags = shared;
    if (!host.empty()) flags.server = host;
    const settings::HostSettings settings = settings::load_settings(settings_flags(flags));
    if (!settings.ssh)
      throw Error(Kind::usage, "no HOST was given, and none is configured", "write '[user@]host[:port]'");
    transport_ = reach(settings, context);
  }

  void install() {
    install_server(*transport_, context_.progress());
    context_.progress().result({{"program", k_shown_place}, {"version", CTGAN_VERSION}}, "");
  }

  void upgrade() {
    require_there();
    install();
  }

  void status() {
    const InstalledServer found = require_there(session::server_parts());
    const std::string version = found.version.empty() ? "that does not start" : found.version;
    context_.progress().answer({{"program", k_shown_place}, {"version", found.version}, {"same", found.same}},
                               fmt::format("ctgan-server {} in {} on {}{}", version, k_shown_place,
                                           transport_->place(), compared(found)));
  }

  void uninstall() {
    require_there();
    installed().remove();
    settings::forget_program(transport_->account()->name());
    context_.progress().result({{"program", k_shown_place}},
                               fmt::format("ctgan-server is gone from {}; models and tables stay there in "
                                           "~/.local/share/ctgan-server",
                                           transport_->place()));
  }

 private:
  static std::string compared(const InstalledServer& found) {
    if (found.same) return ": the one beside this program";
    if (session::server_parts().empty()) return "";
    return fmt::format(
        ": another than the one beside this program, {}; 'manage server upgrade' puts that there",
        CTGAN_VERSION);
  }

  RemoteInstall installed() { return {*transport_->account(), transport_->place()}; }

  // What is there is compared with these.
  InstalledServer require_there(const std::vector<session::ServerPart>& parts = {}) {
    if (const auto found = installed().look(parts)) return *found;
    throw Error(Kind::no_input, fmt::format("there is no {} on {}", k_shown_place, transport_->place()),
                "'manage server install' puts one there");
  }

  CommandContext& context_;
  std::unique_ptr<transport::Transport> transport_;
};

void tell_doctor(RemoteInstall& install, progress::Progress& progress) {
  std::istringstream lines(install.doctor());
  for (std::string line; std::getline(lines, line);)
    progress.note("doctor", {{"text", errors::visible(line)}}, errors::visible(line));
}

}  // namespace

bool forget_missing_server(transport::Transport& transport) {
  transport::RemoteAccount* account = transport.account();
  if (account == nullptr || !settings::installed_program(account->name()) ||
      RemoteInstall(*account, transport.place()).starts(session::k_installed_program))
    return false;
  settings::forget_program(account->name());
  account->use_program("");
  return true;
}

bool lacks_server(transport::Transport& transport) {
  transport::RemoteAccount* account = transport.account();
  return account != nullptr && !RemoteInstall(*account, transport.place()).starts("ctgan-server");
}

void install_server(transport::Transport& transport, progress::Progress& progress) {
  transport::RemoteAccount& account = *transport.account();
  RemoteInstall install(account, transport.place());
  install.put(session::server_parts(), progress);
  settings::remember_program(account.name(), session::k_installed_program);
  account.use_program(session::k_installed_program);
  const session::Session answers(transport);  // and its first word makes the store
  tell_doctor(install, progress);
  progress.note(
      "installed", {{"program", k_shown_place}, {"version", CTGAN_VERSION}},
      fmt::format("ctgan-server {} is in {} on {}", CTGAN_VERSION, k_shown_place, transport.place()));
}

void declare_server(CLI::App& app, ServerFlags& flags) {
  CLI::App* group =
      app.add_subcommand("server", "ctgan-server in your own account on a machine that you reach by SSH")
          ->fallthrough();
  group->require_subcommand(1);
  const auto declare_one = [&](const char* name, const char* what, void (Visit::*act)()) {
    CLI::App* one = group->add_subcommand(name, what)->fallthrough();
    one->add_option("HOST", flags.host, "'[user@]host[:port]' [the configured server]");
    one->callback([&flags, act] {
      flags.chosen = [&flags, act](const SharedFlags& shared, CommandContext& context) {
        Visit visit(shared, flags.host, context);
        (visit.*act)();
      };
    });
  };
  declare_one("install", "send the one beside this program to it: no root, nothing listens", &Visit::install);
  declare_one("status", "which version is there, and whether it is the one beside this program",
              &Visit::status);
  declare_one("upgrade", "replace it by the one beside this program; jobs that run go on with the old one",
              &Visit::upgrade);
  declare_one("uninstall", "take it away again; models and tables stay", &Visit::uninstall);
}

}  // namespace ctgan::host::commands
