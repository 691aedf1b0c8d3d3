// That a stage of a job begins whose size nobody knows.
#pragma once

#include <nlohmann/json.hpp>
#include <string_view>

namespace ctgan::server::worker {

// The event `progress` of protocol.md with nothing done of nothing.
inline nlohmann::json stage_event(std::string_view stage) {
  return {{"event", "progress"}, {"stage", stage}, {"unit", ""}, {"done", 0}, {"total", 0}};
}

}  // namespace ctgan::server::worker
