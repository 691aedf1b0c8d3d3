// Whether somebody wants the job to stop, or its time is up; asked as often as one likes.
#pragma once

#include <chrono>

#include "server/jobs/job_folder.h"

namespace ctgan::server::worker {

// One thread at a time.
class StopCheck {
 public:
  using Clock = std::chrono::steady_clock;

  // When a job that begins now has used its minutes; 0: never.
  static Clock::time_point deadline_in(std::uint64_t minutes);

  // `folder` outlives it.
  StopCheck(const jobs::JobFolder& folder, Clock::time_point deadline)
      : folder_(folder), deadline_(deadline) {}

  // Throws Error(job_cancelled) once somebody does, Error(job_failed) behind the deadline. Looks ten times a second at
  // most.
  void check();

 private:
  const jobs::JobFolder& folder_;
  Clock::time_point deadline_, next_;
};

}  // namespace ctgan::server::worker
