// How a worker comes to life. Every runner ends up running `ctgan-server --root ROOT work JOB`; the claim (claim.h)
// makes a second start harmless. What a runner needs to find a job again stands in the job's record, runner.json:
// whoever comes later, in another process, looks with it and stops with it.
#pragma once

#include <cstdint>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>

#include "server/store/layout.h"

namespace ctgan::server::jobs {

using Json = nlohmann::json;

// Where a start stands, whatever the job's folder says.
enum class Whereabouts {
  waiting,    // it will run, or run again
  alive,      // it runs, or ends just now
  gone,       // it has ended and will not come back
  withdrawn,  // somebody ended it from outside, with the runner's own tools
  unknown     // nothing is known of it: never heard of, or forgotten
};

struct Sight {
  Whereabouts whereabouts = Whereabouts::unknown;
  std::string words;  // the runner's own: "PENDING (Resources)"; empty when there are none
};

// Not to be shared between threads.
class JobRunner {
 public:
  virtual ~JobRunner() = default;

  virtual std::string name() const = 0;
  // The record of the start number `start` (from 1) of a job, made and kept before the job is on its way: an object
  // with "command", the arguments that will be run. A start whose answer is lost is found again by it.
  virtual Json prepare(const std::string& job, int start) const = 0;
  // Sends the job on its way; adds to the record what is learnt of it. Throws Error(unavailable) when it cannot be
  // started, Error(try_again) when the runner cannot be reached and the job may or may not have been started.
  virtual void start(const std::string& job, Json& record) = 0;
  virtual Sight look(const std::string& job, const Json& record) = 0;
  // Ends it, by force. Also twice, and for what has ended. Throws Error(try_again) when the runner cannot be reached.
  virtual void stop(const std::string& job, const Json& record) = 0;
  // Whether start() answers within milliseconds; else it is kept out of a request's way.
  virtual bool is_quick() const = 0;
};

}  // namespace ctgan::server::jobs
