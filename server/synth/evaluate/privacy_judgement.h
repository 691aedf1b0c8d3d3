// The findings of privacy, and the answer that follows from them. Part of judgement.h.
#pragma once

#include <vector>

#include "server/synth/evaluate/evaluation.h"

namespace ctgan::synth::evaluate {

void append_privacy(const Evaluation& evaluation, std::vector<Finding>& findings);

// The worst part speaks; when all are good, the closest record does, which people ask about first.
Judgement judge_privacy(const std::vector<Finding>& findings);

// May the table be handed out? Good is the only yes: what was not measured is none, nor is what could not be
// told. REQUIRES: findings and lights.
Judgement may_be_handed_out(const Judgements& judgements);

}  // namespace ctgan::synth::evaluate
