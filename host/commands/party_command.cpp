#include "host/commands/party_command.h"

#include <fmt/format.h>

#include <utility>

#include "common/console/console.h"
#include "common/errors/error.h"
#include "common/table_formats/file_request.h"
#include "host/commands/fit_request.h"
#include "host/commands/listed_id.h"
#include "host/commands/local_table.h"
#include "host/session/upload.h"

namespace ctgan::host::commands {
namespace {

using errors::Error;
using errors::Kind;
using protocol::text_field;
using session::Json;

std::string shown_field(const Json& item, const char* key) {
  return errors::visible(protocol::optional_text(item, key).value_or(""));
}

bool is_true(const Json& item, const char* key) {
  const auto found = item.find(key);
  return found != item.end() && found->is_boolean() && found->get<bool>();
}

// "confirmed", "has given its table", "has given nothing yet".
std::string standing_of(const Json& party) {
  if (is_true(party, "confirmed")) return "confirmed";
  return is_true(party, "given") ? "has given its table" : "has given nothing yet";
}

std::string parties_text(const Json& item) {
  std::string text;
  for (const Json& party : item.value("parties", Json::array()))
    text += fmt::format("{}{}: {}", text.empty() ? "" : ", ", shown_field(party, "name"), standing_of(party));
  return text;
}

// 'latest' is the last one that waits, if any does.
std::string party_job(session::Session& session, const std::string& word) {
  if (word == "latest") {
    const Json waiting = session.find("job.list", Json::object(), [](const Json& item) {
      return item.contains("parties") && shown_field(item, "state") == "waiting";
    });
    if (!waiting.is_null()) return shown_field(waiting, "job");
  }
  const IdList jobs{"job.list", "job", "fit of several parties", "'manage party list' shows them"};
  return id_by_word(session, word, jobs, Json::object(),
                    [](const Json& item, bool) { return item.contains("parties"); });
}

Json answer_fields(Json answer) {
  for (const char* key : {"type", "id", "warnings"}) answer.erase(key);
  return answer;
}

// The columns as the party declared them, one a line.
std::string columns_text(const Json& table) {
  std::string text;
  const Json columns = table.value("columns", Json::object());
  for (const auto& [name, column] : columns.items())
    text += fmt::format("\n  {}: {}", errors::visible(name), errors::visible(column.dump()));
  return text;
}

std::string terms_text(const Json& seen) {
  std::string text;
  const auto add = [&text](std::string_view what, const std::string& value) {
    if (!value.empty()) text += fmt::format("{}{:<12} {}", text.empty() ? "" : "\n", what, value);
  };
  add("job", shown_field(seen, "job"));
  add("state", shown_field(seen, "state"));
  add("submitted by", shown_field(seen, "submitted_by"));
  add("method", shown_field(seen, "method"));
  add("options", errors::visible(seen.value("options", Json::object()).dump()));
  if (const auto cost = seen.find("privacy"); cost != seen.end() && cost->is_object())
    add("spends", fmt::format("epsilon {}, delta {} of the budget of {}", cost->value("epsilon", 0.0),
                              cost->value("delta", 0.0), shown_field(*cost, "dataset")));
  add("joined by", shown_field(seen, "join"));
  add("parties", parties_text(seen));
  add("you are", shown_field(seen, "party"));
  add("your file", shown_field(seen, "file"));
  add("SHA-256", shown_field(seen, "sha256"));
  add("digest", shown_field(seen, "digest"));
  if (!seen.contains("table")) return text;
  add("your columns", columns_text(seen["table"]));
  add("mind", "the model comes to all parties, with what each declares of its columns");
  return text;
}

// What is confirmed, in a line; `show` has all of it.
std::string summary_of(const Json& seen) {
  const Json cost = seen.value("privacy", Json::object());
  return fmt::format("{} for a fit by {} with epsilon {} and delta {}, joined by {}; digest {}",
                     shown_field(seen, "file"), shown_field(seen, "method"), cost.value("epsilon", 0.0),
                     cost.value("delta", 0.0), shown_field(seen, "join"), shown_field(seen, "digest"));
}

void list_participations(Connection& connection, CommandContext& context) {
  const std::string user = connection.session().greeting().user.value_or("");
  Json items = Json::array();
  std::vector<std::vector<std::string>> rows;
  for (const Json& item : connection.session().list("job.list")) {
    if (!item.contains("parties")) continue;
    items.push_back(item);
    rows.push_back({shown_field(item, "job").substr(0, k_shown_digits), shown_field(item, "state"),
                    shown_field(item, "user"), shown_field(item, "method"), shown_field(item, "created"),
                    parties_text(item)});
  }
  context.progress().answer(
      {{"items", items}},
      rows.empty()
          ? "no fit asks for a table of yours"
          : console::text_table(
                {{"job"}, {"state"}, {"submitted by"}, {"method"}, {"submitted (UTC)"}, {"parties"}}, rows));
}

void show_participation(Connection& connection, CommandContext& context, const PartyFlags& flags) {
  const std::string job = party_job(connection.session(), flags.job);
  const Json seen = answer_fields(connection.session().request("party.show", {{"job", job}}));
  context.progress().answer(seen, terms_text(seen));
}

void give_for_job(Connection& connection, CommandContext& context, const PartyFlags& flags) {
  const std::string job = party_job(connection.session(), flags.job);
  std::string source = flags.source;
  if (source.empty()) {
    const std::string expected =
        shown_field(connection.session().request("party.show", {{"job", job}}), "file");
    if (expected.empty())
      throw Error(Kind::usage, "no FILE was given", "'manage party give JOB FILE', or 'inbox:NAME'");
    source = "inbox:" + expected;
  }
  give_table(connection, context, job, source, flags.table);
  context.progress().result({{"job", job}}, "");
}

void confirm_participation(Connection& connection, CommandContext& context, const PartyFlags& flags) {
  const std::string job = party_job(connection.session(), flags.job);
  std::string digest = flags.digest;
  if (digest.empty()) {
    const Json seen = connection.session().request("party.show", {{"job", job}});
    digest = shown_field(seen, "digest");
    context.progress().note("party", answer_fields(seen), summary_of(seen));
  }
  const Json after =
      answer_fields(connection.session().request("party.confirm", {{"job", job}, {"digest", digest}}));
  const std::string state = shown_field(after, "state");
  context.progress().note("confirmed", {{"job", job}, {"digest", digest}, {"state", state}},
                          state == "waiting" ? fmt::format("Confirmed; {}", parties_text(after))
                                             : "Confirmed, as by all others: the fit begins");
  context.progress().result(after, "");
}

void withdraw_table(Connection& connection, CommandContext& context, const PartyFlags& flags) {
  const std::string job = party_job(connection.session(), flags.job);
  const Json after = answer_fields(connection.session().request("party.withdraw", {{"job", job}}));
  context.progress().note("withdrawn", {{"job", job}},
                          "Your table is deleted there, and nothing is confirmed by you");
  context.progress().result(after, "");
}

void decline_fit(Connection& connection, CommandContext& context, const PartyFlags& flags) {
  const std::string job = party_job(connection.session(), flags.job);
  const Json ended = answer_fields(connection.session().request("job.cancel", {{"job", job}}));
  context.progress().note("declined", {{"job", job}},
                          fmt::format("The job is {}", shown_field(ended, "state")));
  context.progress().result(ended, "");
}

}  // namespace

void give_table(Connection& connection, CommandContext& context, const std::string& job,
                const std::string& source, const command_line::TableFlags& table) {
  const FitSource at = parse_source(source);
  std::string name = at.inbox.empty() ? at.file.filename().string() : at.inbox;
  table_formats::FileRequest request = command_line::table_request(table, name);
  Json fields{{"job", job}};
  if (at.inbox.empty()) {
    const LocalTable local(at.file.string(), request);
    local.add_to(request, !table.missing.empty());
    name = local.file_name();
    fields["upload"] = session::upload(connection.session(), local.path(), name, context.progress(),
                                       session::UploadUse::party);
  } else {
    fields["inbox"] = at.inbox;
  }
  fields["table"] = table_formats::to_json(request);
  const Json given = connection.session().request("party.give", fields);
  const auto rows = protocol::optional_count(given, "rows");
  const std::size_t columns = given.value("columns", Json::array()).size();
  context.progress().note(
      "given", {{"job", job}, {"name", name}, {"digest", shown_field(given, "digest")}},
      fmt::format("Gave {}{}; 'manage party confirm {}' confirms it", errors::visible(name),
                  rows ? fmt::format(", {} rows of {} columns", *rows, columns) : "", job));
}

void declare_party(CLI::App& app, PartyFlags& flags) {
  CLI::App* group =
      app.add_subcommand("party", "fits of several parties: what you give for them, and confirm")
          ->fallthrough();
  group->require_subcommand(1);
  using Work = void (*)(Connection & connection, CommandContext & context, const PartyFlags& flags);
  const auto declare_one = [&](const char* name, const char* what, Work work) {
    CLI::App* one = group->add_subcommand(name, what)->fallthrough();
    one->add_option("JOB", flags.job, "its id, the beginning of it, or 'latest'")->required();
    one->callback([&flags, work] {
      flags.chosen = [&flags, work](auto& connection, auto& context) { work(connection, context, flags); };
    });
    return one;
  };
  group->add_subcommand("list", "show those that ask for a table of yours, newest first")
      ->fallthrough()
      ->callback([&flags] { flags.chosen = list_participations; });
  declare_one("show", "what is asked of you, what you gave, and what you would confirm", show_participation);
  CLI::App* give_app = declare_one(
      "give", "send your table, or another in its place; a confirmation of yours is void then", give_for_job);
  give_app->add_option(
      "FILE", flags.source,
      "a table as fit takes it; 'inbox:NAME' for one that was sent with 'scp -O' [inbox: as the fit "
      "names it]");
  command_line::add_table_flags(*give_app, flags.table);
  CLI::App* confirm_app =
      declare_one("confirm", "agree to the fit with your table; it begins by itself when all parties have",
                  confirm_participation);
  confirm_app
      ->add_option("--digest", flags.digest, "only what 'show' gave this digest for [what is there now]")
      ->type_name("HEX");
  declare_one("withdraw", "delete your table there, and take your confirmation back", withdraw_table);
  declare_one("decline", "end the fit, for all of its parties", decline_fit);
}

}  // namespace ctgan::host::commands
