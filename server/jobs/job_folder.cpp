#include "server/jobs/job_folder.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "common/errors/error.h"
#include "common/files/file.h"

namespace ctgan::server::jobs {
namespace {

using errors::Error;
using errors::Kind;

constexpr const char* k_request = "request.json";
constexpr const char* k_cancel = "cancel";
constexpr std::array<std::string_view, 7> k_kept{k_request,   "events.jsonl", "status.json", "lock",
                                                 "attempt-1", k_cancel,       "log"};

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

JobRequest request_of(const Json& value) {
  JobRequest request;
  request.kind = kind_of(value.at("kind"));
  request.user = value.at("user");
  if (request.kind == JobKind::fit) {
    request.name = value.at("name");
    request.method = value.value("method", request.method);
    request.options = value.at("options");
    request.table = value.at("table");
    request.held_out = value.value("held_out", request.held_out);
    request.report = value.value("report", request.report);
    request.keys = value.value("keys", request.keys);
    request.purpose = value.value("purpose", request.purpose);
    request.keep_combinations = value.value("keep_combinations", request.keep_combinations);
    request.basis = value.value("basis", request.basis);
    request.checkpoint_minutes = value.value("checkpoint", request.checkpoint_minutes);
  } else {
    request.model = value.at("model");
    request.rows = value.at("rows");
    request.seed = value.at("seed");
    request.gate = value.value("gate", request.gate);
    request.terms = conditions::terms_from_json(value);
    request.complete = value.value("complete", request.complete);
    if (request.complete.empty()) return request;
    request.name = value.at("name");
    request.table = value.at("table");
  }
  return request;
}

Json json_of(const JobRequest& request) {
  Json value{{"kind", store::job_kind_name(request.kind)}, {"user", request.user}};
  if (request.kind == JobKind::fit) {
    value["name"] = request.name;
    value["method"] = request.method;
    value["options"] = request.options;
    value["table"] = request.table;
    value["held_out"] = request.held_out;
    value["report"] = request.report;
    if (!request.keys.empty()) value["keys"] = request.keys;
    if (!request.purpose.empty()) value["purpose"] = request.purpose;
    if (!request.keep_combinations.empty()) value["keep_combinations"] = request.keep_combinations;
    if (!request.basis.empty()) value["basis"] = request.basis;
    if (request.checkpoint_minutes > 0) value["checkpoint"] = request.checkpoint_minutes;
  } else {
    value["model"] = request.model;
    value["rows"] = request.rows;
    value["seed"] = request.seed;
    value["gate"] = request.gate;
    conditions::add_to_json(request.terms, value);
    if (request.complete.empty()) return value;
    value["complete"] = request.complete;
    value["name"] = request.name;
    value["table"] = request.table;
  }
  return value;
}

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

void JobFolder::write_request(const JobRequest& request) const {
  files::write_file(path_ / k_request, text_of(json_of(request)), files::AtomicFile::IfExists::replace);
}

Json JobFolder::read_request_json() const {
  return read_object(path_ / k_request);
}

JobRequest JobFolder::read_request() const {
  try {
    return request_of(read_request_json());
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

void JobFolder::ask_to_stop() const {
  files::write_file(work_file(k_cancel), "", files::AtomicFile::IfExists::replace);
}

bool JobFolder::is_asked_to_stop() const {
  return std::filesystem::exists(work_file(k_cancel));
}

std::vector<std::filesystem::path> JobFolder::work_files() const {
  std::error_code ignored;
  std::vector<std::filesystem::path> found;
  for (const auto& entry : std::filesystem::directory_iterator(path_, ignored)) {
    const std::string name = entry.path().filename().string();
    if (std::find(k_kept.begin(), k_kept.end(), name) == k_kept.end()) found.push_back(entry.path());
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

}  // namespace ctgan::server::jobs
