// The findings of privacy, and the answer that follows from them. Part of judgement.h.
#pragma once

#include <string>
#include <vector>

#include "server/synth/evaluate/evaluation.h"
#include "server/synth/evaluate/judgement.h"

namespace ctgan::synth::evaluate {

// The brief of what too few rows leave open.
inline constexpr const char* k_too_few = "too few rows to say";

// A finding without verdict yet.
Finding privacy_finding(std::string id, const IntervalLimits& limits);
// By the lower end of its value, farther down by k_limits.alarm_distance, and an upper end: its verdict and its
// brief; its sentence says so where too few rows leave it open. REQUIRES: a value.
void hold_against(Finding& found, double high, const IntervalLimits& limits, const std::string& brief);

void append_privacy(const Evaluation& evaluation, std::vector<Finding>& findings);

// The worst part speaks; when all are good, the closest record does, which people ask about first.
Judgement judge_privacy(const std::vector<Finding>& findings);

// May the table be handed out? Good is the only yes: what was not measured is none, nor is what could not be
// told. REQUIRES: findings and lights.
Judgement may_be_handed_out(const Judgements& judgements);

}  // namespace ctgan::synth::evaluate
