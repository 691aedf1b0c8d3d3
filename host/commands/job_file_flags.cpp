#include "host/commands/job_file_flags.h"

#include <fmt/format.h>

#include <string>
#include <utility>

#include "common/errors/error.h"
#include "host/commands/command_line.h"
#include "host/commands/follow_job.h"
#include "host/job_files/job_file.h"

namespace ctgan::host::commands {

void take_job_file(FitFlags& flags) {
  job_files::JobFile file = job_files::read_job_file(flags.job_file);
  if (!file.method.empty() && !flags.method.empty() && flags.method != file.method) {
    throw errors::Error(errors::Kind::usage,
                        fmt::format("the job file asks for the method {}, and '--method' for {}",
                                    errors::quoted(file.method), errors::quoted(flags.method)),
                        "leave one of them out");
  }
  CommandContext context(flags.shared);
  for (const std::string& remark : file.remarks) tell_remark(context.progress(), remark);
  if (flags.method.empty()) flags.method = file.method;
  flags.options.merge(file.options);
  const auto take = [](std::string& flag, const std::string& said) {
    if (flag.empty()) flag = said;
  };
  take(flags.join, file.join);
  take(flags.dataset, file.dataset);
  take(flags.name, file.name);
  flags.job_file_parties = std::move(file.party_names);
}

}  // namespace ctgan::host::commands
