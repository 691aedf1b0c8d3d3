#include "host/commands/users_command.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <vector>

#include "common/command_line/whole_number.h"
#include "common/console/console.h"
#include "common/errors/error.h"
#include "common/files/descriptor.h"
#include "common/files/file.h"
#include "common/secrets/password.h"

namespace ctgan::host::commands {
namespace {

using errors::Error;
using errors::Kind;
using protocol::optional_text;
using protocol::text_field;
using session::Json;

struct LimitWords {
  const char* name;
  const char* help;
  bool bytes = false;
};

// As protocol.md lists them.
constexpr std::array<LimitWords, 7> k_limits{{
    {"bytes", "stored bytes: models, tables, reports and uploads; '10G'", true},
    {"models", "models"},
    {"running", "jobs that run at the same time"},
    {"queued", "jobs that wait"},
    {"rows", "rows of one sample"},
    {"minutes", "minutes of one job"},
    {"threads", "threads of one job"},
}};

// What of a user takes up room.
constexpr std::array<std::pair<const char*, const char*>, 7> k_stores{{{"models", "models"},
                                                                       {"sidecars", "sidecars"},
                                                                       {"data", "synthetic tables"},
                                                                       {"reports", "reports"},
                                                                       {"evaluations", "evaluations"},
                                                                       {"inbox", "uploads"},
                                                                       {"jobs", "tables of jobs"}}};

std::string visible(const Json& item, const char* key) {
  return errors::visible(optional_text(item, key).value_or(""));
}

Json part(const Json& item, const char* key) {
  const auto found = item.find(key);
  return found == item.end() || !found->is_object() ? Json::object() : *found;
}

std::uint64_t count(const Json& item, const char* key) {
  return protocol::optional_count(item, key).value_or(0);
}

std::string bytes_of(const Json& item) {
  return progress::bytes_text(static_cast<double>(count(item, "bytes")));
}

std::string last_use(const Json& key) {
  std::string last;
  const auto uses = key.find("uses");
  if (uses == key.end() || !uses->is_array()) return "never";
  for (const Json& use : *uses) {
    std::string text = visible(use, "last");
    if (const std::string from = visible(use, "from"); !from.empty()) text += " from " + from;
    last = std::max(last, text);
  }
  return last.empty() ? "never" : last;
}

std::string keys_text(const Json& answer) {
  const auto keys = answer.find("keys");
  if (keys == answer.end() || !keys->is_array() || keys->empty()) return {};
  std::vector<std::vector<std::string>> rows;
  for (const Json& key : *keys)
    rows.push_back(
        {visible(key, "fingerprint"), visible(key, "comment"), visible(key, "expires"), last_use(key)});
  return console::text_table({{"key"}, {"comment"}, {"expires"}, {"last use (UTC)"}}, rows);
}

std::string used_of(const Json& use, const LimitWords& limit) {
  const std::string name = limit.name;
  if (limit.bytes) return bytes_of(use);
  if (name == "models") return std::to_string(count(part(use, "models"), "files"));
  return name == "running" || name == "queued" ? std::to_string(count(use, limit.name)) : "";
}

std::string limits_text(const Json& answer) {
  const Json limits = part(answer, "limits"), use = part(answer, "use");
  std::vector<std::vector<std::string>> rows;
  for (const LimitWords& words : k_limits) {
    const Json limit = part(limits, words.name);
    if (!limit.contains("most")) continue;
    const std::uint64_t most = count(limit, "most");
    rows.push_back({words.name, used_of(use, words),
                    words.bytes ? progress::bytes_text(static_cast<double>(most)) : std::to_string(most),
                    limit.value("own", Json(false)) == true ? "own" : "everybody's"});
  }
  if (rows.empty()) return {};
  return console::text_table(
      {{"limit"}, {"used", console::Align::right}, {"most", console::Align::right}, {"whose"}}, rows);
}

std::string stores_text(const Json& answer) {
  const Json use = part(answer, "use");
  std::vector<std::vector<std::string>> rows;
  for (const auto& [name, words] : k_stores) {
    const Json store = part(use, name);
    if (count(store, "files") > 0)
      rows.push_back({words, std::to_string(count(store, "files")), bytes_of(store)});
  }
  if (rows.empty()) return {};
  return console::text_table({{"stored"}, {"files", console::Align::right}, {"size", console::Align::right}},
                             rows);
}

// Servers of before say less.
std::string details_text(std::string text, const Json& answer) {
  for (const std::string& more : {limits_text(answer), stores_text(answer), keys_text(answer)})
    if (!more.empty()) text += "\n\n" + more;
  return text;
}

Json without_frame(Json answer) {
  for (const char* key : {"type", "id", "warnings"}) answer.erase(key);
  return answer;
}

std::string state_of(const Json& item) {
  std::string text = visible(item, "role");
  if (const std::string since = visible(item, "locked"); !since.empty()) text += ", locked since " + since;
  if (item.value("password", Json(true)) == false) text += ", known by a key only";
  return text;
}

void tell_who(Connection& connection, CommandContext& context) {
  const Json answer = connection.session().request("whoami");
  for (const char* key : {"user", "role", "login", "version"}) text_field(answer, key);
  const std::string key = visible(answer, "key");
  const std::string text =
      fmt::format("{} on {}, {}, known by {}{}; version {}", visible(answer, "user"),
                  connection.transport().place(), visible(answer, "role"), visible(answer, "login"),
                  key.empty() ? "" : " " + key, visible(answer, "version"));
  context.progress().answer(without_frame(answer), details_text(errors::visible(text), answer));
}

void list_users(Connection& connection, CommandContext& context) {
  const std::vector<Json> items = connection.session().list("users.list");
  std::vector<std::vector<std::string>> rows;
  for (const Json& item : items) {
    const Json use = part(item, "use");
    rows.push_back({visible(item, "user"), state_of(item), bytes_of(use),
                    std::to_string(count(part(use, "models"), "files")),
                    fmt::format("{} + {}", count(use, "running"), count(use, "queued")),
                    visible(item, "created")});
  }
  context.progress().answer({{"items", items}}, console::text_table({{"user"},
                                                                     {"role"},
                                                                     {"stored", console::Align::right},
                                                                     {"models", console::Align::right},
                                                                     {"jobs run + wait"},
                                                                     {"added (UTC)"}},
                                                                    rows));
}

void show_user(Connection& connection, CommandContext& context, const UsersFlags& flags) {
  const Json answer = connection.session().request("users.show", {{"user", flags.name}});
  context.progress().answer(
      without_frame(answer),
      details_text(fmt::format("{}, {}", visible(answer, "user"), state_of(answer)), answer));
}

secrets::Secret password_from_input() {
  constexpr std::size_t k_most = 4096;
  files::DescriptorSource source(STDIN_FILENO);
  std::string text;
  text.reserve(k_most);
  std::array<char, 256> buffer{};
  while (const std::size_t got = source.read(buffer)) {
    text.append(buffer.data(), got);
    if (text.size() >= k_most) throw Error(Kind::usage, "too much came on standard input");
  }
  while (text.ends_with('\n') || text.ends_with('\r')) text.pop_back();
  secrets::Secret password(text);
  secrets::wipe(text);
  return password;
}

secrets::Secret ask_new_password(const CommandContext& context, const std::string& whose) {
  const std::string remedy = "give it with '--password-stdin', or let '--generate-password' make one up";
  secrets::Secret password =
      context.console().ask_password({.prompt = fmt::format("New password of {}", whose),
                                      .what = "password",
                                      .remedy = remedy,
                                      .default_answer = {}});
  const secrets::Secret again = context.console().ask_password(
      {.prompt = "The same again", .what = "password", .remedy = remedy, .default_answer = {}});
  if (password.view() == again.view()) return password;
  throw Error(Kind::usage, "the two passwords differ", "run the same command again");
}

secrets::Secret new_password(const CommandContext& context, const UsersFlags& flags,
                             const std::string& whose) {
  if (flags.generate_password) return secrets::random_password();
  if (flags.password_stdin) return password_from_input();
  return ask_new_password(context, whose);
}

// Shown this once; the server keeps a hash.
void tell_password(CommandContext& context, const UsersFlags& flags, const std::string& user, Json fields,
                   const secrets::Secret& password) {
  fields["user"] = user;
  if (!flags.generate_password) return context.progress().result(fields, "");
  fields["password"] = std::string(password.view());
  context.progress().answer(fields, std::string(password.view()));
}

void add_user(Connection& connection, CommandContext& context, const UsersFlags& flags) {
  Json fields{{"user", flags.name}, {"role", flags.admin ? "admin" : "normal"}};
  secrets::Secret password;
  if (!flags.key_only) {
    password = new_password(context, flags, flags.name);
    fields["password"] = std::string(password.view());
  }
  connection.session().request_secret("users.add", fields);
  context.progress().note("added", {{"user", flags.name}}, fmt::format("Added {}", flags.name));
  tell_password(context, flags, flags.name, Json::object(), password);
}

void set_password(Connection& connection, CommandContext& context, const UsersFlags& flags) {
  const secrets::Secret password = new_password(context, flags, flags.name);
  Json fields{{"user", flags.name}, {"password", std::string(password.view())}};
  connection.session().request_secret("users.password", fields);
  context.progress().note("changed", {{"user", flags.name}},
                          fmt::format("Changed the password of {}", flags.name));
  tell_password(context, flags, flags.name, Json::object(), password);
}

void change_own_password(Connection& connection, CommandContext& context) {
  session::Session& session = connection.session();
  const Json me = session.request("whoami");
  Json fields = Json::object();
  if (me.value("password", Json(true)) == true) {
    const secrets::Secret old = context.console().ask_password({.prompt = "Password as it is now",
                                                                .what = "password",
                                                                .remedy = "run this at a terminal",
                                                                .default_answer = {}});
    fields["old_password"] = std::string(old.view());
  }
  const secrets::Secret password = ask_new_password(context, visible(me, "user"));
  fields["password"] = std::string(password.view());
  session.request_secret("password.change", fields);
  context.progress().result({{"user", text_field(me, "user")}}, "");
}

void remove_user(Connection& connection, CommandContext& context, const UsersFlags& flags) {
  session::Session& session = connection.session();
  const Json use = part(session.request("users.show", {{"user", flags.name}}), "use");
  if (!flags.yes) {
    const bool yes = context.console().confirm(
        {.prompt = fmt::format(
             "Remove {} for good, with {} models, {} synthetic tables and {} jobs under way (yes/no)",
             errors::quoted(flags.name), count(part(use, "models"), "files"),
             count(part(use, "data"), "files"), count(use, "running") + count(use, "queued")),
         .what = "confirmation",
         .remedy = "give it with '--yes'",
         .default_answer = {}});
    if (!yes) throw Error(Kind::interrupted, fmt::format("{} was kept", errors::quoted(flags.name)));
  }
  session.request("users.remove", {{"user", flags.name}});
  context.progress().note("removed", {{"user", flags.name}}, fmt::format("Removed {}", flags.name));
  context.progress().result({{"removed", flags.name}}, "");
}

// A deed of which the user's new state is the answer.
void change_user(Connection& connection, CommandContext& context, const char* command, const Json& fields) {
  const Json answer = connection.session().request(command, fields);
  context.progress().result(without_frame(answer),
                            fmt::format("{}: {}", visible(answer, "user"), state_of(answer)));
}

Json limits_of(const UsersFlags& flags) {
  Json limits = Json::object();
  for (const LimitWords& words : k_limits) {
    const std::string& text = flags.limits.at(words.name);
    const std::string flag = fmt::format("--{}", words.name);
    if (text == "default") {
      limits[words.name] = nullptr;
    } else if (!text.empty()) {
      limits[words.name] =
          words.bytes ? command_line::byte_count(text, flag) : command_line::whole_number(text, flag);
    }
  }
  return limits;
}

void limit_user(Connection& connection, CommandContext& context, const UsersFlags& flags) {
  const Json limits = limits_of(flags);
  if (limits.empty()) return show_user(connection, context, flags);
  const Json answer = connection.session().request("users.limit", {{"user", flags.name}, {"limits", limits}});
  context.progress().result(without_frame(answer), limits_text(answer));
}

void authorize(Connection& connection, CommandContext& context, const UsersFlags& flags) {
  constexpr std::size_t k_most = 65536;
  Json fields{{"user", flags.name}, {"key", files::read_file(flags.key, k_most)}};
  if (!flags.expires.empty()) fields["expires"] = flags.expires;
  const Json answer = connection.session().request("users.authorize", fields);
  context.progress().result(
      without_frame(answer),
      fmt::format("{} lets {} in", visible(answer, "fingerprint"), visible(answer, "user")));
}

void revoke(Connection& connection, CommandContext& context, const UsersFlags& flags) {
  const Json answer = connection.session().request("users.revoke", {{"whose", flags.whose}});
  std::string text;
  for (const Json& key : answer.value("revoked", Json::array()))
    text += fmt::format("{}took away {} of {}", text.empty() ? "" : "\n", visible(key, "fingerprint"),
                        visible(key, "user").empty() ? "everybody with a password" : visible(key, "user"));
  context.progress().result(without_frame(answer), text);
}

using Deed = std::function<void(Connection&, CommandContext&)>;

CLI::App* declare(CLI::App& group, UsersFlags& flags, const char* name, const char* help, const Deed& deed) {
  CLI::App* sub = group.add_subcommand(name, help)->fallthrough();
  sub->callback([&flags, deed] { flags.chosen = deed; });
  return sub;
}

// One that is about one user.
CLI::App* declare_of(CLI::App& group, UsersFlags& flags, const char* name, const char* help,
                     const Deed& deed) {
  CLI::App* sub = declare(group, flags, name, help, deed);
  sub->add_option("NAME", flags.name, "the user")->required();
  return sub;
}

void add_password_flags(CLI::App& sub, UsersFlags& flags) {
  auto* from_input =
      sub.add_flag("--password-stdin", flags.password_stdin, "read the password from standard input");
  sub.add_flag("--generate-password", flags.generate_password, "make one up and show it this once")
      ->excludes(from_input);
}

void declare_rights(CLI::App& group, UsersFlags& flags) {
  CLI::App* limit =
      declare_of(group, flags, "limit", "what a user may use; without a limit: show it",
                 [&flags](auto& connection, auto& context) { limit_user(connection, context, flags); });
  for (const LimitWords& words : k_limits)
    limit
        ->add_option(std::string("--") + words.name, flags.limits[words.name],
                     std::string(words.help) + "; 'default': as everybody")
        ->type_name("N");
  const auto change = [&flags](const char* command) -> Deed {
    return [&flags, command](Connection& connection, CommandContext& context) {
      Json fields{{"user", flags.name}};
      if (!flags.role.empty()) fields["role"] = flags.role;
      change_user(connection, context, command, fields);
    };
  };
  declare_of(group, flags, "lock", "keep somebody out; everything of his stays", change("users.lock"));
  declare_of(group, flags, "unlock", "let somebody in again", change("users.unlock"));
  declare_of(group, flags, "role", "make somebody an administrator, or a normal user", change("users.role"))
      ->add_option("ROLE", flags.role, "admin or normal")
      ->required();
}

void declare_keys(CLI::App& group, UsersFlags& flags) {
  CLI::App* allow =
      declare_of(group, flags, "authorize", "let a key in as that user",
                 [&flags](auto& connection, auto& context) { authorize(connection, context, flags); });
  allow->add_option("--key", flags.key, "the public key's file")->required()->type_name("FILE");
  allow->add_option("--expires", flags.expires, "the last day on which it lets somebody in")
      ->type_name("2026-12-31");
  declare(group, flags, "revoke", "take a key away: all of a user's, or the one of a fingerprint",
          [&flags](auto& connection, auto& context) { revoke(connection, context, flags); })
      ->add_option("NAME|FINGERPRINT", flags.whose, "the user, or SHA256:... as ssh-keygen -l shows it")
      ->required();
}

}  // namespace

void declare_users(CLI::App& app, UsersFlags& flags) {
  declare(app, flags, "whoami", "who the server thinks you are, what you may use and what you use", tell_who);
  declare(app, flags, "password", "change your password on the server", change_own_password);
  CLI::App* group = app.add_subcommand("users", "the users of the server, for administrators")->fallthrough();
  group->require_subcommand(1);
  declare(*group, flags, "list", "show them with what they use", list_users);
  declare_of(*group, flags, "show", "what one may use and uses, and the keys that let him in",
             [&flags](auto& connection, auto& context) { show_user(connection, context, flags); });
  CLI::App* add =
      declare_of(*group, flags, "add", "add a user; the password is asked for at a terminal",
                 [&flags](auto& connection, auto& context) { add_user(connection, context, flags); });
  add->add_flag("--admin", flags.admin, "an administrator");
  add->add_flag("--key-only", flags.key_only, "no password: the user is known by a key");
  add_password_flags(*add, flags);
  CLI::App* change =
      declare_of(*group, flags, "password", "set a user's password",
                 [&flags](auto& connection, auto& context) { set_password(connection, context, flags); });
  add_password_flags(*change, flags);
  CLI::App* remove =
      declare_of(*group, flags, "remove", "remove a user with keys, jobs, models and tables",
                 [&flags](auto& connection, auto& context) { remove_user(connection, context, flags); });
  remove->add_flag("--yes", flags.yes, "do not ask; --batch means the same");
  declare_rights(*group, flags);
  declare_keys(*group, flags);
}

}  // namespace ctgan::host::commands
