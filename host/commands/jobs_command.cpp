#include "host/commands/jobs_command.h"

#include <fmt/format.h>

#include <algorithm>

#include "common/console/console.h"
#include "common/errors/error.h"
#include "host/commands/follow_job.h"
#include "host/commands/listed_id.h"
#include "host/commands/retry_job.h"

namespace ctgan::host::commands {
namespace {

using protocol::text_field;
using session::Json;

std::string visible_field(const Json& item, const char* key) {
  return errors::visible(protocol::optional_text(item, key).value_or(""));
}

// "people.csv", "people_20261121t074500_model.gz, 1000 rows".
std::string subject_of(const Json& item) {
  std::string text = visible_field(item, "table");
  const std::string model = visible_field(item, "model");
  if (!model.empty()) text += (text.empty() ? "" : " by ") + model;
  if (const auto rows = protocol::optional_count(item, "rows")) text += fmt::format(", {} rows", *rows);
  return text;
}

// As one would type it; a word with anything unusual in it stands in quotes.
std::string command_text(const Json& words) {
  std::string text;
  if (!words.is_array()) return text;
  for (const Json& word : words) {
    if (!word.is_string()) continue;
    const auto& plain = word.get_ref<const std::string&>();
    const bool simple =
        !plain.empty() && plain.find_first_of(" \t\n'\"\\$`;&|<>(){}*?!#~") == std::string::npos;
    text += (text.empty() ? "" : " ") + (simple ? errors::visible(plain) : errors::quoted(plain));
  }
  return text;
}

// "alice, bob"; empty for a job of one user.
std::string party_names_of(const Json& item) {
  std::string names;
  for (const Json& party : item.value("parties", Json::array()))
    names += (names.empty() ? "" : ", ") + visible_field(party, "name");
  return names;
}

// What there is to say beside the state of a job that has ended.
std::string outcome_of(const Json& item) {
  const auto result = item.find("result");
  if (result != item.end() && result->is_object()) {
    const std::string kind = text_field(item, "kind");
    if (kind == "evaluate") return visible_field(result->value("verdict", Json::object()), "summary");
    return visible_field(*result, kind == "fit" ? "model" : "data");
  }
  const auto error = item.find("error");
  if (error != item.end() && error->is_object()) return errors::visible(errors::from_json(*error).sentence());
  return {};
}

Json fields_of(const JobScope& scope) {
  return scope.all_users ? Json{{"all_users", true}} : Json::object();
}

Json fields_of(const JobScope& scope, const std::string& job) {
  Json fields = fields_of(scope);
  fields["job"] = job;
  return fields;
}

void follow_to_result(Connection& connection, progress::Progress& progress, const std::string& job,
                      const JobScope& scope) {
  const Json result =
      follow_job(connection, progress, job, fmt::format("'manage jobs follow {}' follows it again", job),
                 false, scope.all_users);
  const std::string name = visible_field(result, result.contains("data") ? "data" : "model");
  progress.result({{"job", job}, {"result", result}}, name);
}

}  // namespace

std::string job_by_word(session::Session& session, const std::string& word, const JobScope& scope) {
  const IdList jobs{"job.list", "job", "job", "'manage jobs list' shows them"};
  return id_by_word(session, word, jobs, fields_of(scope), [&](const Json& item, bool) {
    return scope.kind.empty() || text_field(item, "kind") == scope.kind;
  });
}

void list_jobs(session::Session& session, progress::Progress& progress, const JobScope& scope) {
  const std::vector<Json> items = session.list("job.list", fields_of(scope));
  std::vector<console::TextColumn> columns{{"job"},    {"kind"}, {"state"}, {"of"}, {"submitted (UTC)"},
                                           {"outcome"}};
  if (scope.all_users) columns.insert(columns.begin() + 1, {"user"});
  std::vector<std::vector<std::string>> rows;
  for (const Json& item : items) {
    std::vector<std::string> row{errors::visible(text_field(item, "job")).substr(0, k_shown_digits)};
    if (scope.all_users) row.push_back(visible_field(item, "user"));
    row.insert(row.end(),
               {visible_field(item, "kind"), visible_field(item, "state"), subject_of(item),
                visible_field(item, "created"), outcome_of(item) + visible_field(item, "waiting")});
    rows.push_back(std::move(row));
  }
  progress.answer({{"items", items}}, rows.empty() ? "no job yet" : console::text_table(columns, rows));
}

void show_job(session::Session& session, progress::Progress& progress, const std::string& word,
              const JobScope& scope) {
  Json item = session.request("job.show", fields_of(scope, job_by_word(session, word, scope)));
  for (const char* key : {"type", "id"}) item.erase(key);
  std::string text;
  const auto add = [&text](std::string_view what, const std::string& value) {
    if (!value.empty()) text += fmt::format("{}{:<10} {}", text.empty() ? "" : "\n", what, value);
  };
  add("job", errors::visible(text_field(item, "job")));
  if (scope.all_users) add("user", visible_field(item, "user"));
  add("kind", visible_field(item, "kind"));
  add("state", visible_field(item, "state"));
  add("of", subject_of(item));
  add("method", visible_field(item, "method"));
  add("submitted", visible_field(item, "created"));
  const auto request = item.find("request");
  if (request != item.end() && request->is_object() && request->contains("options"))
    add("options", errors::visible(request->at("options").dump()));
  add("waiting", visible_field(item, "waiting"));
  add("parties", party_names_of(item));
  if (const auto start = item.find("start"); start != item.end() && start->is_object()) {
    add("runner", visible_field(*start, "runner"));
    add("command", command_text(start->value("command", Json::array())));
  }
  if (const auto retried = protocol::optional_text(item.value("request", Json::object()), "retry_of"))
    add("retry of", errors::visible(*retried));
  add("outcome", outcome_of(item));
  progress.answer(item, text);
}

void cancel_jobs(session::Session& session, progress::Progress& progress,
                 const std::vector<std::string>& words, const JobScope& scope) {
  std::vector<std::string> ids;
  for (const std::string& word : words) ids.push_back(job_by_word(session, word, scope));
  Json jobs = Json::array();
  for (const std::string& id : ids) {
    const Json job = session.request("job.cancel", fields_of(scope, id));
    const std::string state = errors::visible(text_field(job, "state"));
    jobs.push_back({{"job", id}, {"state", state}});
    progress.note("job", jobs.back(),
                  state == "cancelled" ? fmt::format("Cancelled {}", id)
                                       : fmt::format("{} had ended before: {}", id, state));
  }
  progress.result({{"jobs", jobs}}, "");
}

void follow_job_by_word(Connection& connection, progress::Progress& progress, const std::string& word,
                        const JobScope& scope) {
  follow_to_result(connection, progress, job_by_word(connection.session(), word, scope), scope);
}

void retry_job_by_word(Connection& connection, progress::Progress& progress, const std::string& word,
                       const RetryFlags& flags) {
  const std::string job =
      retry_job(connection, progress, job_by_word(connection.session(), word, {}), flags.file);
  if (flags.detach) return progress.answer({{"job", job}}, job);
  follow_to_result(connection, progress, job, {});
}

}  // namespace ctgan::host::commands
