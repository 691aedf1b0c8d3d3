// The files that a fit leaves: model, sidecar and, where there is one, the report in two forms.
#pragma once

#include <nlohmann/json.hpp>

#include "common/table/metadata.h"
#include "server/synth/archive/archive.h"
#include "server/worker/job_work.h"

namespace ctgan::server::worker {

// Work files of the report, which whoever judges writes (write_product), with "report_bytes" in the result.
inline constexpr const char* k_report_file = "report.html";
inline constexpr const char* k_evaluation_file = "report.json";

// Sidecar and archive, which gets the sidecar's SHA-256, as work files; what the job's result says of them.
nlohmann::json write_model(synth::archive::Archive archive, const table::Metadata& metadata,
                           const JobPlace& place);

// Moves all of them to the user's shelves under the first free name, the archive last: its rename is the commit. The
// job's result with their names.
nlohmann::json publish_fit(nlohmann::json result, const jobs::JobRequest& request, const JobPlace& place);

}  // namespace ctgan::server::worker
