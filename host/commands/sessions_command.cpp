#include "host/commands/sessions_command.h"

#include <fmt/format.h>

#include "common/console/console.h"
#include "common/errors/error.h"
#include "host/commands/listed_id.h"

namespace ctgan::host::commands {
namespace {

using errors::Error;
using errors::Kind;
using protocol::text_field;
using session::Json;

std::string shown(const Json& item, const char* key) {
  return errors::visible(protocol::optional_text(item, key).value_or(""));
}

bool is_own(const Json& item) {
  return item.value("own", Json(false)) == true;
}

Json fields_of(const SessionsFlags& flags) {
  return flags.all_users ? Json{{"all_users", true}} : Json::object();
}

std::string origin_of(const Json& item) {
  const std::string from = shown(item, "from"), key = shown(item, "key");
  return (from.empty() ? "the server itself" : from) + (key.empty() ? "" : " by " + key);
}

std::string doing_of(const Json& item) {
  const std::uint64_t transfers = protocol::optional_count(item, "transfers").value_or(0);
  if (shown(item, "what") != "serve") return shown(item, "what");
  if (transfers == 0) return "commands";
  return fmt::format("commands, {} {}", transfers, transfers == 1 ? "transfer" : "transfers");
}

void list_sessions(Connection& connection, CommandContext& context, const SessionsFlags& flags) {
  const std::vector<Json> items = connection.session().list("sessions.list", fields_of(flags));
  std::vector<console::TextColumn> columns{{"session"}, {"from"}, {"does"}, {"since (UTC)"}, {""}};
  if (flags.all_users) columns.insert(columns.begin() + 1, {"user"});
  std::vector<std::vector<std::string>> rows;
  for (const Json& item : items) {
    std::vector<std::string> row{errors::visible(text_field(item, "session")).substr(0, k_shown_digits)};
    if (flags.all_users) row.push_back(shown(item, "user"));
    row.insert(row.end(),
               {origin_of(item), doing_of(item), shown(item, "since"), is_own(item) ? "this one" : ""});
    rows.push_back(std::move(row));
  }
  context.progress().answer({{"items", items}},
                            rows.empty() ? "no session" : console::text_table(columns, rows));
}

// Appends those that ended to `ended`. Returns how many these are.
std::size_t end_some(Connection& connection, CommandContext& context, const Json& fields, Json& ended) {
  const Json answer = connection.session().request("sessions.end", fields);
  const Json some = answer.value("ended", Json::array());
  for (const Json& item : some) {
    ended.push_back(item);
    context.progress().note(
        "ended", item,
        fmt::format("Ended {} of {}", errors::visible(text_field(item, "session")), shown(item, "user")));
  }
  return some.size();
}

void end_named(Connection& connection, CommandContext& context, const SessionsFlags& flags, Json& ended) {
  const IdList sessions{"sessions.list", "session", "session", "'manage sessions list' shows them"};
  std::vector<std::string> ids;
  for (const std::string& word : flags.names) {
    ids.push_back(id_by_word(connection.session(), word, sessions, fields_of(flags),
                             [](const Json& item, bool latest) { return !latest || !is_own(item); }));
  }
  for (const std::string& id : ids) {
    Json fields = fields_of(flags);
    fields["session"] = id;
    if (end_some(connection, context, fields, ended) > 0) continue;
    context.progress().note("gone", {{"session", id}}, fmt::format("There is no session {} any more", id));
  }
}

void end_sessions(Connection& connection, CommandContext& context, const SessionsFlags& flags) {
  Json ended = Json::array();
  if (flags.all) {
    Json fields = fields_of(flags);
    fields["all"] = true;
    if (end_some(connection, context, fields, ended) == 0)
      context.progress().note("gone", Json::object(), "There is no other session");
  } else {
    end_named(connection, context, flags, ended);
  }
  context.progress().result({{"ended", ended}}, "");
}

}  // namespace

void declare_sessions(CLI::App& app, SessionsFlags& flags) {
  CLI::App* group = app.add_subcommand("sessions", "who is connected as you just now")->fallthrough();
  group->require_subcommand(1);
  CLI::App* list = group->add_subcommand("list", "show them, newest first")->fallthrough();
  list->callback([&flags] {
    flags.chosen = [&flags](auto& connection, auto& context) { list_sessions(connection, context, flags); };
  });
  CLI::App* end =
      group->add_subcommand("end", "end them at once, with their transfers; jobs go on")->fallthrough();
  CLI::Option* names = end->add_option("SESSION", flags.names,
                                       "its id, the beginning of it, or 'latest': the newest other one");
  end->add_flag("--all", flags.all, "all but this one")->excludes(names);
  end->callback([&flags] {
    if (flags.names.empty() && !flags.all) {
      throw Error(Kind::usage, "give a SESSION, or '--all'", "'manage sessions list' shows them");
    }
    flags.chosen = [&flags](auto& connection, auto& context) { end_sessions(connection, context, flags); };
  });
  for (CLI::App* one : {list, end})
    one->add_flag("--all-users", flags.all_users, "everybody's, for administrators");
}

}  // namespace ctgan::host::commands
