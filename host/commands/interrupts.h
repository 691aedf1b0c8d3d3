// Ctrl-C and its kin as an exception, at a place where things can be put in order.
#pragma once

#include "common/files/file.h"

namespace ctgan::host::commands {

// While it lives SIGINT, SIGTERM and SIGHUP do not end the process but make check() throw. Made in the main
// thread before any other is started; children of this process start with their usual signals.
class Interrupts {
 public:
  Interrupts();
  ~Interrupts();
  Interrupts(const Interrupts&) = delete;
  Interrupts& operator=(const Interrupts&) = delete;

  // Throws Error(interrupted) when a signal has come. Cheap.
  void check() const;

 private:
  files::FileHandle signals_;
};

}  // namespace ctgan::host::commands
