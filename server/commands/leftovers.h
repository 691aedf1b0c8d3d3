// What died left behind, removed by whoever comes (server/jobs/reaper.h).
#pragma once

#include <string>

#include "server/commands/open_store.h"
#include "server/jobs/reaper.h"

namespace ctgan::server::commands {

jobs::Reaped reap_leftovers(OpenStore& open, jobs::Thoroughness thoroughness);

// As above for a connection, which has another purpose and lives without it.
void reap_on_the_way(OpenStore& open);

// "removed what was left of 1 job and 2 uploads", "nothing was left behind"
std::string leftovers_text(const jobs::Reaped& reaped);

}  // namespace ctgan::server::commands
