#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <vector>

#include "common/errors/error.h"
#include "common/secrets/secret.h"
#include "common/table_formats/csv_dialect.h"
#include "server/service/follow_job.h"
#include "server/service/requests.h"
#include "server/service/submitted_upload.h"

namespace ctgan::server::service {
namespace {

using errors::Error;
using errors::Kind;
using store::Job;

constexpr std::size_t k_id_bytes = 16;

// Uploads that are to be read once, and to be gone afterwards whatever happens. The same table may be two parts.
class UsedUploads {
 public:
  explicit UsedUploads(store::Uploads& uploads) : uploads_(uploads) {}
  ~UsedUploads() {
    for (const store::Upload& upload : taken_) {
      try {
        uploads_.remove(upload);
      } catch (const Error&) {
        // It goes with the connection, or after a day.
      }
    }
  }
  UsedUploads(const UsedUploads&) = delete;
  UsedUploads& operator=(const UsedUploads&) = delete;

  // The part as the worker finds it: {"file":"table-2","name":"made.csv","dialect":{...}}.
  Json take(Session& session, const Json& part) {
    const store::Upload upload = complete_upload(session, part);
    const auto known = std::find_if(taken_.begin(), taken_.end(),
                                    [&](const store::Upload& one) { return one.id == upload.id; });
    const auto index = static_cast<std::size_t>(known - taken_.begin());
    if (known == taken_.end()) taken_.push_back(upload);
    const Json dialect =
        table_formats::to_json(table_formats::dialect_from_json(part.value("dialect", Json::object())));
    return {{"file", jobs::table_file(index)}, {"name", upload.name}, {"dialect", dialect}};
  }
  const std::vector<store::Upload>& all() const { return taken_; }
  // They are a job's now.
  void release() { taken_.clear(); }

 private:
  store::Uploads& uploads_;
  std::vector<store::Upload> taken_;
};

Json take_part(UsedUploads& uploads, Session& session, const Json& request, const char* key) {
  const auto found = request.find(key);
  if (found != request.end() && found->is_object()) return uploads.take(session, *found);
  throw Error(Kind::protocol, fmt::format("the field '{}' must be an object", key));
}

// All but the tables.
Json comparison_of(const Json& request) {
  Json comparison = Json::object();
  for (const char* key : {"table", "target", "keys", "purpose", "seed"})
    if (request.contains(key)) comparison[key] = request[key];
  return comparison;
}

// The request's result is the job's, and what ended the job ends the request.
Json result_of(const Job& job) {
  if (job.state == jobs::JobState::done) return job.result;
  if (job.error.is_object()) throw errors::from_json(job.error);
  if (job.state == jobs::JobState::cancelled)
    throw Error(Kind::job_cancelled, fmt::format("the job {} was cancelled", errors::quoted(job.id)));
  throw Error(Kind::job_lost, fmt::format("the job {} was lost", errors::quoted(job.id)),
              "run the same command again");
}

}  // namespace

Json handle_evaluate(Session& session, Json& request) {
  jobs::JobRequest evaluate;
  evaluate.kind = jobs::JobKind::evaluate;
  evaluate.user = session.user();
  evaluate.limits = limits_of(session);
  evaluate.seconds = session.settings().limits.evaluate_seconds;
  evaluate.bytes = session.settings().limits.answer_bytes;
  evaluate.comparison = comparison_of(request);
  UsedUploads uploads(session.store().uploads());
  for (const char* part : {"original", "synthetic"})
    evaluate.comparison[part] = take_part(uploads, session, request, part);
  if (request.contains("held_out"))
    evaluate.comparison["held_out"] = take_part(uploads, session, request, "held_out");
  evaluate.name = evaluate.comparison.at("original").at("name");
  const std::uint64_t id = protocol::count_field(request, "id");
  const Job job =
      session.jobs().submit_uploads(evaluate, secrets::random_hex(k_id_bytes), [&] { return uploads.all(); });
  uploads.release();
  session.channel().write({{"type", "event"}, {"id", id}, {"event", "job"}, {"job", job.id}});
  try {
    return result_of(follow_job(session, id, job, 0));
  } catch (const Error& error) {
    // Nobody else waits for it.
    if (error.kind() == Kind::try_again) session.jobs().cancel(session.jobs().find(job.user, job.id));
    throw;
  }
}

}  // namespace ctgan::server::service
