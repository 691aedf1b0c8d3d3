// What a worker does for the two kinds of jobs. Both return the job's result (protocol.md) with the product
// published; both leave nothing of the input behind.
#pragma once

#include "server/jobs/events.h"
#include "server/jobs/job_folder.h"
#include "server/store/layout.h"

namespace ctgan::server::worker {

struct JobPlace {
  const store::Layout& layout;
  const jobs::JobFolder& folder;
  jobs::EventWriter& events;
  int threads = 1;  // to work with
};

// Loads the uploaded table, deletes the file, trains, writes sidecar and archive. Throws what went wrong. Where
// checkpoints were asked for the file stays, and a fit of the same job that was cut before is gone on with
// (job_checkpoints.h).
nlohmann::json run_fit(const jobs::JobRequest& request, const JobPlace& place);

// Streams rows into a gzip file; memory does not grow with them. Where rows are completed, loads the uploaded table
// and deletes the file first.
nlohmann::json run_sample(const jobs::JobRequest& request, const JobPlace& place);

}  // namespace ctgan::server::worker
