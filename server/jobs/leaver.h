// A user who leaves takes everything along: nothing is there for somebody of the same name who comes later.
#pragma once

#include <cstddef>
#include <string>

#include "server/store/store.h"

namespace ctgan::server::jobs {

struct Belongings {
  std::size_t models = 0, tables = 0, uploads = 0;
  std::size_t jobs = 0;          // that were ever submitted
  std::size_t running_jobs = 0;  // not ended yet
};

Belongings belongings_of(store::Store& store, const std::string& user);

// Stops the user's workers and removes the user with models, reports, synthetic tables, uploads, jobs and
// tickets. The files are out of sight before the user is gone, so that whoever is interrupted here runs it
// again. Throws as Users::require; Error(try_again) when a worker cannot be stopped, with nothing removed.
void remove_user(store::Store& store, const std::string& user);

}  // namespace ctgan::server::jobs
