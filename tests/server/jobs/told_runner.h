// A runner that starts nothing, remembers what it was asked, and sees what it is told to see.
#pragma once

#include <string>
#include <vector>

#include "common/errors/error.h"
#include "server/jobs/job_runner.h"

namespace ctgan::tests {

// Outlives the runner.
struct Told {
  std::vector<std::string> started, stopped;
  server::jobs::Sight sight;
  bool broken = false;       // no job can be started
  bool unreachable = false;  // whether it was is not known
};

class ToldRunner final : public server::jobs::JobRunner {
 public:
  explicit ToldRunner(Told& told) : told_(told) {}

  std::string name() const override { return "told"; }
  server::jobs::Json prepare(const std::string& job, int start) const override {
    return {{"command", {"run", job, std::to_string(start)}}};
  }
  void start(const std::string& job, server::jobs::Json& record) override {
    told_.started.push_back(job);
    if (told_.broken) throw errors::Error(errors::Kind::unavailable, "cannot run 'it'", "install it");
    if (told_.unreachable) throw errors::Error(errors::Kind::try_again, "nobody answers");
    record["id"] = told_.started.size();
  }
  server::jobs::Sight look(const std::string& /*job*/, const server::jobs::Json& /*record*/) override {
    return told_.sight;
  }
  void stop(const std::string& job, const server::jobs::Json& /*record*/) override {
    told_.stopped.push_back(job);
  }
  bool is_quick() const override { return true; }

 private:
  Told& told_;
};

}  // namespace ctgan::tests
