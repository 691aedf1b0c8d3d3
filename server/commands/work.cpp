#include "server/commands/commands.h"
#include "server/worker/worker.h"

namespace ctgan::server::commands {

Outcome work(const std::filesystem::path& root, const std::string& job) {
  worker::run_job(root, job);
  return {};
}

}  // namespace ctgan::server::commands
