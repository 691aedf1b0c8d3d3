// What a fit would cost on this machine, measured: the method trains for about a second on a made-up table
// whose columns are as wide as the real ones. No row of the real table is needed, nor is one looked at.
#pragma once

#include <nlohmann/json.hpp>

namespace ctgan::server::worker {

// The request `fit.plan` and its result, as in protocol.md. Throws Error(usage) for options that the method
// refuses and Error(protocol) for a field that is missing or of another type.
nlohmann::json plan_fit(const nlohmann::json& request);

}  // namespace ctgan::server::worker
