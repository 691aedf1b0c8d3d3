// What every training run does around its steps.
#pragma once

#include <functional>
#include <string_view>
#include <vector>

#include "server/synth/models/trainer.h"
#include "server/synth/networks/parameter_arena.h"
#include "server/synth/random/random.h"

namespace ctgan::synth::models {

// An arena with its starting numbers.
networks::ParameterArena started(std::vector<networks::Parameter> parameters, random::Stream& random);

// Throws Error(job_failed) with the remedy when one of the losses of epoch `epoch` is not finite.
void require_finite(const std::vector<Loss>& losses, int epoch, std::string_view remedy);
// The same for the numbers that a training ends with.
void require_finite(const networks::ParameterArena& arena, int epoch, std::string_view remedy);

// Calls train_epoch(epoch) for epochs 1 to `epochs` and tells the observer the losses that it returns. Throws
// Error(job_cancelled) when the observer says no.
void train_epochs(int epochs, const EpochObserver& observer,
                  const std::function<std::vector<Loss>(int epoch)>& train_epoch);

}  // namespace ctgan::synth::models
