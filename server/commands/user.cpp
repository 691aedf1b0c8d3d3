#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>
#include <optional>

#include "common/command_line/whole_number.h"
#include "common/console/console.h"
#include "common/errors/error.h"
#include "common/files/descriptor.h"
#include "common/files/file.h"
#include "common/progress/progress.h"
#include "common/secrets/password.h"
#include "server/accounts/details.h"
#include "server/accounts/sessions.h"
#include "server/commands/commands.h"
#include "server/commands/open_store.h"
#include "server/store/passwords.h"

namespace ctgan::server::commands {
namespace {

using errors::Error;
using errors::Kind;

constexpr std::size_t k_key_limit = 65536;

std::string read_standard_input(std::size_t limit) {
  files::DescriptorSource source(STDIN_FILENO);
  std::string text;
  std::array<char, 4096> buffer{};
  while (const std::size_t got = source.read(buffer)) {
    text.append(buffer.data(), got);
    if (text.size() > limit) throw Error(Kind::usage, "too much came on standard input");
  }
  return text;
}

secrets::Secret password_from_input() {
  std::string text = read_standard_input(store::k_longest_password + 2);
  if (text.ends_with('\n')) text.pop_back();
  if (text.ends_with('\r')) text.pop_back();
  secrets::Secret password(text);
  secrets::wipe(text);
  return password;
}

// Typed twice; empty when the first is.
secrets::Secret password_from_terminal(const std::string& name, std::string_view remark) {
  secrets::Secret password = secrets::ask_password(fmt::format("New password for {}{}: ", name, remark));
  if (password.empty()) return password;
  const secrets::Secret again = secrets::ask_password("The same again: ");
  if (password.view() != again.view())
    throw Error(Kind::usage, "the two passwords differ", "run the same command again");
  return password;
}

// Empty: a key only.
std::optional<secrets::Secret> password_for(const UserAddOptions& options) {
  if (options.generate_password) return secrets::random_password();
  if (options.password_stdin) return password_from_input();
  if (options.key_only || isatty(STDIN_FILENO) == 0) return std::nullopt;
  secrets::Secret password = password_from_terminal(options.name, " (empty: a key only)");
  if (password.empty()) return std::nullopt;
  return password;
}

std::string bytes_text(std::uint64_t bytes) {
  return progress::bytes_text(static_cast<double>(bytes));
}

std::vector<std::string> list_row(OpenStore& open, const store::User& user) {
  const accounts::Use use = accounts::use_of(open.store, user.name);
  return {user.name,
          std::string(store::role_name(user.role)),
          user.has_password ? "yes" : "key only",
          user.locked == 0 ? "" : store::utc_text(user.locked),
          bytes_text(use.bytes()),
          std::to_string(use.of(store::Shelf::models).files),
          fmt::format("{} + {}", use.running, use.queued),
          store::utc_text(user.created)};
}

// "10G" of bytes, else a whole number.
std::optional<std::uint64_t> limit_value(const store::LimitRow& row, const std::string& text) {
  if (text == "default") return std::nullopt;
  return row.limit == store::Limit::bytes ? command_line::byte_count(text, "--bytes")
                                          : command_line::whole_number(text, fmt::format("--{}", row.name));
}

std::string last_use(const accounts::KnownKey& known) {
  const auto last = std::max_element(known.uses.begin(), known.uses.end(),
                                     [](const auto& a, const auto& b) { return a.last < b.last; });
  if (last == known.uses.end()) return "never";
  std::string text = store::utc_text(last->last);
  if (!last->address.empty()) text += " from " + last->address;
  return text;
}

std::string counted(std::size_t count, const char* one, const char* several) {
  return fmt::format("{} {}", count, count == 1 ? one : several);
}

std::string text_of(std::size_t keys, const jobs::Belongings& has) {
  return fmt::format(
      "{}, {}, {}, {}, {} ({} running)", counted(keys, "key", "keys"), counted(has.models, "model", "models"),
      counted(has.tables, "synthetic table", "synthetic tables"), counted(has.uploads, "upload", "uploads"),
      counted(has.jobs, "job", "jobs"), has.running_jobs);
}

void ask(const std::string& name, const std::string& what) {
  const console::Console console(false);
  const bool yes = console.confirm({.prompt = fmt::format("Delete {} for good: {} (yes/no)", name, what),
                                    .what = "confirmation",
                                    .remedy = "give it with '--yes'",
                                    .default_answer = {}});
  if (!yes) throw Error(Kind::interrupted, fmt::format("{} was kept", errors::quoted(name)));
}

// Everybody's without a name.
std::vector<accounts::LiveSession> sessions_of(OpenStore& open, const std::string& name) {
  if (name.empty()) return accounts::sessions_of(open.store.layout(), std::nullopt);
  open.store.users().require(name);
  return accounts::sessions_of(open.store.layout(), name);
}

// Throws Error(no_input) where there is none, Error(usage) where several begin so.
std::vector<accounts::LiveSession> session_named(std::vector<accounts::LiveSession> sessions,
                                                 const std::string& beginning) {
  sessions.erase(std::remove_if(sessions.begin(), sessions.end(),
                                [&](const auto& one) { return !one.id.starts_with(beginning); }),
                 sessions.end());
  if (sessions.empty()) {
    throw Error(Kind::no_input, fmt::format("there is no session {}", errors::quoted(beginning)),
                "'ctgan-server user sessions' shows them");
  }
  if (sessions.size() == 1) return sessions;
  throw Error(Kind::usage, fmt::format("more than one session begins with {}", errors::quoted(beginning)),
              "give more of its digits");
}

// What an administrator does on the server.
struct Administration {
  explicit Administration(const std::filesystem::path& root, const std::filesystem::path& file = {})
      : open(root),
        trail(trail_of(open, typed_here())),
        users(open.store, open.settings, trail, file.empty() ? file : std::filesystem::absolute(file)) {}
  OpenStore open;
  audit::Trail trail;
  accounts::Accounts users;
};

}  // namespace

Outcome user_add(const UserAddOptions& options) {
  Administration here(options.root);
  const auto password = password_for(options);
  accounts::NewUser user{options.name, options.admin ? store::Role::admin : store::Role::normal,
                         std::nullopt};
  if (password) user.password = password->view();
  here.users.add(user);
  std::string text = fmt::format("added {} {} ({})\n", options.admin ? "administrator" : "user", options.name,
                                 password ? "with a password" : "known by a key only");
  if (options.generate_password) text += fmt::format("password, shown this once: {}\n", password->view());
  return {std::move(text)};
}

Outcome user_list(const std::filesystem::path& root, bool json) {
  OpenStore open(root);
  std::string text;
  std::vector<std::vector<std::string>> rows;
  for (const store::User& user : open.store.users().list()) {
    if (json) text += accounts::details_of(open.store, open.settings, user).dump() + "\n";
    if (!json) rows.push_back(list_row(open, user));
  }
  if (json) return {std::move(text)};
  return {console::text_table({{"user"},
                               {"role"},
                               {"password"},
                               {"locked since (UTC)"},
                               {"stored", console::Align::right},
                               {"models", console::Align::right},
                               {"jobs run + wait"},
                               {"added (UTC)"}},
                              rows) +
          "\n"};
}

Outcome user_password(const UserPasswordOptions& options) {
  Administration here(options.root);
  here.open.store.users().require(options.name);
  if (!options.password_stdin && isatty(STDIN_FILENO) == 0) {
    throw Error(Kind::usage, "there is no terminal to ask for the password on",
                "give it with '--password-stdin'");
  }
  const secrets::Secret password =
      options.password_stdin ? password_from_input() : password_from_terminal(options.name, "");
  here.users.set_password(options.name, password.view());
  return {fmt::format("changed the password of {}\n", options.name)};
}

Outcome user_role(const std::filesystem::path& root, const std::string& name, const std::string& role) {
  const auto meant = store::role_from_name(role);
  if (!meant)
    throw Error(Kind::usage, fmt::format("there is no role {}", errors::quoted(role)),
                "it is 'admin' or 'normal'");
  Administration(root).users.set_role(name, *meant);
  return {fmt::format("{} is {} now\n", name, role == "admin" ? "an administrator" : "a normal user")};
}

Outcome user_lock(const std::filesystem::path& root, const std::string& name, bool locked) {
  Administration here(root);
  locked ? here.users.lock(name) : here.users.unlock(name);
  if (!locked) jobs_of(here.open).dispatch();
  return {locked ? fmt::format("locked {}: no login and no transfer, sessions were ended; what runs goes on, "
                               "what waits keeps waiting\n",
                               name)
                 : fmt::format("unlocked {}\n", name)};
}

Outcome user_limit(const UserLimitOptions& options) {
  std::vector<accounts::LimitChange> changes;
  for (const auto& [name, text] : options.limits) {
    if (text.empty()) continue;
    const store::LimitRow& row = store::limit_from_name(name);
    changes.push_back({row.limit, limit_value(row, text)});
  }
  Administration here(options.root);
  if (!changes.empty()) {
    here.users.set_limits(options.name, changes);
    jobs_of(here.open).dispatch();
  }
  here.open.store.users().require(options.name);
  const accounts::Allowance allowed =
      accounts::allowance_of(here.open.store.users(), here.open.settings.limits, options.name);
  std::vector<std::vector<std::string>> rows;
  for (const store::LimitRow& row : store::limit_table())
    rows.push_back({std::string(row.name), std::to_string(allowed.of(row.limit)),
                    allowed.own.contains(row.limit) ? "own" : std::string(row.setting),
                    std::string(row.meaning)});
  return {console::text_table({{"limit"}, {"most", console::Align::right}, {"set by"}, {"of"}}, rows) + "\n"};
}

Outcome user_keys(const UserKeysOptions& options) {
  Administration here(options.root, options.file);
  const std::vector<accounts::KnownKey> keys = here.users.keys(options.name);
  std::string text;
  if (options.json) {
    for (const auto& item : accounts::keys_json(keys)) text += item.dump() + "\n";
    return {std::move(text)};
  }
  std::vector<std::vector<std::string>> rows;
  for (const accounts::KnownKey& known : keys)
    rows.push_back({known.key.user.empty() ? "(shared)" : known.key.user, known.key.fingerprint,
                    known.key.comment, accounts::expiry_text(known.key.expiry), last_use(known)});
  return {
      console::text_table({{"user"}, {"fingerprint"}, {"comment"}, {"expires"}, {"last use (UTC)"}}, rows) +
      "\n"};
}

Outcome user_sessions(const UserSessionsOptions& options) {
  OpenStore open(options.root);
  std::string text;
  std::vector<std::vector<std::string>> rows;
  for (const accounts::LiveSession& session : sessions_of(open, options.name)) {
    const store::Caller& caller = session.caller;
    if (options.json) text += accounts::to_json(session, {}).dump() + "\n";
    rows.push_back({session.id.substr(0, accounts::k_shown_digits), caller.user,
                    caller.from.empty() ? "this machine" : caller.from, caller.what, caller.login,
                    std::to_string(session.transfers.size()), store::utc_text(caller.since)});
  }
  if (options.json) return {std::move(text)};
  if (rows.empty()) return {"nobody is connected\n"};
  return {console::text_table({{"session"},
                               {"user"},
                               {"from"},
                               {"what"},
                               {"known by"},
                               {"transfers", console::Align::right},
                               {"since (UTC)"}},
                              rows) +
          "\n"};
}

Outcome user_end_sessions(const UserSessionsOptions& options) {
  Administration here(options.root);
  std::vector<accounts::LiveSession> sessions = sessions_of(here.open, options.name);
  if (!options.session.empty()) sessions = session_named(std::move(sessions), options.session);
  const std::vector<accounts::LiveSession> left =
      accounts::end_sessions(here.open.store, here.trail, sessions, accounts::ended_by(here.trail.origin()));
  if (!left.empty()) throw accounts::cannot_end(left);
  std::string text;
  for (const accounts::LiveSession& session : sessions)
    text += fmt::format("ended {} of {}\n", session.id, session.caller.user);
  return {text.empty() ? "there was no session to end\n" : std::move(text)};
}

Outcome user_authorize(const UserAuthorizeOptions& options) {
  Administration here(options.root, options.file);
  if (options.name.empty() != options.login) {
    throw Error(Kind::usage, "give either the user that the key belongs to, or '--login' for a shared key");
  }
  const std::string expiry = options.expires.empty() ? "" : accounts::expiry_of(options.expires);
  if (!options.name.empty()) here.open.store.users().require(options.name);
  const accounts::PublicKey key = accounts::parse_public_key(
      options.key == "-" ? read_standard_input(k_key_limit) : files::read_file(options.key, k_key_limit));
  if (options.print) return {here.users.authorized_line(options.name, key, expiry) + "\n"};
  const bool added = here.users.authorize(options.name, key, expiry);
  const std::string who = options.name.empty() ? "everybody with a password" : options.name;
  return {fmt::format("{} {} in {}\n", added ? "added a key for" : "there already was that key for", who,
                      here.users.keys_file().string())};
}

Outcome user_delete(const UserDeleteOptions& options) {
  Administration here(options.root, options.file);
  const std::string what = text_of(here.users.keys(options.name).size(), here.users.belongings(options.name));
  if (!options.yes) ask(options.name, what);
  here.users.remove(options.name);
  return {fmt::format("deleted user {}: {}\n", options.name, what)};
}

Outcome user_revoke(const UserRevokeOptions& options) {
  Administration here(options.root, options.file);
  std::string text;
  for (const accounts::ForcedKey& key : here.users.revoke(options.whose)) {
    text += fmt::format("took away {} of {}\n", key.fingerprint,
                        key.user.empty() ? "everybody with a password" : key.user);
  }
  return {std::move(text)};
}

}  // namespace ctgan::server::commands
