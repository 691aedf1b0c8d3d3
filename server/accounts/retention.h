// Results that the server deletes by itself: those that have become old, but for the newest of each table. Nobody is
// surprised by it: every login says for a week before what will go, also for a week after the settings have begun to
// ask for it.
#pragma once

#include <ctime>
#include <optional>
#include <string>
#include <vector>

#include "server/audit/trail.h"
#include "server/settings/settings.h"
#include "server/store/store.h"

namespace ctgan::server::accounts {

inline constexpr std::time_t k_warned_seconds = 7 * 24 * 3600;

struct Expiring {
  store::Shelf shelf = store::Shelf::models;
  std::string name;
  std::time_t goes = 0;
};

// The user's models and synthetic tables that go by `until`, the soonest first.
std::vector<Expiring> expiring(store::Store& store, const settings::Retention& retention,
                               const std::string& user, std::time_t until);

// What to tell the user now; empty when nothing goes within a week.
std::optional<std::string> retention_warning(store::Store& store, const settings::Retention& retention,
                                             const std::string& user);

// Deletes what is due, of all users, and notes it in the audit log. Returns how many went. A model that a job which has
// not ended draws from stays.
std::size_t delete_expired(store::Store& store, const settings::Retention& retention, audit::Trail& trail);

}  // namespace ctgan::server::accounts
