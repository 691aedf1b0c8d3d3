// What is worked out while somebody waits, in a process of its own: bounded in time and memory, and ended
// when whoever waits leaves or this process dies.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <nlohmann/json.hpp>
#include <string>

#include "server/service/engine.h"

namespace ctgan::server::worker {

struct AnswerBounds {
  std::chrono::seconds time{60};
  std::string time_setting;  // what an administrator raises, "plan_seconds"
  std::uint64_t bytes = std::uint64_t{16} << 30;
};

// Waits up to so long; true as soon as whoever waits is known to have left. What it throws ends the answer as well.
using HasLeft = std::function<bool(std::chrono::milliseconds time)>;

// Has `ctgan-server answer` do `task` (server/commands/answer.cpp says what it may be), gives its events to `tell` and
// returns its result. Throws what it throws; Error(unavailable) naming the bound that it met, or that it
// died; Error(try_again) when whoever waits has left.
nlohmann::json answer_in_child(const nlohmann::json& task, const AnswerBounds& bounds,
                               const HasLeft& has_left, const service::TellEvent& tell);

}  // namespace ctgan::server::worker
