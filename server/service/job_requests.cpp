#include <fmt/format.h>

#include <chrono>

#include "common/errors/error.h"
#include "common/options/methods.h"
#include "common/secrets/secret.h"
#include "common/table/metadata_json.h"
#include "common/table_formats/file_request.h"
#include "server/jobs/events.h"
#include "server/service/requests.h"
#include "server/service/submitted_upload.h"

namespace ctgan::server::service {
namespace {

using errors::Error;
using errors::Kind;
using jobs::Job;
using jobs::JobRequest;

// A short job's end is seen at once, a long one is not asked about often: after a sixteenth of the time that
// it has been followed.
std::chrono::milliseconds look_again_after(std::chrono::steady_clock::duration followed) {
  using std::chrono::milliseconds;
  return std::clamp(std::chrono::duration_cast<milliseconds>(followed / 16), milliseconds(2),
                    milliseconds(100));
}

std::string request_id_of(const Json& request) {
  std::string id = protocol::text_field(request, "request_id");
  if (id.size() == 32 && id.find_first_not_of("0123456789abcdef") == std::string::npos) return id;
  throw Error(Kind::protocol, "the field 'request_id' must be 32 hex digits");
}

// Drawn where none was given, so that every job can be repeated from its request.
std::uint64_t draw_seed() {
  return std::stoull(secrets::random_hex(4), nullptr, 16);
}

// Checked and complete.
Json options_of(const Json& request, const options::Method& method) {
  Json given = request.value("options", Json::object());
  if (!given.is_object()) throw Error(Kind::protocol, "the field 'options' must be an object");
  if (!given.contains("seed") || given["seed"].is_null()) {
    given["seed"] = draw_seed();
  }
  return options::check(method, given).to_json();
}

// Checked and complete.
Json table_of(const Json& request) {
  return table_formats::to_json(
      table_formats::file_request_from_json(request.value("table", Json::object())));
}

double held_out_of(const Json& request) {
  constexpr double k_most = 0.5;
  const Json share = request.value("held_out", Json(JobRequest().held_out));
  if (share.is_number() && share >= 0 && share <= k_most) return share;
  throw Error(Kind::usage, fmt::format("the share of held-out rows must be a number from 0 to {}", k_most));
}

double checkpoint_of(const Json& request) {
  const Json minutes = request.value("checkpoint", Json(0));
  if (minutes.is_number() && minutes >= 0 && minutes <= protocol::k_most_checkpoint_minutes)
    return minutes.get<double>();
  throw Error(Kind::usage, fmt::format("the minutes between checkpoints must be a number from 0 to {}",
                                       protocol::k_most_checkpoint_minutes));
}

// Opaque: kept with the job, and told again with its result.
std::string basis_of(const Json& request) {
  constexpr std::size_t k_most = 128;
  std::string basis = protocol::optional_text(request, "basis").value_or("");
  if (basis.size() <= k_most) return basis;
  throw Error(Kind::protocol, fmt::format("the field 'basis' may have {} bytes", k_most));
}

// The stricter of what the server demands and what was asked for.
std::string gate_of(const Session& session, const Json& request) {
  return request.value("gate", Json(false)) == true ? "refuse" : session.settings().release_gate;
}

// Outside the transaction of the submission. A repeated one finds its upload gone, and its job instead.
void check_bytes(Session& session, const Json& request) {
  std::optional<store::Upload> upload;
  try {
    upload = named_upload(session, request);
  } catch (const Error& error) {
    if (error.kind() != Kind::no_input && error.kind() != Kind::try_again) throw;
    return;
  }
  check_bytes(session, *upload);
}

std::uint64_t rows_of(const Json& request, const settings::Limits& limits) {
  const std::uint64_t rows = protocol::count_field(request, "rows");
  if (rows >= 1 && rows <= limits.sample_rows) return rows;
  throw Error(Kind::usage, fmt::format("rows must be 1 to {}, but is {}", limits.sample_rows, rows));
}

Json json_of(const Job& job) {
  Json value{{"job", job.id},
             {"kind", store::job_kind_name(job.kind)},
             {"state", store::job_state_name(job.state)},
             {"created", store::utc_text(job.created)}};
  if (!job.result.is_null()) value["result"] = job.result;
  if (!job.error.is_null()) value["error"] = job.error;
  return value;
}

// The user's own jobs, or everybody's where an administrator asks for these.
store::Owner owner_of(Session& session, const Json& request) {
  if (request.value("all_users", Json(false)) != true) return session.user();
  if (session.store().users().require(session.user()).role == store::Role::admin) return std::nullopt;
  throw Error(Kind::permission, "only an administrator sees other users' jobs",
              "leave '--all-users' out, or ask the administrator of the server");
}

// With what tells people one job from another; a job whose folder is damaged has a state all the same.
Json item_of(const jobs::JobBook& book, const Job& job) {
  Json item = json_of(job);
  item["user"] = job.user;
  try {
    const JobRequest request = book.folder(job).read_request();
    if (request.kind == jobs::JobKind::fit) item["method"] = request.method;
    if (!request.name.empty()) item["table"] = request.name;
    if (!request.model.empty()) item["model"] = request.model;
    if (request.rows > 0) item["rows"] = request.rows;
  } catch (const Error&) {
  }
  return item;
}

std::optional<std::int64_t> page_of(const Json& request) {
  const auto text = protocol::optional_text(request, "before");
  if (!text) return std::nullopt;
  try {
    return std::stoll(*text);
  } catch (const std::exception&) {
    throw Error(Kind::protocol, "the field 'before' must be the 'next' of a page");
  }
}

// Tells whoever follows a job that waits how many start before it, whenever that changes, and sees to it once a second
// that the queue goes on: whoever should have started the next job may have been killed.
class QueueWatch {
 public:
  QueueWatch(Session& session, std::uint64_t id) : session_(session), id_(id) {}

  void look(const Job& job) {
    const auto now = std::chrono::steady_clock::now();
    if (job.state != jobs::JobState::queued || (told_ && now - looked_ < std::chrono::seconds(1))) return;
    if (told_) session_.jobs().dispatch();
    looked_ = now;
    const std::size_t ahead = session_.jobs().ahead_of(job);
    if (told_ && ahead_ == ahead) return;
    told_ = true;
    ahead_ = ahead;
    session_.channel().write({{"type", "event"}, {"id", id_}, {"event", "queued"}, {"ahead", ahead}});
  }

 private:
  Session& session_;
  std::uint64_t id_;
  bool told_ = false;
  std::size_t ahead_ = 0;  // as it was told
  std::chrono::steady_clock::time_point looked_;
};

}  // namespace

Json handle_fit_plan(Session& session, Json& request) {
  if (session.engine().plan_fit) return session.engine().plan_fit(request);
  throw Error(Kind::unavailable, "this server plans no fits");
}

Json handle_fit_submit(Session& session, Json& request) {
  JobRequest fit;
  fit.kind = jobs::JobKind::fit;
  fit.user = session.user();
  fit.name = protocol::text_field(request, "name");
  const options::Method& method =
      options::find_method(protocol::optional_text(request, "method").value_or(session.settings().method));
  fit.method = method.name;
  fit.options = options_of(request, method);
  fit.table = table_of(request);
  fit.held_out = held_out_of(request);
  fit.report = request.value("report", Json(true)) != false;
  fit.keys = protocol::optional_texts(request, "keys");
  fit.purpose = protocol::optional_text(request, "purpose").value_or("");
  fit.keep_combinations = protocol::optional_texts(request, "keep_combinations");
  fit.basis = basis_of(request);
  fit.checkpoint_minutes = checkpoint_of(request);
  check_bytes(session, request);
  const Job job = session.jobs().submit_upload(fit, request_id_of(request),
                                               [&] { return named_upload(session, request); });
  return {{"job", job.id}};
}

// What of the table that came with the request is to be drawn.
std::string completion_of(const Json& request, const conditions::SampleTerms& terms) {
  std::string unknown = protocol::text_field(request, "complete");
  if (unknown != "gaps" && unknown != "columns")
    throw Error(Kind::protocol, "the field 'complete' must be 'gaps' or 'columns'");
  if (terms.empty()) return unknown;
  throw Error(Kind::usage, "rows that are completed have no terms", "choose among the rows afterwards");
}

Json handle_sample_submit(Session& session, Json& request) {
  JobRequest sample;
  sample.kind = jobs::JobKind::sample;
  sample.user = session.user();
  sample.model = protocol::text_field(request, "model");
  sample.seed = protocol::optional_count(request, "seed").value_or(draw_seed());
  sample.gate = gate_of(session, request);
  sample.terms = conditions::terms_from_json(request);
  const std::string request_id = request_id_of(request);
  session.store().shelves().open(store::Shelf::models, sample.user, sample.model);
  if (!request.contains("complete")) {
    sample.rows = rows_of(request, session.settings().limits);
    return {{"job", session.jobs().submit(sample, request_id).id}};
  }
  sample.complete = completion_of(request, sample.terms);
  sample.name = protocol::text_field(request, "name");
  sample.table = table_of(request);
  check_bytes(session, request);
  const auto upload = [&] { return named_upload(session, request); };
  return {{"job", session.jobs().submit_upload(sample, request_id, upload).id}};
}

Json handle_job_find(Session& session, Json& request) {
  const auto job = session.jobs().find_submitted(session.user(), request_id_of(request));
  return {{"job", job ? Json(job->id) : Json()}};
}

Json handle_job_follow(Session& session, Json& request) {
  const std::uint64_t id = protocol::count_field(request, "id");
  const std::uint64_t after = protocol::optional_count(request, "after").value_or(0);
  Job job = session.jobs().find(owner_of(session, request), protocol::text_field(request, "job"));
  jobs::EventReader events(session.jobs().folder(job).events());
  const auto start = std::chrono::steady_clock::now();
  QueueWatch queue(session, id);
  for (;;) {
    queue.look(job);
    // Looked at before the events are read: the last event stands before the last state.
    const bool ended = store::is_final(job.state);
    events.read(after, [&](std::uint64_t seq, Json event) {
      event.update({{"type", "event"}, {"id", id}, {"seq", seq}});
      session.channel().write(event);
    });
    if (ended) return json_of(job);
    if (session.channel().left_within(look_again_after(std::chrono::steady_clock::now() - start))) {
      throw Error(Kind::try_again, "the other end closed the connection", "the job goes on");
    }
    job = session.jobs().refresh(std::move(job));
  }
}

Json handle_job_show(Session& session, Json& request) {
  const Job job = session.jobs().find(owner_of(session, request), protocol::text_field(request, "job"));
  Json item = item_of(session.jobs(), job);
  item["request"] = session.jobs().folder(job).read_request_json();
  return item;
}

Json handle_job_cancel(Session& session, Json& request) {
  jobs::JobBook& book = session.jobs();
  return json_of(book.cancel(book.find(owner_of(session, request), protocol::text_field(request, "job"))));
}

Json handle_job_list(Session& session, Json& request) {
  const auto jobs =
      session.jobs().list(owner_of(session, request), page_of(request), protocol::k_page_rows + 1);
  Json items = Json::array();
  Json result = Json::object();
  for (const Job& job : jobs) {
    if (items.size() == static_cast<std::size_t>(protocol::k_page_rows)) {
      result["next"] = std::to_string(jobs[items.size() - 1].seq);
      break;
    }
    items.push_back(item_of(session.jobs(), job));
  }
  result["items"] = std::move(items);
  return result;
}

}  // namespace ctgan::server::service
