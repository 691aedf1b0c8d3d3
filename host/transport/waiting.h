// What every implementation needs to wait: the deadline, the tick, the sentences.
#pragma once

#include <chrono>
#include <string>
#include <string_view>

#include "common/errors/error.h"
#include "host/transport/transport.h"

namespace ctgan::host::transport {

// How long a wait may go on before the tick is called again.
inline constexpr int k_tick_ms = 200;

// One read or write: ticks at its start, so that a steady flow can be interrupted too; step() each time
// nothing came, progress() when something did.
class Waiting {
 public:
  Waiting(const Patience& patience, const std::string& place);
  // Throws what the tick throws, and Error(try_again) after too long a silence.
  void step() const;
  void progress() { since_ = std::chrono::steady_clock::now(); }

 private:
  const Patience& patience_;
  const std::string& place_;
  std::chrono::steady_clock::time_point since_;
};

// "the connection to 'big' was lost: <reason>"
errors::Error lost(const std::string& place, std::string_view reason);

// Standard error, bounded.
class ErrorText {
 public:
  void add(std::string_view bytes);
  const std::string& text() const { return text_; }

 private:
  std::string text_;
};

}  // namespace ctgan::host::transport
