// How a worker comes to life. Every runner ends up running `ctgan-server --root ROOT work JOB`; the claim
// (claim.h) makes a second start harmless.
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "server/store/layout.h"

namespace ctgan::server::jobs {

class JobRunner {
 public:
  virtual ~JobRunner() = default;

  // Returns once the job is on its way. Throws Error(unavailable) when it cannot be started.
  virtual void start(const std::string& job) = 0;
  // Whether a job that nobody has claimed `age` seconds after it was submitted may still be claimed.
  virtual bool may_still_start(const std::string& job, std::int64_t age) const = 0;
};

// The runner of that name: "process" (a detached process on this machine). Throws Error(configuration) with
// the known names.
std::unique_ptr<JobRunner> make_runner(const std::string& name, const store::Layout& layout);

}  // namespace ctgan::server::jobs
