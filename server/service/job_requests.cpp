#include <fmt/format.h>

#include <algorithm>
#include <functional>
#include <utility>
#include <vector>

#include "common/errors/error.h"
#include "common/files/names.h"
#include "common/options/guarantee.h"
#include "common/options/methods.h"
#include "common/secrets/secret.h"
#include "common/table/declared_metadata.h"
#include "common/table/metadata_json.h"
#include "common/table_formats/csv_dialect.h"
#include "common/table_formats/file_request.h"
#include "server/accounts/allowance.h"
#include "server/budgets/ledger.h"
#include "server/service/follow_job.h"
#include "server/service/page.h"
#include "server/service/party_fields.h"
#include "server/service/requests.h"
#include "server/service/submitted_upload.h"

namespace ctgan::server::service {
namespace {

using errors::Error;
using errors::Kind;
using jobs::Job;
using jobs::JobRequest;

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
options::Values options_of(const Json& request, const options::Method& method) {
  Json given = request.value("options", Json::object());
  if (!given.is_object()) throw Error(Kind::protocol, "the field 'options' must be an object");
  const bool is_seeded = method.find("seed") != nullptr;
  if (is_seeded && (!given.contains("seed") || given["seed"].is_null())) given["seed"] = draw_seed();
  return options::check(method, given);
}

// Checked and complete.
table_formats::FileRequest table_of(const Json& request) {
  return table_formats::file_request_from_json(request.value("table", Json::object()));
}

// What of the user's limits it lets the job have; 0: all.
jobs::JobLimits asked_limits(const Json& request) {
  const auto asked = [&](const char* key) {
    const auto value = protocol::optional_count(request, key);
    if (value && *value == 0)
      throw Error(Kind::usage, fmt::format("the {} of a job must be 1 at least", key));
    return value.value_or(0);
  };
  return {.minutes = asked("minutes"), .threads = asked("threads")};
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

// A fit's method, its options and its table, as they were read from the request once.
struct Asked {
  const options::Method& method;
  options::Values options;
  table_formats::FileRequest table;
};

// What a private method spends, and of which dataset's budget: that of the table's name where none is named.
std::optional<jobs::PrivacyCost> privacy_of(const Json& request, const Asked& asked, const JobRequest& fit) {
  if (!asked.method.is_private) return std::nullopt;
  const options::Guarantee spent = options::guarantee_of(asked.options);
  return jobs::PrivacyCost{protocol::optional_text(request, "dataset").value_or(files::safe_stem(fit.name)),
                           spent.epsilon, spent.delta, asked.table.rules.privacy_unit};
}

// What the fit would be refused for after its debit, as far as that can be known before.
void check_private(const JobRequest& fit, const Asked& asked) {
  if (!asked.method.is_private) return;
  const table_formats::FileRequest& wanted = asked.table;
  options::refuse_what_reads({.rules = !wanted.rules.row_rules.empty(),
                              .combinations = !fit.keep_combinations.empty(),
                              .checkpoints = fit.checkpoint_minutes > 0,
                              .report = fit.private_report.has_value(),
                              .parties = !fit.parties.empty()},
                             asked.options);
  // What the columns of a join are is not known before all have given theirs.
  if (!fit.parties.empty()) return;
  std::vector<std::string> names;
  for (const auto& [name, column] : wanted.columns)
    if (std::find(wanted.drop.begin(), wanted.drop.end(), name) == wanted.drop.end()) names.push_back(name);
  const table::Metadata metadata = table::declared_metadata(names, wanted);
  table::require_several_values(metadata);
  options::check_columns(asked.method, asked.options, metadata.names(), table::has_paid_domains(metadata));
}

// The report that a private fit is asked for; the public rows of one have come as an upload of their own.
void add_private_report(const Json& request, const options::Method& method, JobRequest& fit) {
  const auto found = request.find("private_report");
  if (found == request.end() || found->is_null()) return;
  jobs::PrivateReport report{protocol::text_field(*found, "from")};
  if (!method.is_private)
    throw Error(Kind::usage,
                fmt::format("the method {} is not private, and makes its report by itself",
                            errors::quoted(method.name)),
                "leave '--report' out");
  if (report.from != jobs::k_report_of_owner && report.from != jobs::k_report_of_public)
    throw Error(Kind::usage,
                fmt::format("no report of a private fit is made from {}", errors::quoted(report.from)),
                "'owner' and 'public' are known here");
  if (report.from == jobs::k_report_of_public) {
    report.name = protocol::text_field(*found, "name");
    report.dialect =
        table_formats::to_json(table_formats::dialect_from_json(found->value("dialect", Json::object())));
  }
  fit.private_report = std::move(report);
}

// The table, and the rows that its owner declares public where there are such.
std::vector<store::Upload> uploads_of(Session& session, const Json& request, const JobRequest& fit) {
  std::vector<store::Upload> uploads{named_upload(session, request)};
  if (fit.private_report && fit.private_report->from == jobs::k_report_of_public)
    uploads.push_back(named_upload(session, request.at("private_report")));
  return uploads;
}

// What its debit made odd.
void warn_of_table(Session& session, const JobRequest& request, const std::string& job) {
  if (!request.privacy) return;
  for (std::string& remark : budgets::remarks_on(budgets::Ledger(session.store()).entries(), job))
    session.warn(std::move(remark));
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

void check_rows(std::uint64_t rows, std::uint64_t most) {
  if (rows >= 1 && rows <= most) return;
  throw Error(Kind::usage, fmt::format("rows must be 1 to {}, but is {}", most, rows),
              "an administrator can raise that: 'manage users limit NAME --rows N'");
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

// With what tells people one job from another, as far as its request can be read: a job whose folder is damaged has a
// state all the same.
Json item_of(Session& session, const Job& job, const std::function<JobRequest()>& read_request) {
  Json item = json_of(job);
  item["user"] = job.user;
  for (const store::Party& party : session.store().parties().of_job(job.id))
    item["parties"].push_back(party_json(party));
  if (job.state == jobs::JobState::waiting) item["waiting"] = session.jobs().waiting_words(job);
  try {
    const JobRequest request = read_request();
    if (request.kind == jobs::JobKind::fit) item["method"] = request.method;
    if (!request.name.empty()) item["table"] = request.name;
    if (!request.model.empty()) item["model"] = request.model;
    if (request.rows > 0) item["rows"] = request.rows;
  } catch (const Error&) {
  }
  return item;
}

Json item_of(Session& session, const Job& job) {
  return item_of(session, job, [&] { return session.jobs().folder(job).read_request(); });
}

// As it was asked for, without what parties have declared of their columns but for the user's own.
Json visible_request(const Session& session, Json request) {
  const auto parties = request.find("parties");
  if (parties == request.end() || !parties->is_array()) return request;
  for (Json& party : *parties)
    if (party.value("user", "") != session.user())
      for (const char* key : {"sha256", "table"}) party.erase(key);
  return request;
}

// What a job needs to be made again. Throws Error(usage) for one that has not ended, or has done its work.
JobRequest request_to_repeat(Session& session, const Job& job) {
  if (!store::is_final(job.state)) {
    throw Error(Kind::usage, fmt::format("the job {} has not ended", errors::quoted(job.id)),
                "follow it, or cancel it first");
  }
  if (job.state == jobs::JobState::done)
    throw Error(Kind::usage, fmt::format("the job {} has done its work", errors::quoted(job.id)));
  if (job.kind == jobs::JobKind::evaluate) {
    throw Error(Kind::usage, fmt::format("the job {} compares tables that are gone", errors::quoted(job.id)),
                "run 'manage evaluate' again");
  }
  JobRequest request = session.jobs().folder(job).read_request();
  if (!request.parties.empty()) {
    throw Error(Kind::usage,
                fmt::format("the job {} is of several parties, who would have to confirm it once more",
                            errors::quoted(job.id)),
                "submit it again with 'fit'");
  }
  if (request.private_report && request.private_report->from == jobs::k_report_of_public) {
    throw Error(Kind::usage,
                fmt::format("the job {} had public rows, which are gone", errors::quoted(job.id)),
                "submit it again with 'fit'");
  }
  request.retry_of = job.id;
  request.limits = jobs::lesser_of(limits_of(session), request.asked);
  if (request.rows > 0) check_rows(request.rows, request.limits.rows);
  return request;
}

// The same bytes as the job was given.
void check_same_table(const JobRequest& request, const store::Upload& upload) {
  if (request.table_sha256.empty() || upload.sha256 == request.table_sha256) return;
  throw Error(Kind::bad_data,
              fmt::format("{} is not the table that the job {} was given: its bytes are others",
                          errors::quoted(upload.name), errors::quoted(request.retry_of)),
              "submit it as a new job");
}

}  // namespace

Json handle_fit_plan(Session& session, Json& request) {
  if (session.engine().plan_fit) return session.engine().plan_fit(request);
  throw Error(Kind::unavailable, "this server plans no fits");
}

namespace {

// Nothing is debited before all have confirmed; what could not be spent now is refused all the same.
Json submit_for_parties(Session& session, const Json& request, const JobRequest& fit) {
  if (!fit.privacy) {
    throw Error(Kind::usage,
                fmt::format("the method {} promises the parties nothing", errors::quoted(fit.method)),
                "a fit of several parties takes a private one: '--method mst' or 'aim'");
  }
  const std::string request_id = request_id_of(request);
  if (!session.jobs().find_submitted(session.user(), request_id))
    accounts::check_budget(session.store(), session.settings(), fit);
  return {{"job", session.jobs().submit(fit, request_id).id}};
}

}  // namespace

Json handle_fit_submit(Session& session, Json& request) {
  JobRequest fit;
  fit.kind = jobs::JobKind::fit;
  fit.user = session.user();
  fit.asked = asked_limits(request);
  fit.limits = jobs::lesser_of(limits_of(session), fit.asked);
  fit.name = protocol::text_field(request, "name");
  const options::Method& method =
      options::find_method(protocol::optional_text(request, "method").value_or(session.settings().method));
  const Asked asked{method, options_of(request, method), table_of(request)};
  fit.method = method.name;
  fit.options = asked.options.to_json();
  fit.table = table_formats::to_json(asked.table);
  fit.held_out = held_out_of(request);
  fit.report = request.value("report", Json(true)) != false;
  fit.keys = protocol::optional_texts(request, "keys");
  fit.target = protocol::optional_text(request, "target").value_or("");
  fit.purpose = protocol::optional_text(request, "purpose").value_or("");
  fit.keep_combinations = protocol::optional_texts(request, "keep_combinations");
  fit.basis = basis_of(request);
  fit.checkpoint_minutes = checkpoint_of(request);
  add_parties(session, request, fit);
  fit.privacy = privacy_of(request, asked, fit);
  add_private_report(request, method, fit);
  check_private(fit, asked);
  if (!fit.parties.empty()) return submit_for_parties(session, request, fit);
  check_bytes(session, request);
  if (fit.private_report && fit.private_report->from == jobs::k_report_of_public)
    check_bytes(session, request.at("private_report"));
  const Job job = session.jobs().submit_uploads(fit, request_id_of(request),
                                                [&] { return uploads_of(session, request, fit); });
  warn_of_table(session, fit, job.id);
  return {{"job", job.id}};
}

std::uint64_t shards_of(const Json& request, const JobRequest& sample) {
  constexpr std::uint64_t k_most = 256;
  const std::uint64_t shards = protocol::optional_count(request, "shards").value_or(1);
  if (shards < 1 || shards > k_most)
    throw Error(Kind::usage, fmt::format("the number of shards must be 1 to {}, but is {}", k_most, shards));
  if (shards > 1 && (!sample.terms.empty() || request.contains("complete"))) {
    throw Error(Kind::usage, "rows with terms, and rows that are completed, are drawn by one worker",
                "leave the shards out");
  }
  return shards;
}

// What of the table that came with the request is to be drawn.
std::string completion_of(const Json& request, const conditions::SampleTerms& terms) {
  std::string unknown = protocol::text_field(request, "complete");
  if (unknown != "gaps" && unknown != "columns")
    throw Error(Kind::protocol, "the field 'complete' must be 'gaps' or 'columns'");
  if (terms.empty()) return unknown;
  throw Error(Kind::usage, "rows that are completed have no terms", "choose among the rows afterwards");
}

// What the conditions were understood as; nothing where the answer would take longer than one may: then the job says
// what is wrong with them.
Json checked_terms(Session& session, const JobRequest& sample) {
  if (sample.terms.empty() || !session.engine().check_terms) return Json::object();
  Json request{{"user", sample.user}, {"model", sample.model}, {"rows", sample.rows}};
  conditions::add_to_json(sample.terms, request);
  try {
    return session.engine().check_terms(std::move(request));
  } catch (const Error& error) {
    if (error.kind() != Kind::unavailable) throw;
    return Json::object();
  }
}

Json handle_sample_submit(Session& session, Json& request) {
  JobRequest sample;
  sample.kind = jobs::JobKind::sample;
  sample.user = session.user();
  sample.limits = limits_of(session);
  sample.model = protocol::text_field(request, "model");
  sample.seed = protocol::optional_count(request, "seed").value_or(draw_seed());
  sample.gate = gate_of(session, request);
  sample.terms = conditions::terms_from_json(request);
  sample.shards = shards_of(request, sample);
  const std::string request_id = request_id_of(request);
  session.store().shelves().open(store::Shelf::models, sample.user, sample.model);
  if (!request.contains("complete")) {
    sample.rows = protocol::count_field(request, "rows");
    check_rows(sample.rows, sample.limits.rows);
    Json answer = checked_terms(session, sample);
    answer["job"] = session.jobs().submit(sample, request_id).id;
    return answer;
  }
  sample.complete = completion_of(request, sample.terms);
  sample.name = protocol::text_field(request, "name");
  sample.table = table_formats::to_json(table_of(request));
  check_bytes(session, request);
  const auto uploads = [&] { return std::vector{named_upload(session, request)}; };
  return {{"job", session.jobs().submit_uploads(sample, request_id, uploads).id}};
}

Json handle_job_find(Session& session, Json& request) {
  const auto job = session.jobs().find_submitted(session.user(), request_id_of(request));
  return {{"job", job ? Json(job->id) : Json()}};
}

Json handle_job_follow(Session& session, Json& request) {
  const std::uint64_t id = protocol::count_field(request, "id");
  const std::uint64_t after = protocol::optional_count(request, "after").value_or(0);
  Job job = session.jobs().find(owner_of(session, request), protocol::text_field(request, "job"));
  return json_of(follow_job(session, id, std::move(job), after));
}

Json handle_job_show(Session& session, Json& request) {
  const Job job = session.jobs().find(owner_of(session, request), protocol::text_field(request, "job"));
  const jobs::JobFolder folder = session.jobs().folder(job);
  Json request_json = folder.read_request_json();
  Json item = item_of(session, job, [&] { return folder.request_of(request_json); });
  item["request"] = visible_request(session, std::move(request_json));
  item["attempts"] = folder.attempts();
  if (Json start = folder.read_start(); start.is_object()) item["start"] = std::move(start);
  if (const std::string words = session.jobs().waiting_words(job); !words.empty()) item["waiting"] = words;
  return item;
}

Json handle_job_cancel(Session& session, Json& request) {
  jobs::JobBook& book = session.jobs();
  const Job ended = book.cancel(book.find(owner_of(session, request), protocol::text_field(request, "job")),
                                session.user());
  Json answer = json_of(ended);
  // Whose it was, so that his audit shows it.
  if (ended.user != session.user()) answer["user"] = ended.user;
  return answer;
}

Json handle_job_retry(Session& session, Json& request) {
  const Job job = session.jobs().find(session.user(), protocol::text_field(request, "job"));
  const JobRequest repeated = request_to_repeat(session, job);
  const std::string request_id = request_id_of(request);
  // A sample without a table of its own needs its model only.
  if (repeated.name.empty()) {
    session.store().shelves().open(store::Shelf::models, repeated.user, repeated.model);
    return {{"job", session.jobs().submit(repeated, request_id).id}};
  }
  check_bytes(session, request);
  const auto uploads = [&] {
    store::Upload found = named_upload(session, request);
    check_same_table(repeated, found);
    return std::vector{std::move(found)};
  };
  const Job again = session.jobs().submit_uploads(repeated, request_id, uploads);
  if (repeated.privacy) {
    session.warn(fmt::format(
        "a new attempt draws new noise: epsilon {} and delta {} of the privacy budget of {} are spent once "
        "more",
        repeated.privacy->epsilon, repeated.privacy->delta, errors::quoted(repeated.privacy->dataset)));
  }
  return {{"job", again.id}};
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
    items.push_back(item_of(session, job));
  }
  result["items"] = std::move(items);
  return result;
}

}  // namespace ctgan::server::service
