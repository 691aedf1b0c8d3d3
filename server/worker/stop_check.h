// Whether somebody wants the job to stop, asked as often as one likes.
#pragma once

#include <chrono>

#include "server/jobs/job_folder.h"

namespace ctgan::server::worker {

// One thread at a time.
class StopCheck {
 public:
  // `folder` outlives it.
  explicit StopCheck(const jobs::JobFolder& folder) : folder_(folder) {}

  // Throws Error(job_cancelled) once somebody does. Looks ten times a second at most.
  void check();

 private:
  const jobs::JobFolder& folder_;
  std::chrono::steady_clock::time_point next_;
};

}  // namespace ctgan::server::worker
