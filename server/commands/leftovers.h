// What died left behind, removed by whoever comes (server/jobs/reaper.h).
#pragma once

#include <string>

#include "server/commands/open_store.h"
#include "server/jobs/reaper.h"

namespace ctgan::server::commands {

struct Leftovers {
  jobs::Reaped reaped;
  std::size_t expired = 0;  // results that were older than the settings want (server/accounts/retention.h)
};

Leftovers reap_leftovers(OpenStore& open, jobs::Thoroughness thoroughness);

// As above for a connection, which has another purpose and lives without it.
void reap_on_the_way(OpenStore& open);

// "removed what was left of 1 job and 2 uploads", "nothing was left behind"
std::string leftovers_text(const Leftovers& found);

}  // namespace ctgan::server::commands
