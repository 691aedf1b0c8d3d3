#include "host/commands/asked_limits.h"

#include <fmt/format.h>

#include <utility>

#include "common/command_line/whole_number.h"
#include "common/errors/error.h"
#include "common/protocol/message.h"

namespace ctgan::host::commands {

AskedLimits::AskedLimits(const std::string& threads, const std::string& minutes) {
  for (const auto& [name, text] : {std::pair{"threads", &threads}, std::pair{"minutes", &minutes}}) {
    if (text->empty()) continue;
    const std::string flag = fmt::format("--{}", name);
    const std::uint64_t number = command_line::whole_number(*text, flag);
    if (number == 0)
      throw errors::Error(errors::Kind::usage, fmt::format("'{}' takes a whole number from 1 on", flag));
    asked_[name] = number;
  }
}

void AskedLimits::require_known(const Connection& connection) const {
  for (const auto& [name, number] : asked_.items())
    connection.require_feature(protocol::k_job_limits_feature, "takes no limits of a job",
                               fmt::format("--{}", name));
}

}  // namespace ctgan::host::commands
