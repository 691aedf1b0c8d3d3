#include <chrono>

#include "server/worker/bounded_answer.h"
#include "server/worker/job_work.h"
#include "server/worker/stop_check.h"

namespace ctgan::server::worker {

nlohmann::json run_evaluate(const jobs::JobRequest& request, const JobPlace& place) {
  nlohmann::json task{{"do", "evaluate"}, {"request", request.comparison}, {"threads", place.threads}};
  for (const char* part : {"original", "synthetic", "held_out"}) {
    const auto found = request.comparison.find(part);
    if (found == request.comparison.end()) continue;
    task[part] = {{"path", place.folder.work_file(found->at("file").get<std::string>()).string()},
                  {"name", found->at("name")},
                  {"dialect", found->at("dialect")}};
  }
  StopCheck stop(place.folder, place.deadline);
  const auto check_stop = [&](std::chrono::milliseconds) {
    stop.check();
    return false;
  };
  return answer_in_child(task, {std::chrono::seconds(request.seconds), "evaluate_seconds", request.bytes},
                         check_stop, [&](const nlohmann::json& event) { place.events.write(event); });
}

}  // namespace ctgan::server::worker
