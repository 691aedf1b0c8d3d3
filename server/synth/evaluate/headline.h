// The parts of a verdict in one line, with the number that each rests on. Part of judgement.h.
#pragma once

#include <string>

#include "server/synth/evaluate/evaluation.h"

namespace ctgan::synth::evaluate {

// "quality 0.713 doubtful, utility bad (sex: 0.770 against 0.951), detection bad, privacy good"
std::string headline(const Evaluation& evaluation, const Judgements& judgements);

}  // namespace ctgan::synth::evaluate
