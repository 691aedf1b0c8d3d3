#include "server/commands/leftovers.h"

#include <fmt/format.h>

#include <exception>
#include <vector>

#include "server/accounts/retention.h"
#include "server/store/periodic.h"

namespace ctgan::server::commands {
namespace {

void append(std::vector<std::string>& parts, std::size_t count, const char* one, const char* several) {
  if (count > 0) parts.push_back(fmt::format("{} {}", count, count == 1 ? one : several));
}

}  // namespace

Leftovers reap_leftovers(OpenStore& open, jobs::Thoroughness thoroughness) {
  constexpr std::time_t k_hour = 3600;
  jobs::JobBook book = jobs_of(open);
  Leftovers found{jobs::reap(open.store, book, thoroughness), 0};
  if (!open.settings.retention.is_on()) return found;
  const bool due = store::is_due(open.store.layout().last_expired(), k_hour);
  if (!due && thoroughness == jobs::Thoroughness::due) return found;
  audit::Trail trail = trail_of(open, {"os:retention", "", ""});
  found.expired = accounts::delete_expired(open.store, open.settings.retention, trail);
  return found;
}

void reap_on_the_way(OpenStore& open) {
  try {
    reap_leftovers(open, jobs::Thoroughness::due);
  } catch (const std::exception&) {
    // A full disk or a busy database: the next connection tries again, and doctor says it.
  }
}

std::string leftovers_text(const Leftovers& found) {
  const jobs::Reaped& reaped = found.reaped;
  std::vector<std::string> parts;
  append(parts, reaped.jobs, "job that died", "jobs that died");
  append(parts, reaped.uploads, "upload that nobody holds", "uploads that nobody holds");
  append(parts, reaped.orphans, "file or folder of nothing", "files or folders of nothing");
  append(parts, found.expired, "result that was too old", "results that were too old");
  if (parts.empty()) return "nothing was left behind";
  return fmt::format("removed what was left: {}", fmt::join(parts, ", "));
}

}  // namespace ctgan::server::commands
