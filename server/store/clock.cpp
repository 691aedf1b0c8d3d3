#include "server/store/clock.h"

#include <fmt/chrono.h>

namespace ctgan::server::store {

Clock system_clock() {
  return [] { return std::time(nullptr); };
}

std::string utc_text(std::time_t time) {
  return fmt::format("{:%Y-%m-%dT%H:%M:%SZ}", fmt::gmtime(time));
}

}  // namespace ctgan::server::store
