#include "server/jobs/job_runner.h"

#include <fmt/format.h>

#include <vector>

#include "common/errors/closest.h"
#include "common/errors/error.h"
#include "server/jobs/process_runner.h"

namespace ctgan::server::jobs {

std::unique_ptr<JobRunner> make_runner(const std::string& name, const store::Layout& layout) {
  if (name == "process") return std::make_unique<ProcessRunner>(layout);
  const std::vector<std::string> known{"process"};
  throw errors::Error(errors::Kind::configuration,
                      fmt::format("there is no job runner {}", errors::quoted(name)),
                      errors::suggestion(name, known));
}

}  // namespace ctgan::server::jobs
