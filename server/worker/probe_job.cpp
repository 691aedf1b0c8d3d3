#include <unistd.h>

#include <array>
#include <chrono>
#include <thread>

#include "server/worker/job_work.h"

namespace ctgan::server::worker {

nlohmann::json run_probe(const jobs::JobRequest& /*request*/, const JobPlace& place) {
  std::array<char, 256> name{};
  gethostname(name.data(), name.size() - 1);
  place.events.write({{"event", "machine"}, {"name", name.data()}, {"threads", place.threads}});
  const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(30);
  while (!place.folder.is_asked_to_stop() && std::chrono::steady_clock::now() < end)
    std::this_thread::sleep_for(std::chrono::milliseconds(50));
  return {{"machine", name.data()}};
}

}  // namespace ctgan::server::worker
