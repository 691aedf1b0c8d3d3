#include "server/store/job_table.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "common/errors/error.h"

namespace ctgan::server::store {
namespace {

using errors::Error;
using errors::Kind;
using Json = nlohmann::json;

constexpr std::string_view k_columns =
    "SELECT seq, id, user, request_id, kind, state, created, result, error, started FROM jobs";
constexpr std::string_view k_unfinished = "state IN ('waiting', 'queued', 'starting', 'running')";
// With the user three times: none, as who submitted it, and as a party.
constexpr std::string_view k_of_user =
    "(? IS NULL OR user = ? OR id IN (SELECT job FROM parties WHERE parties.user = ?))";

template <typename Value>
struct Named {
  Value value;
  std::string_view name;
};
constexpr std::array<Named<JobKind>, 4> k_kinds{{{JobKind::fit, "fit"},
                                                 {JobKind::sample, "sample"},
                                                 {JobKind::evaluate, "evaluate"},
                                                 {JobKind::probe, "probe"}}};
constexpr std::array<Named<JobState>, 8> k_states{{{JobState::waiting, "waiting"},
                                                   {JobState::queued, "queued"},
                                                   {JobState::starting, "starting"},
                                                   {JobState::running, "running"},
                                                   {JobState::done, "done"},
                                                   {JobState::failed, "failed"},
                                                   {JobState::cancelled, "cancelled"},
                                                   {JobState::lost, "lost"}}};

template <typename Table, typename Value>
std::string_view name_of(Value value, const Table& table) {
  return std::find_if(table.begin(), table.end(), [value](const auto& row) { return row.value == value; })
      ->name;
}

template <typename Value, std::size_t k_size>
std::optional<Value> of_name(std::string_view name, const std::array<Named<Value>, k_size>& table) {
  for (const Named<Value>& row : table)
    if (row.name == name) return row.value;
  return std::nullopt;
}

Json json_of(const std::optional<std::string>& text) {
  return text ? Json::parse(*text, nullptr, false) : Json();
}

std::optional<std::string> text_of(const Json& value) {
  if (value.is_null()) return std::nullopt;
  return value.dump(-1, ' ', false, Json::error_handler_t::replace);
}

JobKind kind_of(const std::string& name) {
  if (const auto kind = job_kind_from_name(name)) return *kind;
  throw Error(Kind::bad_data,
              fmt::format("the store holds a job of the unknown kind {}", errors::quoted(name)),
              "a newer version of ctgan-server may know it");
}

Job job_of(const Statement& row) {
  Job job;
  job.seq = row.integer(0);
  job.id = row.text(1);
  job.user = row.text(2);
  job.request_id = row.text(3);
  job.kind = kind_of(row.text(4));
  job.state = job_state_from_name(row.text(5)).value_or(JobState::lost);
  job.created = row.integer(6);
  job.result = json_of(row.optional_text(7));
  job.error = json_of(row.optional_text(8));
  job.started = row.integer(9);
  return job;
}

std::vector<Job> all_of(Statement query) {
  std::vector<Job> jobs;
  while (query.step()) jobs.push_back(job_of(query));
  return jobs;
}

}  // namespace

std::string_view job_kind_name(JobKind kind) {
  return name_of(kind, k_kinds);
}

std::optional<JobKind> job_kind_from_name(std::string_view name) {
  return of_name(name, k_kinds);
}

std::string_view job_state_name(JobState state) {
  return name_of(state, k_states);
}

std::optional<JobState> job_state_from_name(std::string_view name) {
  return of_name(name, k_states);
}

bool is_final(JobState state) {
  return state != JobState::waiting && state != JobState::queued && !has_worker(state);
}

bool has_worker(JobState state) {
  return state == JobState::starting || state == JobState::running;
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

Job JobTable::require(const Owner& user, const std::string& id) {
  Statement query(database_, fmt::format("{} WHERE {} AND id = ?", k_columns, k_of_user), user, user, user,
                  id);
  if (query.step()) return job_of(query);
  throw Error(Kind::no_input, fmt::format("there is no job {}", errors::quoted(id)),
              "'fit --detach' prints the job that it submits");
}

std::vector<Job> JobTable::list(const Owner& user, std::optional<std::int64_t> before, int most) {
  return all_of(Statement(
      database_, fmt::format("{} WHERE {} AND seq < ? ORDER BY seq DESC LIMIT ?", k_columns, k_of_user), user,
      user, user, before.value_or(INT64_MAX), most));
}

bool JobTable::update(const Job& job) {
  Statement(database_,
            fmt::format("UPDATE jobs SET state = ?, result = ?, error = ? WHERE id = ? AND {}", k_unfinished),
            job_state_name(job.state), text_of(job.result), text_of(job.error), job.id)
      .run();
  return database_.changes() > 0;
}

bool JobTable::mark_queued(const std::string& id) {
  Statement(database_, "UPDATE jobs SET state = 'queued' WHERE id = ? AND state = 'waiting'", id).run();
  return database_.changes() > 0;
}

bool JobTable::mark_started(const std::string& id, std::time_t now) {
  Statement(database_,
            "UPDATE jobs SET state = 'starting', started = ?, turn = (SELECT MAX(turn) + 1 FROM jobs) "
            "WHERE id = ? AND state = 'queued'",
            now, id)
      .run();
  return database_.changes() > 0;
}

std::int64_t JobTable::last_turn(const std::string& user) {
  Statement query(database_, "SELECT COALESCE(MAX(turn), 0) FROM jobs WHERE user = ?", user);
  query.step();
  return query.integer(0);
}

std::vector<Job> JobTable::unfinished() {
  return all_of(Statement(database_, fmt::format("{} WHERE {} ORDER BY seq", k_columns, k_unfinished)));
}

}  // namespace ctgan::server::store
