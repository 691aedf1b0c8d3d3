// What a worker does for the two kinds of jobs. Both return the job's result (protocol.md) with the product
// published; both leave nothing of the input behind.
#pragma once

#include <chrono>

#include "server/jobs/events.h"
#include "server/jobs/job_folder.h"
#include "server/store/layout.h"

namespace ctgan::server::worker {

struct JobPlace {
  const store::Layout& layout;
  const jobs::JobFolder& folder;
  jobs::EventWriter& events;
  int threads = 1;  // to work with
  std::chrono::steady_clock::time_point deadline = std::chrono::steady_clock::time_point::max();  // StopCheck
};

// Loads the uploaded table, deletes the file, trains, writes sidecar and archive. Throws what went wrong.
nlohmann::json run_fit(const jobs::JobRequest& request, const JobPlace& place);

// Streams rows into a gzip file; memory does not grow with them. Where rows are completed, loads the uploaded table
// and deletes the file first.
nlohmann::json run_sample(const jobs::JobRequest& request, const JobPlace& place);

}  // namespace ctgan::server::worker
