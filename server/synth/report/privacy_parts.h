// The parts of the privacy section: each in a box with its light. Part of sections.h.
#pragma once

#include <initializer_list>
#include <string>
#include <string_view>

#include "server/synth/evaluate/evaluation.h"
#include "server/synth/report/markup.h"

namespace ctgan::synth::report {

// "12.3 % (95 % interval 10.1 % to 14.5 %)"
std::string interval(const evaluate::Estimate& estimate);
// The verdict that the light rests on, not one of its own: the worst of the findings of these ids.
evaluate::Verdict verdict_of(const evaluate::Evaluation& evaluation,
                             std::initializer_list<std::string_view> ids);
// An open box with its heading and its light.
void open_part(Markup& page, std::string_view heading, evaluate::Verdict verdict);

// REQUIRES: of each that it was measured.
void write_membership(Markup& page, const evaluate::Evaluation& evaluation);
void write_worst_affected(Markup& page, const evaluate::Evaluation& evaluation);
void write_near_copies(Markup& page, const evaluate::Evaluation& evaluation);
void write_keys(Markup& page, const evaluate::Evaluation& evaluation);
// What was tried, by whom it might be, and what was not.
void write_attackers(Markup& page, const evaluate::Evaluation& evaluation);

}  // namespace ctgan::synth::report
