#include <fmt/format.h>

#include "server/commands/commands.h"
#include "server/commands/leftovers.h"

namespace ctgan::server::commands {

Outcome reap(const std::filesystem::path& root) {
  OpenStore open(root);
  return {leftovers_text(reap_leftovers(open, jobs::Thoroughness::whole)) + "\n"};
}

}  // namespace ctgan::server::commands
