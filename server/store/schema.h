// The tables, and how an older store becomes a present one.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "server/store/sqlite.h"

namespace ctgan::server::store {

// Step n (from 0) leads from user_version n to n + 1; steps are only ever added.
std::span<const std::string_view> migrations();

// The steps that make the privacy ledger's table and the triggers that keep its rows, for whoever makes it anew.
std::string privacy_ledger_steps();

// Brings the database to the newest version, in one transaction; cheap when it is there already. Throws
// Error(configuration) when a newer program has written it.
void migrate(Database& database, std::span<const std::string_view> steps = migrations());

}  // namespace ctgan::server::store
