// Budgets and entries in the form in which both doors and the protocol show them (protocol.md).
#pragma once

#include <nlohmann/json.hpp>

#include "server/budgets/balance.h"

namespace ctgan::server::budgets {

// {"dataset":...,"owner":...,"budget":{"epsilon":...,"delta":...},"spent":{...},"left":{...},"fits":...,"last":...};
// `budget` and `left` only where there is one. As doubles what was spent is not less than it is, and what is left not
// more. Of a concentrated budget `spent` is what its fits promise together, and beside it stand "accounting":"concentrated",
// "rho" and "rho_delta", each of the two {"budget":...,"spent":...,"left":...}.
nlohmann::json to_json(const Balance& balance);
// Without what is empty.
nlohmann::json to_json(const Entry& entry);

}  // namespace ctgan::server::budgets
