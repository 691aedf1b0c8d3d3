#include "server/store/job_table.h"

#include <fmt/format.h>

#include "common/errors/error.h"

namespace ctgan::server::store {
namespace {

using errors::Error;
using errors::Kind;
using Json = nlohmann::json;

constexpr std::string_view k_columns =
    "SELECT seq, id, user, request_id, kind, state, created, result, error FROM jobs";
constexpr std::string_view k_unfinished = "state IN ('queued', 'running')";

Json json_of(const std::optional<std::string>& text) {
  return text ? Json::parse(*text, nullptr, false) : Json();
}

std::optional<std::string> text_of(const Json& value) {
  if (value.is_null()) return std::nullopt;
  return value.dump(-1, ' ', false, Json::error_handler_t::replace);
}

Job job_of(const Statement& row) {
  Job job;
  job.seq = row.integer(0);
  job.id = row.text(1);
  job.user = row.text(2);
  job.request_id = row.text(3);
  job.kind = row.text(4) == "sample" ? JobKind::sample : JobKind::fit;
  job.state = job_state_from_name(row.text(5)).value_or(JobState::lost);
  job.created = row.integer(6);
  job.result = json_of(row.optional_text(7));
  job.error = json_of(row.optional_text(8));
  return job;
}

std::vector<Job> all_of(Statement query) {
  std::vector<Job> jobs;
  while (query.step()) jobs.push_back(job_of(query));
  return jobs;
}

}  // namespace

std::string_view job_kind_name(JobKind kind) {
  return kind == JobKind::fit ? "fit" : "sample";
}

std::string_view job_state_name(JobState state) {
  switch (state) {
    case JobState::queued:
      return "queued";
    case JobState::running:
      return "running";
    case JobState::done:
      return "done";
    case JobState::failed:
      return "failed";
    case JobState::lost:
      break;
  }
  return "lost";
}

std::optional<JobState> job_state_from_name(std::string_view name) {
  for (const JobState state :
       {JobState::queued, JobState::running, JobState::done, JobState::failed, JobState::lost}) {
    if (name == job_state_name(state)) return state;
  }
  return std::nullopt;
}

bool is_final(JobState state) {
  return state != JobState::queued && state != JobState::running;
}

void JobTable::insert(const Job& job) {
  Statement(database_,
            "INSERT INTO jobs(id, user, request_id, kind, state, created) VALUES(?, ?, ?, ?, ?, ?)", job.id,
            job.user, job.request_id, job_kind_name(job.kind), job_state_name(job.state), job.created)
      .run();
}

std::optional<Job> JobTable::find_request(const std::string& user, const std::string& request_id) {
  Statement query(database_, fmt::format("{} WHERE user = ? AND request_id = ?", k_columns), user,
                  request_id);
  if (!query.step()) return std::nullopt;
  return job_of(query);
}

Job JobTable::require(const std::string& user, const std::string& id) {
  Statement query(database_, fmt::format("{} WHERE user = ? AND id = ?", k_columns), user, id);
  if (query.step()) return job_of(query);
  throw Error(Kind::no_input, fmt::format("there is no job {}", errors::quoted(id)),
              "'fit --detach' prints the job that it submits");
}

std::vector<Job> JobTable::list(const std::string& user, std::optional<std::int64_t> before, int most) {
  return all_of(Statement(database_,
                          fmt::format("{} WHERE user = ? AND seq < ? ORDER BY seq DESC LIMIT ?", k_columns),
                          user, before.value_or(INT64_MAX), most));
}

bool JobTable::update(const Job& job) {
  Statement(database_,
            fmt::format("UPDATE jobs SET state = ?, result = ?, error = ? WHERE id = ? AND {}", k_unfinished),
            job_state_name(job.state), text_of(job.result), text_of(job.error), job.id)
      .run();
  return database_.changes() > 0;
}

std::vector<Job> JobTable::unfinished() {
  return all_of(Statement(database_, fmt::format("{} WHERE {} ORDER BY seq", k_columns, k_unfinished)));
}

}  // namespace ctgan::server::store
