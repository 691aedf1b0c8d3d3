// Seconds since the epoch; tests bring their own.
#pragma once

#include <ctime>
#include <functional>
#include <string>

namespace ctgan::server::store {

using Clock = std::function<std::time_t()>;

Clock system_clock();

// "2026-11-21T07:45:00Z"
std::string utc_text(std::time_t time);

}  // namespace ctgan::server::store
