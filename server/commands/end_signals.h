// SIGTERM, SIGHUP and SIGINT end the process at once, as they would without this, but for one last deed and, where
// that gives one, a last word: said on standard error, and the exit code is that of its kind. The deed runs on a
// thread of its own, whatever the others are doing, so it must not touch what belongs to them.
//
// To be made before any other thread: those that come later inherit that the signals are not for them.
#pragma once

#include <functional>
#include <optional>
#include <thread>

#include "common/errors/error.h"
#include "common/files/file.h"

namespace ctgan::server::commands {

class EndSignals {
 public:
  using LastDeed = std::function<std::optional<errors::Error>()>;

  // What `last_deed` throws is passed over.
  explicit EndSignals(LastDeed last_deed);
  ~EndSignals();
  EndSignals(const EndSignals&) = delete;
  EndSignals& operator=(const EndSignals&) = delete;

 private:
  void wait();

  LastDeed last_deed_;
  files::FileHandle signals_, stop_;
  std::thread thread_;
};

}  // namespace ctgan::server::commands
