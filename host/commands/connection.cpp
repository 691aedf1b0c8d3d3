#include "host/commands/connection.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "common/errors/error.h"
#include "host/commands/server_command.h"
#include "host/transport/open_transport.h"

namespace ctgan::host::commands {
namespace {

using errors::Error;
using errors::Kind;
using session::Login;

constexpr int k_password_attempts = 3;

}  // namespace

std::unique_ptr<transport::Transport> reach(const settings::HostSettings& settings, CommandContext& context) {
  context.guard();
  transport::Patience patience;
  patience.tick = [&context] { context.tick(); };
  return transport::open_transport(settings, context.console(), std::move(patience));
}

Connection::Connection(const SharedFlags& flags, CommandContext& context)
    : Connection(settings::load_settings(settings_flags(flags)), context) {}

Connection::Connection(settings::HostSettings settings, CommandContext& context)
    : context_(context), settings_(std::move(settings)) {
  transport_ = reach(settings_, context);
  open_session();
  session_->set_warnings([this](const std::string& text) { tell_warning(text); });
}

void Connection::open_session() {
  try {
    session_ = std::make_unique<session::Session>(*transport_);
  } catch (const Error& error) {
    const bool named = settings_.ssh && settings_.ssh->remote_program;
    if (error.kind() != Kind::unavailable || named) throw;
    if (forget_missing_server(*transport_)) return open_session();
    if (!context_.console().interactive() || !lacks_server(*transport_)) throw;
    context_.console().say(fmt::format("There is no ctgan-server on {}.", transport_->place()));
    if (!context_.console().confirm(
            {.prompt = "Install it there, in ~/.local/share/ctgan-server/bin of this account (yes/no)",
             .what = "answer about the installation",
             .remedy = "'manage server install' does it without asking",
             .default_answer = "no"}))
      throw;
    install_server(*transport_, context_.progress());
    session_ = std::make_unique<session::Session>(*transport_);
  }
}

void Connection::tell_warning(const std::string& text) {
  context_.progress().note("warning", {{"text", text}}, "Warning: " + text);
}

std::string Connection::default_user() const {
  if (settings_.user) return *settings_.user;
  return session_->greeting().user.value_or("");
}

void Connection::require_feature(std::string_view feature, std::string_view lacks,
                                 std::string_view flag) const {
  const auto& greeting = session_->greeting();
  if (std::find(greeting.features.begin(), greeting.features.end(), feature) != greeting.features.end())
    return;
  throw errors::Error(errors::Kind::unavailable,
                      fmt::format("ctgan-server {} over there {}", greeting.version, lacks),
                      fmt::format("leave '{}' out, or have it updated", flag));
}

void Connection::log_in() {
  std::string user = default_user();
  if (user.empty())
    user = context_.console().ask({.prompt = "User name",
                                   .what = "user name",
                                   .remedy = "give it with '--user', or as 'user' in the credentials file"});
  log_in_as(user);
}

void Connection::log_in_as(const std::string& user) {
  const session::Greeting& greeting = session_->greeting();
  if (greeting.login == Login::password) {
    send_password(user);
  } else if (greeting.user.value_or(user) != user) {
    throw Error(
        Kind::permission,
        fmt::format("{} knows you as {}, not as {}", transport_->place(), errors::quoted(*greeting.user),
                    errors::quoted(user)),
        "leave '--user' and 'user' in the credentials file out: the key or the account says who you are");
  }
  tell_where();
}

void Connection::tell_where() {
  const std::string user = session_->greeting().user.value_or("");
  const std::string address = transport_->address();
  const std::string text = address.empty() ? fmt::format("Running on this machine as {}", user)
                                           : fmt::format("Connected to {} as {}", address, user);
  for (const std::string& warning : session_->greeting().warnings) tell_warning(warning);
  context_.progress().note("server", {{"server", address.empty() ? "local" : address}, {"user", user}}, text);
}

void Connection::send_password(const std::string& user) {
  if (!settings_.password.empty()) return session_->login(user, settings_.password);
  for (int attempt = 1;; ++attempt) {
    const secrets::Secret password =
        context_.console().ask_password({.prompt = fmt::format("Password of {}", user),
                                         .what = "password",
                                         .remedy = "put it as 'password' into the credentials file",
                                         .default_answer = {}});
    try {
      return session_->login(user, password);
    } catch (const Error& error) {
      if (error.kind() != Kind::permission || attempt == k_password_attempts) throw;
      context_.console().say(error.sentence());
    }
  }
}

}  // namespace ctgan::host::commands
