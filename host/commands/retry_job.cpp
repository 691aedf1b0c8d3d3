#include "host/commands/retry_job.h"

#include <fmt/format.h>

#include <algorithm>

#include "common/errors/error.h"
#include "common/files/checksum.h"
#include "host/commands/sent_tables.h"
#include "host/session/upload.h"

namespace ctgan::host::commands {
namespace {

using errors::Error;
using errors::Kind;
using session::Json;

// The same for every try to repeat one job, so that a command which broke off and is run again finds what it submitted.
std::string request_id_of(const std::string& job) {
  constexpr std::size_t k_digits = 32;
  return files::sha256_of("retry " + job).substr(0, k_digits);
}

// What repeats that job already; empty when nothing does.
std::string find_retry(session::Session& session, const std::string& job) {
  const Json found = session.request("job.find", {{"request_id", request_id_of(job)}});
  return protocol::optional_text(found, "job").value_or("");
}

std::string told(progress::Progress& progress, const std::string& again, const std::string& job) {
  progress.note(
      "retry", {{"job", again}, {"retry_of", job}},
      fmt::format("Job {} does what {} was asked for", errors::visible(again), errors::visible(job)));
  return again;
}

void check_server(session::Session& session) {
  const auto& known = session.greeting().commands;
  if (std::find(known.begin(), known.end(), "job.retry") != known.end()) return;
  throw Error(Kind::unavailable, "this server cannot repeat a job",
              "run the command that submitted it again");
}

bool may_be_repeated(const Json& job) {
  const std::string state = protocol::text_field(job, "state");
  return state == "failed" || state == "cancelled" || state == "lost";
}

std::filesystem::path table_of(const std::string& job, const std::filesystem::path& file) {
  if (!file.empty()) return file;
  if (const auto sent = remembered_table(job)) return *sent;
  throw Error(
      Kind::no_input,
      fmt::format("the job {} needs its table again, and nobody here knows where it is", errors::quoted(job)),
      "name it with '--file FILE'");
}

void check_unchanged(const std::string& job, const std::filesystem::path& file, const Json& request) {
  const std::string expected = protocol::optional_text(request, "table_sha256").value_or("");
  if (expected.empty() || files::sha256_of_file(file) == expected) return;
  throw Error(Kind::bad_data,
              fmt::format("{} is not the table that the job {} was given, or has changed since",
                          errors::quoted(file.string()), errors::quoted(job)),
              "submit it as a new job with 'fit'");
}

}  // namespace

std::string retry_job(Connection& connection, progress::Progress& progress, const std::string& job,
                      const std::filesystem::path& file) {
  session::Session& session = connection.session();
  check_server(session);
  std::string last = job;
  Json shown = session.request("job.show", {{"job", last}});
  for (std::string again = find_retry(session, last); !again.empty(); again = find_retry(session, last)) {
    shown = session.request("job.show", {{"job", again}});
    if (!may_be_repeated(shown)) return told(progress, again, job);
    last = again;
  }
  Json fields{{"job", last}, {"request_id", request_id_of(last)}};
  std::filesystem::path table;
  // No table is sent for a job that the server will not repeat; it says why.
  if (shown.contains("table") && !shown.contains("parties") && may_be_repeated(shown)) {
    table = table_of(last, file);
    check_unchanged(last, table, shown.value("request", Json::object()));
    const bool sample = shown.value("kind", "") == "sample";
    fields["upload"] = session::upload(session, table, table.filename().string(), progress,
                                       sample ? session::UploadUse::sample : session::UploadUse::fit);
  }
  const std::string again = protocol::text_field(session.request("job.retry", fields), "job");
  if (!table.empty()) remember_table(again, table);
  return told(progress, again, job);
}

}  // namespace ctgan::host::commands
