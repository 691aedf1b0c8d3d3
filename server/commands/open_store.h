// From a data root to an open store.
#pragma once

#include <filesystem>
#include <string>

#include "server/audit/trail.h"
#include "server/jobs/job_book.h"
#include "server/settings/settings.h"
#include "server/store/store.h"

namespace ctgan::server::commands {

struct OpenStore {
  // Throws Error(no_input) when no store was made there.
  explicit OpenStore(const std::filesystem::path& root);

  store::Store store;
  settings::Settings settings;
};

// Who starts the jobs that may run: this process, or another where the runner takes its time.
enum class Starting { here, as_it_suits };

// The store's jobs, by its settings. `open` outlives them. Throws as runners::make_runner.
jobs::JobBook jobs_of(OpenStore& open, Starting starting = Starting::as_it_suits);

// `ctgan-server dispatch`, detached.
void start_dispatch(const std::filesystem::path& root, const std::filesystem::path& log);

// The audit log by its settings.
audit::AuditLog log_of(const OpenStore& open);
audit::Trail trail_of(OpenStore& open, audit::Origin origin);
// Of a command that somebody typed on the server.
audit::Origin typed_here();

// Makes what is missing of a store; an existing one keeps its settings. True when it was not there.
bool make_store(const std::filesystem::path& root, bool shared);

// The login name of this process's account, in the form of a user name.
std::string account_user();

}  // namespace ctgan::server::commands
