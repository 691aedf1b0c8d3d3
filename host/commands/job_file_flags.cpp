#include "host/commands/job_file_flags.h"

#include <fmt/format.h>

#include <string>
#include <utility>

#include "common/errors/error.h"
#include "host/commands/command_line.h"
#include "host/commands/follow_job.h"
#include "host/job_files/job_file.h"

namespace ctgan::host::commands {
namespace {

constexpr const char *k_epsilon = "epsilon", *k_rho = "rho";

// What is spent is said once: a typed epsilon takes the place of the file's rho, and the other way round. A file that
// names a private method and says neither means an epsilon of 1, as the tutorial does.
void take_options(std::map<std::string, std::string>& typed, job_files::JobFile& file) {
  if (typed.contains(k_epsilon)) file.options.erase(k_rho);
  if (typed.contains(k_rho)) file.options.erase(k_epsilon);
  typed.merge(file.options);
  const options::Method* method = options::known_method(file.method);
  if (method == nullptr || !method->is_private || typed.contains(k_epsilon) || typed.contains(k_rho)) return;
  typed[k_epsilon] = "1";
  file.remarks.emplace_back("epsilon is 1, since the job file does not say it");
}

}  // namespace

void take_job_file(FitFlags& flags) {
  job_files::JobFile file = job_files::read_job_file(flags.job_file);
  if (!file.method.empty() && !flags.method.empty() && flags.method != file.method) {
    throw errors::Error(errors::Kind::usage,
                        fmt::format("the job file asks for the method {}, and '--method' for {}",
                                    errors::quoted(file.method), errors::quoted(flags.method)),
                        "leave one of them out");
  }
  if (flags.method.empty()) flags.method = file.method;
  take_options(flags.options, file);
  CommandContext context(flags.shared);
  for (const std::string& remark : file.remarks) tell_remark(context.progress(), remark);
  const auto take = [](std::string& flag, const std::string& said) {
    if (flag.empty()) flag = said;
  };
  take(flags.join, file.join);
  take(flags.dataset, file.dataset);
  take(flags.name, file.name);
  take(flags.threads, file.threads);
  take(flags.minutes, file.minutes);
  if (flags.table.metadata.empty()) {
    flags.table.metadata = file.metadata;
    flags.table.columns = std::move(file.columns);
  }
  flags.job_file_parties = std::move(file.party_names);
}

}  // namespace ctgan::host::commands
