#include "server/runners/slurm_runner.h"

#include <fmt/format.h>
#include <sys/stat.h>

#include <algorithm>
#include <array>
#include <ctime>
#include <sstream>

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

constexpr const char* k_script = "batch";

struct StateRow {
  std::string_view state;
  Whereabouts whereabouts;
};
// "Job state codes" of squeue(1). What is revoked or preempted comes back under its own state where it does.
constexpr std::array<StateRow, 24> k_states{{
    {"PENDING", Whereabouts::waiting},      {"CONFIGURING", Whereabouts::waiting},
    {"REQUEUED", Whereabouts::waiting},     {"REQUEUE_FED", Whereabouts::waiting},
    {"REQUEUE_HOLD", Whereabouts::waiting}, {"RESV_DEL_HOLD", Whereabouts::waiting},
    {"SPECIAL_EXIT", Whereabouts::waiting}, {"RUNNING", Whereabouts::alive},
    {"COMPLETING", Whereabouts::alive},     {"RESIZING", Whereabouts::alive},
    {"SIGNALING", Whereabouts::alive},      {"STAGE_OUT", Whereabouts::alive},
    {"STOPPED", Whereabouts::alive},        {"SUSPENDED", Whereabouts::alive},
    {"COMPLETED", Whereabouts::gone},       {"FAILED", Whereabouts::gone},
    {"TIMEOUT", Whereabouts::gone},         {"NODE_FAIL", Whereabouts::gone},
    {"OUT_OF_MEMORY", Whereabouts::gone},   {"BOOT_FAIL", Whereabouts::gone},
    {"DEADLINE", Whereabouts::gone},        {"PREEMPTED", Whereabouts::gone},
    {"REVOKED", Whereabouts::gone},         {"CANCELLED", Whereabouts::withdrawn},
}};

std::vector<std::string> fields_of(const std::string& line) {
  std::vector<std::string> fields;
  std::istringstream stream(line);
  for (std::string field; std::getline(stream, field, '|');) fields.push_back(field);
  return fields;
}

std::string first_line(const std::string& text) {
  return text.substr(0, text.find('\n'));
}

// What was said, or why nothing was.
std::string complaint(const process::CommandOutput& output) {
  if (output.took_too_long) return "it does not answer";
  const std::string line = first_line(output.err);
  return line.empty() ? "it does not say why" : line;
}

Error unreachable(const char* command, const process::CommandOutput& output) {
  return {Kind::try_again, fmt::format("{} failed: {}", command, errors::visible(complaint(output))),
          "see to it that the cluster's controller answers"};
}

bool succeeded(const process::CommandOutput& output) {
  return !output.took_too_long && output.ended.code == 0;
}

// A controller that is away is no refusal.
bool is_refusal(const process::CommandOutput& output) {
  constexpr std::array<std::string_view, 4> k_absences{"Unable to contact slurm controller",
                                                       "Socket timed out", "Connection refused",
                                                       "Protocol authentication error"};
  const auto says = [&](std::string_view words) { return output.err.find(words) != std::string::npos; };
  return !output.took_too_long && std::none_of(k_absences.begin(), k_absences.end(), says);
}

std::string job_name(const std::string& job, int start) {
  return fmt::format("ctgan-{}-{}", job, start);
}

// "TIMEOUT (TimeLimit)".
std::string words_of(const std::string& state, const std::string& reason) {
  const bool told = !reason.empty() && reason != "None";
  return told ? fmt::format("{} ({})", state, reason) : state;
}

Sight sight(const std::string& state, const std::string& reason) {
  const Whereabouts whereabouts = slurm_whereabouts(state);
  std::string words = words_of(state, reason);
  if (whereabouts == Whereabouts::gone) words = fmt::format("the cluster says {}", words);
  return {whereabouts, words};
}

}  // namespace

Whereabouts slurm_whereabouts(std::string_view state) {
  const std::string_view word = state.substr(0, state.find_first_of(" +"));
  const auto row =
      std::find_if(k_states.begin(), k_states.end(), [&](const StateRow& one) { return one.state == word; });
  return row == k_states.end() ? Whereabouts::unknown : row->whereabouts;
}

std::vector<std::string> SlurmRunner::command(std::vector<std::string> argv) const {
  if (settings_.conf.empty()) return argv;
  argv.insert(argv.begin(), {"/usr/bin/env", "SLURM_CONF=" + settings_.conf});
  return argv;
}

Json SlurmRunner::prepare(const std::string& job, int start) const {
  const jobs::JobFolder folder = worker_.folder(job);
  const std::string name = job_name(job, start);
  std::vector<std::string> argv{
      "sbatch", "--parsable", "--job-name=" + name, "--output=" + folder.log().string(),
      // Or the next start would empty it.
      "--open-mode=append", "--chdir=" + worker_.layout.root().string(),
      // Nothing of this process's surroundings but where programs are.
      "--export=PATH=/usr/local/bin:/usr/bin:/bin", folder.may_go_on() ? "--requeue" : "--no-requeue",
      fmt::format("--cpus-per-task={}", settings_.cpus)};
  const int shards = worker_.shards(job);
  if (shards > 1) argv.push_back(fmt::format("--array=0-{}", shards - 1));
  argv.insert(argv.end(), settings_.options.begin(), settings_.options.end());
  argv.push_back(folder.work_file(k_script).string());
  std::vector<std::string> options{"--threads", std::to_string(settings_.cpus)};
  if (shards > 1) options.insert(options.end(), {"--shard-from", "SLURM_ARRAY_TASK_ID"});
  const auto worker = worker_.arguments(job, options);
  argv.insert(argv.end(), worker.begin(), worker.end());
  return {{"name", name}, {"command", command(std::move(argv))}};
}

void SlurmRunner::start(const std::string& job, Json& record) {
  // The program and its arguments are given beside it: no path is ever read by a shell.
  files::write_file(worker_.folder(job).work_file(k_script), "#!/bin/sh\nexec \"$@\"\n",
                    files::AtomicFile::IfExists::replace);
  const auto output = process::run_command(record.at("command").get<std::vector<std::string>>(),
                                           std::chrono::seconds(settings_.deadline_seconds));
  if (!succeeded(output)) {
    if (!is_refusal(output)) throw unreachable("sbatch", output);
    throw Error(Kind::unavailable,
                fmt::format("the cluster refuses the job: {}", errors::visible(complaint(output))),
                "the administrator's settings.json says what is asked of it ('slurm')");
  }
  // "ID" or "ID;CLUSTER".
  record["id"] = first_line(output.out).substr(0, output.out.find_first_of(";\n"));
  read_.reset();
}

Sight SlurmRunner::look(const std::string& /*job*/, const Json& record) {
  const std::string name = record.value("name", "");
  read_queue();
  if (!queue_) return {Whereabouts::waiting, "the cluster does not answer"};
  const auto row =
      std::find_if(queue_->begin(), queue_->end(), [&](const Row& one) { return one.name == name; });
  return row == queue_->end() ? look_at_past(name) : sight(row->state, row->reason);
}

// squeue forgets a job minutes after its end; accounting, where it is kept, does not.
Sight SlurmRunner::look_at_past(const std::string& name) const {
  const std::time_t week_ago = std::time(nullptr) - std::time_t{7} * 24 * 3600;
  tm date{};
  localtime_r(&week_ago, &date);
  const std::string since =
      fmt::format("{:04}-{:02}-{:02}", date.tm_year + 1900, date.tm_mon + 1, date.tm_mday);
  try {
    const auto output = process::run_command(
        command({"sacct", "-n", "-P", "-X", "-S", since, "--name=" + name, "-o", "State"}),
        std::chrono::seconds(settings_.deadline_seconds));
    const std::string state = first_line(output.out);
    if (succeeded(output) && !state.empty()) return sight(state, "");
  } catch (const Error&) {
    // No accounting here.
  }
  return {Whereabouts::unknown, ""};
}

void SlurmRunner::stop(const std::string& /*job*/, const Json& record) {
  const std::string name = record.value("name", "");
  if (name.empty()) return;
  const auto output = process::run_command(command({"scancel", "--quiet", "--me", "--name=" + name}),
                                           std::chrono::seconds(settings_.deadline_seconds));
  if (!succeeded(output)) throw unreachable("scancel", output);
  read_.reset();
}

bool SlurmRunner::is_given_up() const {
  constexpr std::time_t k_pause_seconds = 30;
  struct stat mark {};
  const auto path = worker_.layout.runner_unreachable();
  return stat(path.c_str(), &mark) == 0 && std::time(nullptr) - mark.st_mtime < k_pause_seconds;
}

void SlurmRunner::read_queue() {
  constexpr std::chrono::seconds k_fresh{1};
  if (read_ && Clock::now() - *read_ < k_fresh) return;
  read_ = Clock::now();
  queue_.reset();
  if (is_given_up()) return;
  const auto output = process::run_command(
      command({"squeue", "--noheader", "--me", "--states=all", "-r", "-o", "%j|%K|%T|%r"}),
      std::chrono::seconds(settings_.deadline_seconds));
  if (!succeeded(output)) {
    files::write_file(worker_.layout.runner_unreachable(), "", files::AtomicFile::IfExists::replace);
    return;
  }
  queue_.emplace();
  std::istringstream lines(output.out);
  for (std::string line; std::getline(lines, line);) {
    std::vector<std::string> fields = fields_of(line);
    fields.resize(4);
    // Of an array the first task has the job; the others help.
    if (fields[1] == "0" || fields[1] == "N/A") queue_->push_back({fields[0], fields[2], fields[3]});
  }
}

}  // namespace ctgan::server::runners
