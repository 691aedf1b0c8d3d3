// A fit by a differentially private method: what run_fit (job_work.h) does for others, without a look at the table that
// nobody has paid for.
#pragma once

#include <nlohmann/json.hpp>

#include "server/worker/job_work.h"

namespace ctgan::server::worker {

// The table is read as texts, its columns are what the request declares, and no row is held out or judged
// unless the request asks for a report in words. Throws as
// table::declared_metadata, and as the trainer.
nlohmann::json run_private_fit(const jobs::JobRequest& request, const JobPlace& place);

}  // namespace ctgan::server::worker
