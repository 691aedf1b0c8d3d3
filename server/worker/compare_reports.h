// The reports of several models of a user's, side by side: service::Engine::compare_reports.
#pragma once

#include <nlohmann/json_fwd.hpp>

namespace ctgan::server::worker {

// `request` has `root`, `key_file`, `user` and `models`; the answer is that of `report.compare` (protocol.md). Throws
// Error(no_input) for a model without a report, Error(bad_data) for a report that is damaged, and as
// synth::report::html_comparison.
nlohmann::json compare_reports(const nlohmann::json& request);

}  // namespace ctgan::server::worker
