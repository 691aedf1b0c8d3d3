// Where a fit keeps what it has come to, so that the same fit, begun again, goes on from there instead of from its
// beginning. A fit that was cut and goes on ends in the same model, to the last byte, as one that was not, wherever the
// cut was and for any number of threads where the method promises that.
//
//     if (const auto kept = checkpoints.latest()) {
//       ... take it over ...
//       checkpoints.resumed({"training", "epoch", done, epochs});
//     }
//     for (...) {
//       ... a step ...
//       if (checkpoints.due()) checkpoints.keep({.tensors = {...}, .metadata = {...}});
//     }
//
// What is kept is as confidential as the table: optimizers and networks that only train remember rows.
#pragma once

#include <optional>

#include "server/synth/archive/archive.h"
#include "server/synth/model/monitor.h"

namespace ctgan::synth::model {

// Called by one thread, that of the fit.
class Checkpoints {
 public:
  Checkpoints() = default;
  Checkpoints(const Checkpoints&) = delete;
  Checkpoints& operator=(const Checkpoints&) = delete;
  virtual ~Checkpoints() = default;

  // The last that was kept of a fit to the same table; nothing where there is none. Whoever takes it makes sure that it
  // is of the same method and options.
  virtual std::optional<archive::Archive> latest() = 0;
  // That the fit does go on from it: `after` is what was done before.
  virtual void resumed(const Progress& after) = 0;
  // Whether it is time to keep one; costs nothing, and may be asked at each step.
  virtual bool due() = 0;
  // Replaces the last one. What cannot be kept is no reason for the fit to end: nothing is thrown for it.
  virtual void keep(archive::Archive checkpoint) = 0;
};

}  // namespace ctgan::synth::model
