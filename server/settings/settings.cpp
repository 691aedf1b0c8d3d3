#include "server/settings/settings.h"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <vector>

#include "common/errors/closest.h"
#include "common/errors/error.h"
#include "common/files/file.h"

namespace ctgan::server::settings {
namespace {

using errors::Error;
using errors::Kind;
using Json = nlohmann::json;

constexpr std::size_t k_file_limit = 65536;

// Reads one object of the file, key by key; what is left over at the end is unknown.
class Section {
 public:
  Section(const std::filesystem::path& path, const Json& value, std::string prefix)
      : path_(path), value_(value), prefix_(std::move(prefix)) {
    if (!value_.is_object()) fail(prefix_.empty() ? "the content" : prefix_, "must be an object");
  }

  const Json* find(const std::string& key) {
    known_.push_back(key);
    const auto found = value_.find(key);
    return found == value_.end() ? nullptr : &*found;
  }
  void read(const std::string& key, bool& out) {
    const Json* value = find(key);
    if (value == nullptr) return;
    if (!value->is_boolean()) fail(prefix_ + key, "must be true or false");
    out = value->get<bool>();
  }
  void read(const std::string& key, std::uint64_t& out, std::uint64_t least = 1) {
    const Json* value = find(key);
    if (value == nullptr) return;
    if (!value->is_number_unsigned() || value->get<std::uint64_t>() < least)
      fail(prefix_ + key, fmt::format("must be a whole number of at least {}", least));
    out = value->get<std::uint64_t>();
  }
  void read(const std::string& key, std::optional<std::uint64_t>& out) {
    std::uint64_t number = 0;
    read(key, number);
    if (number > 0) out = number;
  }
  void read(const std::string& key, double& out, double low, double high) {
    const Json* value = find(key);
    if (value == nullptr || !value->is_number() || value->get<double>() < low || value->get<double>() > high)
      fail(prefix_ + key, fmt::format("must be a number from {} to {}", low, high));
    out = value->get<double>();
  }
  // Of a file on this machine.
  void read(const std::string& key, std::filesystem::path& out) {
    std::string text;
    read(key, text);
    out = text;
    if (!text.empty() && !out.is_absolute()) fail(prefix_ + key, "must be an absolute path");
  }
  void read(const std::string& key, std::string& out) {
    const Json* value = find(key);
    if (value == nullptr) return;
    if (!value->is_string()) fail(prefix_ + key, "must be a text");
    out = value->get<std::string>();
  }
  void read(const std::string& key, std::string& out, const std::vector<std::string>& choices) {
    read(key, out);
    if (std::find(choices.begin(), choices.end(), out) == choices.end())
      fail(prefix_ + key, fmt::format("must be one of {}", fmt::join(choices, ", ")));
  }
  void read(const std::string& key, std::vector<std::string>& out) {
    const Json* value = find(key);
    if (value == nullptr) return;
    const bool texts = value->is_array() && std::all_of(value->begin(), value->end(),
                                                        [](const Json& one) { return one.is_string(); });
    if (!texts) fail(prefix_ + key, "must be a list of texts");
    out = value->get<std::vector<std::string>>();
  }
  void refuse_unknown() const {
    for (const auto& [key, value] : value_.items()) {
      if (std::find(known_.begin(), known_.end(), key) != known_.end()) continue;
      throw Error(
          Kind::configuration,
          fmt::format("{}: unknown key {}", errors::quoted(path_.string()), errors::quoted(prefix_ + key)),
          errors::suggestion(key, known_));
    }
  }

 private:
  [[noreturn]] void fail(const std::string& what, std::string_view rule) const {
    throw Error(Kind::configuration,
                fmt::format("{}: {} {}", errors::quoted(path_.string()), errors::quoted(what), rule));
  }

  const std::filesystem::path& path_;
  const Json& value_;
  std::string prefix_;
  std::vector<std::string> known_;
};

void read_worker(Section& section, CloudWorker& worker) {
  section.read("root", worker.root);
  section.read("program", worker.program);
  section.read("options", worker.options);
  section.read("deadline_seconds", worker.deadline_seconds);
}

PrivacyDefault read_privacy(Section section) {
  constexpr double k_least_epsilon = 1e-9, k_most_epsilon = 1e9, k_most_delta = 0.999;
  PrivacyDefault budget;
  section.read("default_epsilon", budget.epsilon, k_least_epsilon, k_most_epsilon);
  section.read("default_delta", budget.delta, 0, k_most_delta);
  section.read("default_accounting", budget.accounting, {"basic", "concentrated"});
  section.refuse_unknown();
  if (budget.accounting != "basic" && budget.delta == 0)
    throw Error(Kind::configuration,
                "'privacy.default_accounting' is concentrated, which takes a delta above 0",
                "say one as 'privacy.default_delta': 1e-6");
  return budget;
}

}  // namespace

Settings read_settings(const std::filesystem::path& path) {
  constexpr bool k_throwing = false, k_comments = true;
  const Json content = Json::parse(files::read_file(path, k_file_limit), nullptr, k_throwing, k_comments);
  if (content.is_discarded()) {
    throw Error(Kind::configuration, fmt::format("{} is not valid JSON", errors::quoted(path.string())));
  }
  Settings settings;
  Section all(path, content, "");
  all.read("shared", settings.shared);
  all.read("runner", settings.runner);
  all.read("release_gate", settings.release_gate, {"off", "warn", "refuse"});
  all.read("method", settings.method, options::method_names());
  all.read("authorized_keys", settings.authorized_keys);
  all.read("encryption_key_file", settings.encryption_key_file);
  all.read("retention_days", settings.retention.days);
  all.read("retention_keep", settings.retention.keep);
  all.read("audit_bytes", settings.audit.bytes);
  all.read("audit_files", settings.audit.files);
  if (const Json* privacy = all.find("privacy"))
    settings.privacy = read_privacy({path, *privacy, "privacy."});
  if (const Json* limits = all.find("limits")) {
    Section section(path, *limits, "limits.");
    section.read("upload_bytes", settings.limits.upload_bytes);
    section.read("inbox_files", settings.limits.inbox_files);
    section.read("sample_rows", settings.limits.sample_rows);
    section.read("running_jobs", settings.limits.running_jobs);
    section.read("running_jobs_of_user", settings.limits.running_jobs_of_user);
    section.read("kept_for_samples", settings.limits.kept_for_samples, 0);
    section.read("job_threads", settings.limits.job_threads);
    section.read("stored_bytes_of_user", settings.limits.stored_bytes_of_user);
    section.read("models_of_user", settings.limits.models_of_user);
    section.read("queued_jobs_of_user", settings.limits.queued_jobs_of_user);
    section.read("job_minutes", settings.limits.job_minutes);
    section.read("idle_seconds", settings.limits.idle_seconds);
    section.read("plan_seconds", settings.limits.plan_seconds);
    section.read("evaluate_seconds", settings.limits.evaluate_seconds);
    section.read("answer_bytes", settings.limits.answer_bytes);
    section.refuse_unknown();
  }
  if (const Json* slurm = all.find("slurm")) {
    Section section(path, *slurm, "slurm.");
    section.read("options", settings.slurm.options);
    section.read("cpus", settings.slurm.cpus);
    section.read("conf", settings.slurm.conf);
    section.read("deadline_seconds", settings.slurm.deadline_seconds);
    section.refuse_unknown();
  }
  if (const Json* aws = all.find("aws_batch")) {
    Section section(path, *aws, "aws_batch.");
    section.read("queue", settings.aws_batch.queue);
    section.read("definition", settings.aws_batch.definition);
    section.read("region", settings.aws_batch.region);
    read_worker(section, settings.aws_batch.worker);
    section.refuse_unknown();
  }
  if (const Json* google = all.find("cloud_run")) {
    Section section(path, *google, "cloud_run.");
    section.read("job", settings.cloud_run.job);
    section.read("region", settings.cloud_run.region);
    section.read("project", settings.cloud_run.project);
    read_worker(section, settings.cloud_run.worker);
    section.refuse_unknown();
  }
  all.refuse_unknown();
  return settings;
}

void write_settings(const std::filesystem::path& path, const Settings& settings) {
  const nlohmann::ordered_json content{{"shared", settings.shared},
                                       {"runner", settings.runner},
                                       {"release_gate", settings.release_gate},
                                       {"method", settings.method},
                                       {"limits",
                                        {{"upload_bytes", settings.limits.upload_bytes},
                                         {"inbox_files", settings.limits.inbox_files},
                                         {"sample_rows", settings.limits.sample_rows},
                                         {"running_jobs", settings.limits.running_jobs},
                                         {"running_jobs_of_user", settings.limits.running_jobs_of_user},
                                         {"kept_for_samples", settings.limits.kept_for_samples},
                                         {"job_threads", settings.limits.job_threads},
                                         {"stored_bytes_of_user", settings.limits.stored_bytes_of_user},
                                         {"models_of_user", settings.limits.models_of_user},
                                         {"queued_jobs_of_user", settings.limits.queued_jobs_of_user},
                                         {"job_minutes", settings.limits.job_minutes},
                                         {"idle_seconds", settings.limits.idle_seconds},
                                         {"plan_seconds", settings.limits.plan_seconds},
                                         {"evaluate_seconds", settings.limits.evaluate_seconds},
                                         {"answer_bytes", settings.limits.answer_bytes}}}};
  files::write_file(path, content.dump(2) + "\n", files::AtomicFile::IfExists::refuse);
}

}  // namespace ctgan::server::settings
