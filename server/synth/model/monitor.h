// What a fit says while it works, how it is stopped, and what it works with.
//
//     for (std::uint64_t step = 1; step <= steps; ++step) {
//       context.monitor.check_stop();
//       ...
//       context.monitor.report({"training", "step", step, steps, measures});
//     }
#pragma once

#include <cstdint>
#include <limits>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "common/threads/thread_pool.h"

namespace ctgan::synth::model {

// A number that training is watched by.
struct Measure {
  std::string_view name;  // "generator_loss"; protocol.md lists each method's
  double value = 0;
};

struct Progress {
  std::string_view stage;  // for people: "training"
  std::string_view unit;   // what is counted: "epoch", "step", "column"
  std::uint64_t done = 0;  // counts up to `total`; nothing of nothing where nobody counts
  std::uint64_t total = 0;
  std::span<const Measure> measures = {};  // of what was done since the last report
};

// One of several ways that a fit tried before it chose, or passed over.
struct Trial {
  std::string name;             // "trees"
  std::vector<Measure> scores;  // empty: it was not tried
  std::string remark = {};      // why not, or what speaks against it
};

// Called by one thread at a time. A fit calls either as often as it likes; who listens decides what to show.
class Monitor {
 public:
  Monitor() = default;
  Monitor(const Monitor&) = delete;
  Monitor& operator=(const Monitor&) = delete;
  virtual ~Monitor() = default;

  virtual void report(const Progress& progress) = 0;
  // That one of several ways was chosen, of what (for people: "method"), and how the others did.
  virtual void report_choice(std::string_view /*what*/, std::string_view /*chosen*/,
                             std::span<const Trial> /*trials*/) {}
  // What the user should know although the fit goes on, as a sentence.
  virtual void warn(std::string_view /*sentence*/) {}
  // Throws Error(job_cancelled) when the fit is to end. REQUIRES of a fit: called about once a second at
  // least.
  virtual void check_stop() = 0;
};

class Checkpoints;

// All of it outlives the fit.
struct FitContext {
  threads::ThreadPool& pool;
  Monitor& monitor;
  // Null: none are kept. A method without options::Method::checkpoints keeps none either.
  Checkpoints* checkpoints = nullptr;
  // Of a private training's steps or rounds, which are paid for all the same: a rehearsal takes no more than so many, to
  // say what a fit would spend and how long it would take. Its model is worth nothing.
  std::uint64_t most_steps = std::numeric_limits<std::uint64_t>::max();
};

}  // namespace ctgan::synth::model
