// `manage inbox`: tables that wait on the server, sent with scp or left by a fit that broke off.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "common/progress/progress.h"
#include "host/session/session.h"

namespace ctgan::host::commands {

void list_inbox(session::Session& session, progress::Progress& progress);

// Deletes all uploads of each name in `words` (or the one of that id); `confirm` is asked before each with
// its name and throws to keep it. Throws Error(no_input) with the closest name before anything is deleted.
void delete_from_inbox(session::Session& session, progress::Progress& progress,
                       const std::vector<std::string>& words,
                       const std::function<void(const std::string& name)>& confirm);

}  // namespace ctgan::host::commands
