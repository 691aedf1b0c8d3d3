#include "server/runners/cloud_runner.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <chrono>

#include "common/errors/error.h"
#include "common/files/file.h"
#include "common/process/run_command.h"

namespace ctgan::server::runners {
namespace {

using errors::Error;
using errors::Kind;
using jobs::Json;
using jobs::Sight;
using jobs::Whereabouts;

constexpr std::string_view k_sight_file = "sight.json";

struct WordRow {
  std::string_view word;
  Whereabouts whereabouts;
};

Error failed(const std::string& tool, const process::CommandOutput& output) {
  std::string line = output.err.substr(0, output.err.find('\n'));
  if (line.empty()) line = output.took_too_long ? "it does not answer" : "it does not say why";
  return {Kind::try_again, fmt::format("'{}' failed: {}", tool, errors::visible(line)),
          "run the command by hand on the server; 'manage jobs show' prints it"};
}

// What was seen less than ten seconds ago, by whomever.
std::optional<Sight> fresh_sight(const std::filesystem::path& path, const Json& record) {
  constexpr std::chrono::seconds k_fresh{10};
  std::error_code none;
  const auto written = std::filesystem::last_write_time(path, none);
  if (none || std::filesystem::file_time_type::clock::now() - written > k_fresh) return std::nullopt;
  const Json kept = Json::parse(files::read_file(path), nullptr, false);
  if (!kept.is_object() || kept.value("start", 0) != record.value("start", 0)) return std::nullopt;
  return Sight{static_cast<Whereabouts>(kept.value("whereabouts", 0)), kept.value("words", "")};
}

}  // namespace

std::vector<std::string> CloudRunner::container_arguments(const std::string& job, const char* index) const {
  WorkerCommand there = worker_;
  if (!cloud_.root.empty()) there.layout = store::Layout(cloud_.root);
  if (!cloud_.program.empty()) there.program = cloud_.program;
  return shards(job) > 1 ? there.arguments(job, {"--shard-from", index}) : there.arguments(job);
}

Json CloudRunner::ask(const Argv& argv) const {
  const auto output = process::run_command(argv, std::chrono::seconds(cloud_.deadline_seconds));
  if (output.took_too_long || output.ended.code != 0) throw failed(argv.front(), output);
  Json answer = Json::parse(output.out, nullptr, false);
  if (answer.is_discarded())
    throw Error(Kind::try_again, fmt::format("'{}' answered something that is not JSON", argv.front()));
  return answer;
}

void CloudRunner::start(const std::string& /*job*/, Json& record) {
  const Json answer = ask(record.at("command").get<Argv>());
  try {
    record["id"] = id_of(answer);
  } catch (const Json::exception&) {
    // Found by its name then.
  }
}

std::string CloudRunner::known_id(const std::string& job, const Json& record) const {
  const std::string id = record.value("id", "");
  return id.empty() ? find(job, record) : id;
}

Sight CloudRunner::look_now(const std::string& job, const Json& record) const {
  try {
    const std::string id = known_id(job, record);
    if (id.empty()) return {};
    // Of an array the first task has the job; the others help.
    return describe(record.value("array", false) ? id + ":0" : id);
  } catch (const Error& error) {
    return {Whereabouts::waiting, error.sentence()};
  } catch (const Json::exception&) {
    return {Whereabouts::waiting, "the cloud's answer is none that is understood"};
  }
}

Sight CloudRunner::look(const std::string& job, const Json& record) {
  const jobs::JobFolder folder = worker_.folder(job);
  const auto path = folder.path() / k_sight_file;
  if (auto known = fresh_sight(path, record)) return *std::move(known);
  Sight seen = look_now(job, record);
  const Json kept{{"start", record.value("start", 0)},
                  {"whereabouts", static_cast<int>(seen.whereabouts)},
                  {"words", seen.words}};
  files::write_file(path, kept.dump(), files::AtomicFile::IfExists::replace);
  return seen;
}

void CloudRunner::stop(const std::string& job, const Json& record) {
  std::string id;
  try {
    id = known_id(job, record);
  } catch (const Json::exception&) {
    throw Error(Kind::try_again, "the cloud's answer is none that is understood");
  }
  if (id.empty()) return;
  const Argv* last = nullptr;
  process::CommandOutput output;
  const auto commands = stop_commands(id);
  for (const Argv& argv : commands) {
    last = &argv;
    output = process::run_command(argv, std::chrono::seconds(cloud_.deadline_seconds));
  }
  // The last one ends whatever runs; those before it fail where the job is too far for them.
  if (last != nullptr && (output.took_too_long || output.ended.code != 0))
    throw failed(last->front(), output);
  std::error_code ignored;
  std::filesystem::remove(worker_.folder(job).path() / k_sight_file, ignored);
}

// ---- AWS Batch ----

std::vector<std::string> AwsBatchRunner::aws(Argv words) const {
  Argv argv{"aws", "batch"};
  argv.insert(argv.end(), words.begin(), words.end());
  if (!settings_.region.empty()) argv.insert(argv.end(), {"--region", settings_.region});
  argv.insert(argv.end(), {"--output", "json"});
  return argv;
}

Json AwsBatchRunner::prepare(const std::string& job, int start) const {
  const std::string name = fmt::format("ctgan-{}-{}", job, start);
  const int shards = this->shards(job);
  const Json overrides{{"command", container_arguments(job, "AWS_BATCH_JOB_ARRAY_INDEX")}};
  Argv argv = aws({"submit-job", "--job-name", name, "--job-queue", settings_.queue, "--job-definition",
                   settings_.definition, "--container-overrides", overrides.dump()});
  if (shards > 1) argv.insert(argv.end(), {"--array-properties", fmt::format("size={}", shards)});
  argv.insert(argv.end(), cloud().options.begin(), cloud().options.end());
  return {{"name", name}, {"command", argv}, {"array", shards > 1}};
}

std::string AwsBatchRunner::id_of(const Json& answer) const {
  return answer.at("jobId");
}

std::string AwsBatchRunner::find(const std::string& /*job*/, const Json& record) const {
  const Json answer = ask(aws({"list-jobs", "--job-queue", settings_.queue, "--filters",
                               "name=JOB_NAME,values=" + record.value("name", "")}));
  for (const Json& one : answer.at("jobSummaryList"))
    if (one.at("jobName") == record.value("name", "")) return one.at("jobId");
  return {};
}

// "Job states" of the user guide. A job that was ended by its tools has failed, with the words of whoever ended it.
Sight AwsBatchRunner::describe(const std::string& id) const {
  constexpr std::array<WordRow, 7> k_states{{{"SUBMITTED", Whereabouts::waiting},
                                             {"PENDING", Whereabouts::waiting},
                                             {"RUNNABLE", Whereabouts::waiting},
                                             {"STARTING", Whereabouts::waiting},
                                             {"RUNNING", Whereabouts::alive},
                                             {"SUCCEEDED", Whereabouts::gone},
                                             {"FAILED", Whereabouts::gone}}};
  const Json answer = ask(aws({"describe-jobs", "--jobs", id}));
  if (answer.at("jobs").empty()) return {};
  const Json& found = answer.at("jobs").front();
  const std::string state = found.at("status"), reason = found.value("statusReason", "");
  const bool ended_by_hand = found.value("isCancelled", false) || found.value("isTerminated", false);
  const auto row =
      std::find_if(k_states.begin(), k_states.end(), [&](const WordRow& one) { return one.word == state; });
  const Whereabouts whereabouts = row == k_states.end() ? Whereabouts::unknown : row->whereabouts;
  const std::string words = reason.empty() ? state : fmt::format("{} ({})", state, reason);
  if (whereabouts != Whereabouts::gone) return {whereabouts, words};
  return {ended_by_hand ? Whereabouts::withdrawn : whereabouts, "the cloud says " + words};
}

std::vector<std::vector<std::string>> AwsBatchRunner::stop_commands(const std::string& id) const {
  // cancel-job takes back what has not begun, terminate-job ends what has, and what has not as well.
  return {aws({"cancel-job", "--job-id", id, "--reason", "cancelled by its user"}),
          aws({"terminate-job", "--job-id", id, "--reason", "cancelled by its user"})};
}

// ---- Google Cloud Run ----

std::vector<std::string> CloudRunRunner::gcloud(Argv words) const {
  Argv argv{"gcloud", "run", "jobs"};
  argv.insert(argv.end(), words.begin(), words.end());
  if (!settings_.region.empty()) argv.push_back("--region=" + settings_.region);
  if (!settings_.project.empty()) argv.push_back("--project=" + settings_.project);
  argv.insert(argv.end(), {"--format=json", "--quiet"});
  return argv;
}

Json CloudRunRunner::prepare(const std::string& job, int /*start*/) const {
  // "gcloud topic escaping": a list with a separator of its own, so that commas in paths are no separators.
  Argv arguments = container_arguments(job, "CLOUD_RUN_TASK_INDEX");
  arguments.erase(arguments.begin());
  const auto has_bar = [](const std::string& text) { return text.find('|') != std::string::npos; };
  if (std::any_of(arguments.begin(), arguments.end(), has_bar))
    throw Error(Kind::configuration, "the store's path has a '|', which cannot be given to 'gcloud'");
  Argv argv =
      gcloud({"execute", settings_.job, fmt::format("--args=^|^{}", fmt::join(arguments, "|")), "--async"});
  if (shards(job) > 1) argv.push_back(fmt::format("--tasks={}", shards(job)));
  argv.insert(argv.end(), cloud().options.begin(), cloud().options.end());
  return {{"command", argv}};
}

std::string CloudRunRunner::id_of(const Json& answer) const {
  return answer.at("metadata").at("name");
}

std::string CloudRunRunner::find(const std::string& job, const Json& /*record*/) const {
  const Json answer = ask(gcloud({"executions", "list", "--job=" + settings_.job, "--limit=100"}));
  // Newest first: the last start of the job.
  for (const Json& one : answer) {
    const Json& containers = one.at("spec").at("template").at("spec").at("containers");
    const Json arguments = containers.at(0).value("args", Json::array());
    if (std::find(arguments.begin(), arguments.end(), job) != arguments.end())
      return one.at("metadata").at("name");
  }
  return {};
}

// The condition "Completed" of an execution, and its counts.
Sight CloudRunRunner::describe(const std::string& id) const {
  const Json answer = ask(gcloud({"executions", "describe", id}));
  const Json status = answer.value("status", Json::object());
  for (const Json& condition : status.value("conditions", Json::array())) {
    if (condition.at("type") != "Completed") continue;
    const std::string completed = condition.at("status");
    const std::string words = condition.value("message", condition.value("reason", completed));
    if (completed == "True") return {Whereabouts::gone, "the cloud says " + words};
    if (completed != "False") break;
    const bool cancelled =
        status.value("cancelledCount", 0) > 0 || condition.value("reason", "") == "Cancelled";
    return {cancelled ? Whereabouts::withdrawn : Whereabouts::gone, "the cloud says " + words};
  }
  if (status.value("runningCount", 0) > 0) return {Whereabouts::alive, "running"};
  return {Whereabouts::waiting, "not running yet"};
}

std::vector<std::vector<std::string>> CloudRunRunner::stop_commands(const std::string& id) const {
  return {gcloud({"executions", "cancel", id})};
}

}  // namespace ctgan::server::runners
