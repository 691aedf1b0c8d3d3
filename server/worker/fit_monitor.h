// What a fit says, as the events of its job (protocol.md): an `epoch` for each epoch, `progress` for other
// stages, of each its beginning, its end and once a second what is between.
#pragma once

#include <chrono>
#include <nlohmann/json.hpp>
#include <string>

#include "server/jobs/events.h"
#include "server/synth/model/monitor.h"
#include "server/synth/report/report.h"
#include "server/worker/stop_check.h"

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

  // What was chosen, in the order in which it was, as events.
  const nlohmann::json& choices() const { return choices_; }
  // Of each measure that was reported, in the order in which they came first.
  const std::vector<synth::report::LossCurve>& curves() const { return curves_; }

 private:
  using Clock = std::chrono::steady_clock;

  void keep(const synth::model::Measure& measure);

  jobs::EventWriter& events_;
  StopCheck stop_;
  std::vector<synth::report::LossCurve> curves_;
  nlohmann::json choices_ = nlohmann::json::array();
  std::string stage_;
  Clock::time_point last_ = Clock::now();
};

}  // namespace ctgan::server::worker
