// Users and keys in the form in which both doors and the protocol show them (protocol.md).
#pragma once

#include <nlohmann/json.hpp>
#include <string>

#include "server/accounts/accounts.h"
#include "server/accounts/allowance.h"

namespace ctgan::server::accounts {

// {"user":...,"role":...,"limits":{...},"use":{...}}
nlohmann::json details_of(store::Store& store, const settings::Settings& settings, const store::User& user);
// A list of {"fingerprint":...,"uses":[...]}
nlohmann::json keys_json(const std::vector<KnownKey>& keys);

}  // namespace ctgan::server::accounts
