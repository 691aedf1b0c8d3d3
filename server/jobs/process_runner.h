// Workers as detached processes of this machine: they outlive the connection that submitted them.
#pragma once

#include "server/jobs/job_runner.h"

namespace ctgan::server::jobs {

class ProcessRunner : public JobRunner {
 public:
  explicit ProcessRunner(store::Layout layout) : layout_(std::move(layout)) {}
  void start(const std::string& job) override;
  bool may_still_start(const std::string& job, std::int64_t age) const override;

 private:
  store::Layout layout_;
};

}  // namespace ctgan::server::jobs
