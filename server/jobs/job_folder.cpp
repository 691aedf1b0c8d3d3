#include "server/jobs/job_folder.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <span>

#include "common/errors/error.h"
#include "common/files/file.h"
#include "server/store/layout.h"
#include "server/store/party_file.h"

namespace ctgan::server::jobs {
namespace {

using errors::Error;
using errors::Kind;

constexpr const char* k_request = "request.json";
constexpr const char* k_cancel = "cancel";
constexpr const char* k_start = "runner.json";
constexpr std::string_view k_attempt = "attempt-";
constexpr std::array<std::string_view, 8> k_kept{k_request,    "events.jsonl", "status.json", k_start,
                                                 "sight.json", "lock",         k_cancel,      "log"};
constexpr std::array<std::string_view, 2> k_resumed_from{store::k_table_file, store::k_checkpoint_file};

bool is_among(std::string_view name, std::span<const std::string_view> names) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

// Who asks it to stop, and who notes its start, write while its worker tidies up: their parts are theirs.
bool is_work_file(std::string_view file) {
  const std::string_view name = files::final_name(file);
  return !is_among(name, k_kept) && !name.starts_with(k_attempt);
}

std::string text_of(const Json& value) {
  return value.dump(-1, ' ', false, Json::error_handler_t::replace) + "\n";
}

Error damaged(const std::filesystem::path& path) {
  return {Kind::bad_data, fmt::format("{} is damaged", errors::quoted(path.string()))};
}

Json read_object(const std::filesystem::path& path) {
  Json value = Json::parse(files::read_file(path), nullptr, false);
  if (!value.is_object()) throw damaged(path);
  return value;
}

JobKind kind_of(const std::string& name) {
  if (const auto kind = store::job_kind_from_name(name)) return *kind;
  throw Error(Kind::bad_data, fmt::format("jobs of the kind {} are unknown here", errors::quoted(name)),
              "a newer version of ctgan-server may know them");
}

// Jobs of before have none.
JobLimits limits_of(const Json& value, const char* key) {
  const Json limits = value.value(key, Json::object());
  return {limits.value("minutes", std::uint64_t{0}), limits.value("rows", std::uint64_t{0}),
          limits.value("threads", std::uint64_t{0})};
}

Json to_json(const JobLimits& limits) {
  return {{"minutes", limits.minutes}, {"rows", limits.rows}, {"threads", limits.threads}};
}

std::optional<PrivacyCost> privacy_of(const Json& value) {
  const auto found = value.find("privacy");
  if (found == value.end()) return std::nullopt;
  return PrivacyCost{found->at("dataset"), found->at("epsilon"), found->at("delta"),
                     found->value("unit", "")};
}

Json to_json(const PrivacyCost& cost) {
  Json value{{"dataset", cost.dataset}, {"epsilon", cost.epsilon}, {"delta", cost.delta}};
  if (!cost.unit.empty()) value["unit"] = cost.unit;
  return value;
}

std::optional<PrivateReport> private_report_of(const Json& value) {
  const auto found = value.find("private_report");
  if (found == value.end()) return std::nullopt;
  return PrivateReport{found->at("from"), found->value("name", ""), found->value("dialect", Json::object())};
}

Json to_json(const PrivateReport& report) {
  Json value{{"from", report.from}};
  if (!report.name.empty()) value.update({{"name", report.name}, {"dialect", report.dialect}});
  return value;
}

PartyRequest party_of(const Json& value) {
  return {value.at("name"), value.at("user"), value.value("file", ""), value.value("sha256", ""),
          value.value("table", Json::object())};
}

Json to_json(const PartyRequest& party) {
  Json value{{"name", party.name}, {"user", party.user}};
  if (!party.file.empty()) value["file"] = party.file;
  if (!party.sha256.empty()) value["sha256"] = party.sha256;
  if (!party.table.empty()) value["table"] = party.table;
  return value;
}

void read_fit(const Json& value, JobRequest& request) {
  request.name = value.at("name");
  request.method = value.value("method", request.method);
  request.options = value.at("options");
  request.table = value.at("table");
  request.held_out = value.value("held_out", request.held_out);
  request.report = value.value("report", request.report);
  request.private_report = private_report_of(value);
  request.keys = value.value("keys", request.keys);
  request.target = value.value("target", request.target);
  request.purpose = value.value("purpose", request.purpose);
  request.keep_combinations = value.value("keep_combinations", request.keep_combinations);
  request.basis = value.value("basis", request.basis);
  request.checkpoint_minutes = value.value("checkpoint", request.checkpoint_minutes);
  request.privacy = privacy_of(value);
  request.join = value.value("join", request.join);
  for (const Json& party : value.value("parties", Json::array())) request.parties.push_back(party_of(party));
}

void write_fit(const JobRequest& request, Json& value) {
  value["name"] = request.name;
  value["method"] = request.method;
  value["options"] = request.options;
  value["table"] = request.table;
  value["held_out"] = request.held_out;
  value["report"] = request.report;
  if (request.private_report) value["private_report"] = to_json(*request.private_report);
  if (!request.keys.empty()) value["keys"] = request.keys;
  if (!request.target.empty()) value["target"] = request.target;
  if (!request.purpose.empty()) value["purpose"] = request.purpose;
  if (!request.keep_combinations.empty()) value["keep_combinations"] = request.keep_combinations;
  if (!request.basis.empty()) value["basis"] = request.basis;
  if (request.checkpoint_minutes > 0) value["checkpoint"] = request.checkpoint_minutes;
  if (request.privacy) value["privacy"] = to_json(*request.privacy);
  if (request.parties.empty()) return;
  value["join"] = request.join;
  for (const PartyRequest& party : request.parties) value["parties"].push_back(to_json(party));
}

void read_sample(const Json& value, JobRequest& request) {
  request.model = value.at("model");
  request.rows = value.at("rows");
  request.seed = value.at("seed");
  request.gate = value.value("gate", request.gate);
  request.shards = value.value("shards", request.shards);
  request.terms = conditions::terms_from_json(value);
  request.complete = value.value("complete", request.complete);
  if (request.complete.empty()) return;
  request.name = value.at("name");
  request.table = value.at("table");
}

void write_sample(const JobRequest& request, Json& value) {
  value["model"] = request.model;
  value["rows"] = request.rows;
  value["seed"] = request.seed;
  value["gate"] = request.gate;
  if (request.shards != 1) value["shards"] = request.shards;
  conditions::add_to_json(request.terms, value);
  if (request.complete.empty()) return;
  value["complete"] = request.complete;
  value["name"] = request.name;
  value["table"] = request.table;
}

void read_evaluate(const Json& value, JobRequest& request) {
  request.name = value.at("name");
  request.comparison = value.at("comparison");
  request.seconds = value.at("seconds");
  request.bytes = value.at("bytes");
}

void write_evaluate(const JobRequest& request, Json& value) {
  value["name"] = request.name;
  value["comparison"] = request.comparison;
  value["seconds"] = request.seconds;
  value["bytes"] = request.bytes;
}

// What the kinds of jobs do not share.
struct KindFields {
  JobKind kind;
  void (*read)(const Json& value, JobRequest& request);
  void (*write)(const JobRequest& request, Json& value);
};
void read_nothing(const Json& /*value*/, JobRequest& /*request*/) {}
void write_nothing(const JobRequest& /*request*/, Json& /*value*/) {}

constexpr std::array<KindFields, 4> k_kinds{{{JobKind::fit, read_fit, write_fit},
                                             {JobKind::sample, read_sample, write_sample},
                                             {JobKind::evaluate, read_evaluate, write_evaluate},
                                             {JobKind::probe, read_nothing, write_nothing}}};

const KindFields& fields_of(JobKind kind) {
  return *std::find_if(k_kinds.begin(), k_kinds.end(),
                       [kind](const KindFields& one) { return one.kind == kind; });
}

}  // namespace

JobLimits lesser_of(const JobLimits& one, const JobLimits& other) {
  const auto lesser = [](std::uint64_t a, std::uint64_t b) {
    return a == 0 || b == 0 ? std::max(a, b) : std::min(a, b);
  };
  return {lesser(one.minutes, other.minutes), lesser(one.rows, other.rows),
          lesser(one.threads, other.threads)};
}

JobRequest request_from_json(const Json& value) {
  JobRequest request;
  request.kind = kind_of(value.at("kind"));
  request.user = value.at("user");
  request.limits = limits_of(value, "limits");
  request.asked = limits_of(value, "asked");
  request.table_sha256 = value.value("table_sha256", request.table_sha256);
  request.retry_of = value.value("retry_of", request.retry_of);
  fields_of(request.kind).read(value, request);
  return request;
}

Json to_json(const JobRequest& request) {
  Json value{{"kind", store::job_kind_name(request.kind)},
             {"user", request.user},
             {"limits", to_json(request.limits)}};
  if (request.asked != JobLimits()) value["asked"] = to_json(request.asked);
  if (!request.table_sha256.empty()) value["table_sha256"] = request.table_sha256;
  if (!request.retry_of.empty()) value["retry_of"] = request.retry_of;
  fields_of(request.kind).write(request, value);
  return value;
}

namespace {

std::vector<Product> products_of(const Json& status, const std::filesystem::path& path) {
  std::vector<Product> products;
  try {
    for (const Json& product : status.value("publish", Json::array()))
      products.push_back({product.at("file"), product.at("to")});
  } catch (const Json::exception&) {
    throw damaged(path);
  }
  return products;
}

}  // namespace

std::string table_file(std::size_t index) {
  const std::string name(store::k_table_file);
  return index == 0 ? name : fmt::format("{}-{}", name, index + 1);
}

std::string party_file(std::size_t index) {
  return store::party_file(index);
}

void JobFolder::write_request(const JobRequest& request) const {
  files::write_file(path_ / k_request, text_of(to_json(request)), files::AtomicFile::IfExists::replace);
}

Json JobFolder::read_request_json() const {
  return read_object(path_ / k_request);
}

JobRequest JobFolder::read_request() const {
  return request_of(read_request_json());
}

JobRequest JobFolder::request_of(const Json& stands_in_file) const {
  try {
    return request_from_json(stands_in_file);
  } catch (const Json::exception&) {
    throw damaged(path_ / k_request);
  }
}

void JobFolder::write_status(const JobStatus& status) const {
  Json value{{"state", store::job_state_name(status.state)}};
  if (!status.result.is_null()) value["result"] = status.result;
  if (!status.error.is_null()) value["error"] = status.error;
  for (const Product& product : status.publish)
    value["publish"].push_back({{"file", product.file}, {"to", product.to}});
  files::write_file(path_ / "status.json", text_of(value), files::AtomicFile::IfExists::replace);
}

JobStatus JobFolder::read_status() const {
  const auto path = path_ / "status.json";
  if (!std::filesystem::exists(path)) return {};
  const Json value = read_object(path);
  const auto state = store::job_state_from_name(value.value("state", ""));
  if (!state) throw damaged(path);
  return {*state, value.value("result", Json()), value.value("error", Json()), products_of(value, path)};
}

bool JobFolder::has_ended() const {
  try {
    return store::is_final(read_status().state);
  } catch (const Error& error) {
    if (error.kind() != Kind::bad_data) throw;
    return false;
  }
}

std::filesystem::path JobFolder::attempt(int number) const {
  return path_ / fmt::format("{}{}", k_attempt, number);
}

void JobFolder::write_start(const Json& record) const {
  files::write_file(path_ / k_start, text_of(record), files::AtomicFile::IfExists::replace);
}

Json JobFolder::read_start() const {
  try {
    return read_object(path_ / k_start);
  } catch (const Error&) {
    return nullptr;
  }
}

int starts_in(const Json& start) {
  const Json number = start.is_object() ? start.value("start", Json()) : Json();
  return number.is_number_integer() ? number.get<int>() : 1;
}

int JobFolder::attempts() const {
  int count = 0;
  while (std::filesystem::exists(attempt(count + 1))) ++count;
  return count;
}

bool JobFolder::may_go_on() const {
  constexpr int k_most_deaths = 3;
  try {
    const Json minutes = read_request_json().value("checkpoint", Json(0));
    if (!minutes.is_number() || minutes.get<double>() <= 0) return false;
  } catch (const Error&) {
    return false;
  }
  if (is_asked_to_stop() || !std::filesystem::exists(work_file(store::k_table_file))) return false;
  std::error_code none;
  const auto kept = std::filesystem::last_write_time(work_file(store::k_checkpoint_file), none);
  int deaths = 0;
  for (int i = 1; i <= attempts(); ++i) {
    std::error_code gone;
    const auto begun = std::filesystem::last_write_time(attempt(i), gone);
    if (none || gone || begun >= kept) ++deaths;
  }
  return deaths < k_most_deaths;
}

void JobFolder::ask_to_stop(const std::string& by) const {
  files::write_file(work_file(k_cancel), by, files::AtomicFile::IfExists::replace);
}

std::string JobFolder::asked_to_stop_by() const {
  constexpr std::size_t k_most = 256;
  try {
    return is_asked_to_stop() ? files::read_file(work_file(k_cancel), k_most) : "";
  } catch (const Error&) {
    // Whoever saw the end first removes it.
    return "";
  }
}

bool JobFolder::is_asked_to_stop() const {
  return std::filesystem::exists(work_file(k_cancel));
}

std::vector<std::filesystem::path> JobFolder::work_files() const {
  std::error_code ignored;
  std::vector<std::filesystem::path> found;
  for (const auto& entry : std::filesystem::directory_iterator(path_, ignored)) {
    if (is_work_file(entry.path().filename().string())) found.push_back(entry.path());
  }
  return found;
}

bool JobFolder::has_work_files() const {
  return !work_files().empty();
}

void JobFolder::remove_work_files() const {
  std::error_code ignored;
  for (const auto& path : work_files()) std::filesystem::remove(path, ignored);
}

void JobFolder::remove_products() const {
  std::error_code ignored;
  for (const auto& path : work_files())
    if (!is_among(path.filename().string(), k_resumed_from)) std::filesystem::remove(path, ignored);
}

}  // namespace ctgan::server::jobs
