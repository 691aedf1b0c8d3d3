// What a fit says, as the events of its job (protocol.md): an `epoch` for each epoch, `progress` for other
// stages, of each its beginning, its end and once a second what is between.
#pragma once

#include <chrono>
#include <nlohmann/json.hpp>
#include <string>

#include "server/jobs/events.h"
#include "server/synth/model/monitor.h"
#include "server/worker/stop_check.h"
#include "server/worker/training_story.h"

namespace ctgan::server::worker {

class FitMonitor final : public synth::model::Monitor {
 public:
  // All outlive it. Behind the deadline the fit is stopped.
  FitMonitor(jobs::EventWriter& events, const jobs::JobFolder& folder,
             StopCheck::Clock::time_point deadline = StopCheck::Clock::time_point::max())
      : events_(events), stop_(folder, deadline) {}

  void report(const synth::model::Progress& progress) override;
  void report_choice(std::string_view what, std::string_view chosen,
                     std::span<const synth::model::Trial> trials) override;
  void warn(std::string_view sentence) override;
  void check_stop() override { stop_.check(); }

  // That the fit goes on after `after`, of which another process told so much.
  void go_on(const synth::model::Progress& after, TrainingStory before);

  // So far, with the time since this was made.
  TrainingStory story() const;

 private:
  using Clock = std::chrono::steady_clock;

  void keep(const synth::model::Measure& measure);

  jobs::EventWriter& events_;
  StopCheck stop_;
  TrainingStory story_;  // its seconds are those before start_
  Clock::time_point start_ = Clock::now();
  std::string stage_;
  Clock::time_point last_ = Clock::now();
};

}  // namespace ctgan::server::worker
