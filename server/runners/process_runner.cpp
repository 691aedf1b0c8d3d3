#include "server/runners/process_runner.h"

#include <chrono>
#include <optional>
#include <vector>

#include "common/process/child_process.h"

namespace ctgan::server::runners {
namespace {

using jobs::Json;
using jobs::Whereabouts;

std::optional<process::ProcessId> process_of(const Json& record) {
  const Json text = record.value("process", Json());
  return text.is_string() ? process::process_id_from_text(text.get_ref<const std::string&>()) : std::nullopt;
}

}  // namespace

Json ProcessRunner::prepare(const std::string& job, int /*start*/) const {
  return {{"command", worker_.arguments(job, {"--dispatch"})}, {"helpers", worker_.shards(job) - 1}};
}

void ProcessRunner::start(const std::string& job, Json& record) {
  const auto command = record.at("command").get<std::vector<std::string>>();
  const auto log = worker_.folder(job).log();
  record["process"] = process::to_text(process::start_detached(command, log));
  // They end by themselves, with the job; one that does not start is not missed.
  for (int i = 1; i <= record.value("helpers", 0); ++i)
    process::start_detached(worker_.arguments(job, {"--shard", std::to_string(i)}), log);
}

jobs::Sight ProcessRunner::look(const std::string& /*job*/, const Json& record) {
  const auto process = process_of(record);
  // Another boot: whether it had begun is for its claim to say.
  if (!process || !process::is_of_this_machine(*process)) return {Whereabouts::unknown, ""};
  return {process::is_alive(*process) ? Whereabouts::alive : Whereabouts::gone, ""};
}

void ProcessRunner::stop(const std::string& /*job*/, const Json& record) {
  constexpr std::chrono::milliseconds k_patience{1000};
  if (const auto process = process_of(record)) process::kill_process(*process, k_patience);
}

}  // namespace ctgan::server::runners
