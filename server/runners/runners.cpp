#include "server/runners/runners.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "common/errors/closest.h"
#include "common/errors/error.h"
#include "server/runners/cloud_runner.h"
#include "server/runners/process_runner.h"
#include "server/runners/slurm_runner.h"

namespace ctgan::server::runners {
namespace {

using Runner = std::unique_ptr<jobs::JobRunner>;

void require(const std::string& value, const char* key) {
  if (!value.empty()) return;
  throw errors::Error(errors::Kind::configuration,
                      fmt::format("the runner needs '{}' in settings.json", key));
}

struct RunnerRow {
  const char* name;
  Runner (*make)(const settings::Settings& settings, const WorkerCommand& worker);
};

constexpr std::array<RunnerRow, 4> k_table{{
    {"process",
     [](const settings::Settings&, const WorkerCommand& worker) -> Runner {
       return std::make_unique<ProcessRunner>(worker);
     }},
    {"slurm",
     [](const settings::Settings& settings, const WorkerCommand& worker) -> Runner {
       return std::make_unique<SlurmRunner>(settings.slurm, worker);
     }},
    {"aws-batch",
     [](const settings::Settings& settings, const WorkerCommand& worker) -> Runner {
       require(settings.aws_batch.queue, "aws_batch.queue");
       require(settings.aws_batch.definition, "aws_batch.definition");
       return std::make_unique<AwsBatchRunner>(settings.aws_batch, worker);
     }},
    {"cloud-run",
     [](const settings::Settings& settings, const WorkerCommand& worker) -> Runner {
       require(settings.cloud_run.job, "cloud_run.job");
       return std::make_unique<CloudRunRunner>(settings.cloud_run, worker);
     }},
}};

}  // namespace

Runner make_runner(const settings::Settings& settings, const store::Layout& layout,
                   const std::filesystem::path& program) {
  const auto row = std::find_if(k_table.begin(), k_table.end(),
                                [&](const RunnerRow& one) { return one.name == settings.runner; });
  if (row != k_table.end()) return row->make(settings, {layout, program});
  std::vector<std::string> known;
  for (const RunnerRow& one : k_table) known.emplace_back(one.name);
  throw errors::Error(errors::Kind::configuration,
                      fmt::format("there is no job runner {}", errors::quoted(settings.runner)),
                      errors::suggestion(settings.runner, known));
}

}  // namespace ctgan::server::runners
