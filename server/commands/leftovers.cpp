#include "server/commands/leftovers.h"

#include <fmt/format.h>

#include <exception>
#include <vector>

namespace ctgan::server::commands {
namespace {

void append(std::vector<std::string>& parts, std::size_t count, const char* one, const char* several) {
  if (count > 0) parts.push_back(fmt::format("{} {}", count, count == 1 ? one : several));
}

}  // namespace

jobs::Reaped reap_leftovers(OpenStore& open, jobs::Thoroughness thoroughness) {
  jobs::JobBook book = jobs_of(open);
  return jobs::reap(open.store, book, thoroughness);
}

void reap_on_the_way(OpenStore& open) {
  try {
    reap_leftovers(open, jobs::Thoroughness::due);
  } catch (const std::exception&) {
    // A full disk or a busy database: the next connection tries again, and doctor says it.
  }
}

std::string leftovers_text(const jobs::Reaped& reaped) {
  std::vector<std::string> parts;
  append(parts, reaped.jobs, "job that died", "jobs that died");
  append(parts, reaped.uploads, "upload that nobody holds", "uploads that nobody holds");
  append(parts, reaped.orphans, "file or folder of nothing", "files or folders of nothing");
  if (parts.empty()) return "nothing was left behind";
  return fmt::format("removed what was left: {}", fmt::join(parts, ", "));
}

}  // namespace ctgan::server::commands
