// What a worker process is for: one job, from its claim to its last word.
#pragma once

#include <filesystem>
#include <string>

namespace ctgan::server::worker {

struct WorkerMeans {
  int threads = 1;  // that it may work with, at least one
  // With the keys that stored files are encrypted with (encryption/key_ring.h); empty: they are not.
  std::filesystem::path key_file;
};

// Claims the job, does its work and leaves its status, its events and what it published; where that fails,
// why. The job's work files are gone afterwards. Throws what ended the job, and before there was anything to
// end: Error(no_input) for a job that does not exist, Error(cannot_create) for one that was claimed already.
//
void run_job(const std::filesystem::path& root, const std::string& job, const WorkerMeans& means);

// Helps the worker that has the job's claim, before it comes, while it works and for as long as there is anything to
// help with: draws shares of a sample. Leaves no word in the job's folder. Throws as run_job.
void help_job(const std::filesystem::path& root, const std::string& job, const WorkerMeans& means);

}  // namespace ctgan::server::worker
