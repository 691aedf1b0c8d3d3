// What users may use, and what they use. Asked before work starts: inside the transaction that enters it, so that two
// who ask at the same moment do not both get what is left for one.
#pragma once

#include <array>
#include <cstdint>
#include <string>

#include "common/errors/error.h"
#include "server/jobs/job_book.h"
#include "server/settings/settings.h"
#include "server/store/limits.h"
#include "server/store/store.h"

namespace ctgan::server::accounts {

// One user's limits: his own, else everybody's.
struct Allowance {
  std::array<std::uint64_t, 7> values{};
  store::OwnLimits own;
  std::uint64_t of(store::Limit limit) const { return values[static_cast<std::size_t>(limit)]; }
};

Allowance allowance_of(store::Users& users, const settings::Limits& limits, const std::string& user);

struct ShelfUse {
  std::uint64_t files = 0, bytes = 0;
};

struct Use {
  std::array<ShelfUse, store::k_all_shelves.size()> shelves;
  ShelfUse inbox;  // with what is announced and not yet there
  ShelfUse jobs;   // tables of jobs that have not begun to read them
  std::uint64_t running = 0, queued = 0;
  std::uint64_t fits = 0;  // of both: each may become a model
  const ShelfUse& of(store::Shelf shelf) const { return shelves[static_cast<std::size_t>(shelf)]; }
  std::uint64_t bytes() const;
};

Use use_of(store::Store& store, const std::string& user);

// The error for a limit that is met: its number, what is used, and who can change it.
errors::Error over_limit(errors::Kind kind, store::Limit limit, const std::string& user, std::uint64_t used,
                         std::uint64_t most);

// Throws that Error(permission) where a table of `bytes` would be too much, Error(try_again) when too many jobs wait.
void check_upload(store::Store& store, const settings::Limits& limits, const std::string& user,
                  std::uint64_t bytes);
void check_submission(store::Store& store, const settings::Limits& limits, const jobs::JobRequest& request);
// Throws that Error(permission) where a party of a fit that waits has no room for its model.
void check_party(store::Store& store, const settings::Limits& limits, const std::string& user);

// Throws where the privacy that the request asks for could not be spent now; spends nothing.
void check_budget(store::Store& store, const settings::Settings& settings, const jobs::JobRequest& request);

// Uploads and jobs are taken only within these limits, and jobs debited from the privacy budget of their dataset. Store
// and settings outlive the book.
void bound_uploads(store::Store& store, const settings::Settings& settings);
void bound_jobs(jobs::JobBook& book, store::Store& store, const settings::Settings& settings);
// What the job's worker must know, which never opens the database.
jobs::JobLimits job_limits(const Allowance& allowance);

}  // namespace ctgan::server::accounts
