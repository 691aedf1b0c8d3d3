// What a report tells of the training, as it came about: in a checkpoint, so that a fit that was cut tells the whole of
// it.
#pragma once

#include <nlohmann/json.hpp>
#include <vector>

#include "server/synth/archive/archive.h"
#include "server/synth/report/report.h"

namespace ctgan::server::worker {

struct TrainingStory {
  // Of each measure that was reported, in the order in which they came first.
  std::vector<synth::report::LossCurve> curves;
  // What was chosen, in the order in which it was, as events (protocol.md).
  nlohmann::json choices = nlohmann::json::array();
  double seconds = 0;
};

// Entry "choices" and tensors "told.seconds" and "told.curve.NAME".
void add_story(const TrainingStory& story, synth::archive::Archive& checkpoint);
// Throws Error(bad_data) where something is missing.
TrainingStory story_in(const synth::archive::Archive& checkpoint);

}  // namespace ctgan::server::worker
