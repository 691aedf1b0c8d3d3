// The checkpoints of a job's fit: one work file in its folder, replaced as a whole and durably. It holds what the trainer
// keeps, what the report will tell of the training so far, and of which fit it is.
#pragma once

#include <chrono>
#include <filesystem>
#include <optional>
#include <string>
#include <utility>

#include "server/jobs/job_folder.h"
#include "server/synth/model/checkpoints.h"
#include "server/worker/fit_monitor.h"

namespace ctgan::server::worker {

// One that cannot be read, or is of another fit, is none, and one that cannot be written costs a checkpoint and not the
// fit; both are warnings.
class JobCheckpoints final : public synth::model::Checkpoints {
 public:
  using Clock = std::chrono::steady_clock;

  // Two fits share what is kept where `fit` is the same: see fit_text(). Everything outlives it.
  JobCheckpoints(const jobs::JobFolder& folder, FitMonitor& monitor, std::string fit,
                 Clock::duration interval)
      : folder_(folder), monitor_(monitor), fit_(std::move(fit)), interval_(interval) {}

  std::optional<synth::archive::Archive> latest() override;
  void resumed(const synth::model::Progress& after) override;
  bool due() override { return Clock::now() - last_ >= interval_; }
  void keep(synth::archive::Archive checkpoint) override;

 private:
  std::filesystem::path path() const;

  const jobs::JobFolder& folder_;
  FitMonitor& monitor_;
  std::string fit_;
  Clock::duration interval_;
  Clock::time_point last_ = Clock::now();
  TrainingStory story_;  // as latest() found it
};

// All that the rows to be trained on and their encoding come from, with the version of the program. What is asked of the
// report alone is not in it. REQUIRES: the table's file is there. Throws as files::sha256_of_file.
std::string fit_text(const jobs::JobRequest& request, const jobs::JobFolder& folder);

}  // namespace ctgan::server::worker
