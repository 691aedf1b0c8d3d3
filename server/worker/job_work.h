// What a worker does for each kind of jobs. All return the job's result (protocol.md) with the product published, where
// there is one; all leave nothing of the input behind.
#pragma once

#include <chrono>

#include "server/encryption/key_ring.h"
#include "server/jobs/events.h"
#include "server/jobs/job_folder.h"
#include "server/store/layout.h"

namespace ctgan::server::worker {

struct JobPlace {
  const store::Layout& layout;
  const jobs::JobFolder& folder;
  jobs::EventWriter& events;
  const encryption::KeyRing& keys;  // the newest encrypts what is published
  int threads = 1;                  // to work with
  std::chrono::steady_clock::time_point deadline = std::chrono::steady_clock::time_point::max();  // StopCheck
};

// Loads the uploaded table, deletes the file, trains, writes sidecar and archive. Throws what went wrong. Where
// checkpoints were asked for the file stays, and a fit of the same job that was cut before is gone on with
// (job_checkpoints.h).
nlohmann::json run_fit(const jobs::JobRequest& request, const JobPlace& place);

// Streams rows into a gzip file; memory does not grow with them. Where rows are completed, loads the uploaded table
// and deletes the file first.
nlohmann::json run_sample(const jobs::JobRequest& request, const JobPlace& place);
// Compares the uploaded tables in a process of its own, which is bounded in time and memory; the texts that come of it
// are events.
nlohmann::json run_evaluate(const jobs::JobRequest& request, const JobPlace& place);
// Says which machine it is on, and holds the job until it is told to stop, half a minute at most.
nlohmann::json run_probe(const jobs::JobRequest& request, const JobPlace& place);
// Draws shares of a sample that is drawn by several workers (block_shares.h), beside the one that has the job's claim,
// until none is left or the job has ended.
void help_sample(const jobs::JobRequest& request, const JobPlace& place);

}  // namespace ctgan::server::worker
