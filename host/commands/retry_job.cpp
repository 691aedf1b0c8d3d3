#include "host/commands/retry_job.h"

#include <fmt/format.h>

#include <algorithm>

#include "common/errors/error.h"
#include "common/files/checksum.h"
#include "common/secrets/secret.h"
#include "host/commands/sent_tables.h"
#include "host/session/upload.h"

namespace ctgan::host::commands {
namespace {

using errors::Error;
using errors::Kind;
using session::Json;

constexpr std::size_t k_id_bytes = 16;

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
  const Json shown = session.request("job.show", {{"job", job}});
  Json fields{{"job", job}, {"request_id", secrets::random_hex(k_id_bytes)}};
  std::filesystem::path table;
  // No table is sent for a job that the server will not repeat; it says why.
  if (shown.contains("table") && may_be_repeated(shown)) {
    table = table_of(job, file);
    check_unchanged(job, table, shown.value("request", Json::object()));
    fields["upload"] = session::upload(session, table, table.filename().string(), progress);
  }
  const std::string again = protocol::text_field(session.request("job.retry", fields), "job");
  if (!table.empty()) remember_table(again, table);
  progress.note(
      "retry", {{"job", again}, {"retry_of", job}},
      fmt::format("Job {} does what {} was asked for", errors::visible(again), errors::visible(job)));
  return again;
}

}  // namespace ctgan::host::commands
